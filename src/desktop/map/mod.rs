//! The living map. `scene` turns what flows into triangles, without Bevy; `draw` hands them to the
//! graphics card; `labels` puts words over it and takes clicks.

mod draw;
mod labels;

pub use draw::{MapCamera, MapPlugin};
pub use labels::{MapView, map_ui};
