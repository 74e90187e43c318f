//! The living map. `stage` says where everything stands, `scene` turns what flows into triangles,
//! without Bevy; `draw` hands them to the graphics card; `labels` puts words over it and takes clicks.

mod canvas;
mod chips;
mod describe;
mod draw;
mod icons;
mod labels;
mod nodes;
mod particles;
mod path;
mod place;
mod scene;
mod stage;

pub use draw::{MapCamera, MapPlugin};
pub use labels::{MapView, map_ui};
pub use scene::{Changed, Scene, Subject};
