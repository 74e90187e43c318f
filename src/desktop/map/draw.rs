//! The map on the graphics card.

use bevy::camera::visibility::RenderLayers;
use bevy::prelude::*;

/// The camera that shows the map.
#[derive(Component)]
pub struct MapCamera;

/// Draws the map where the room has left room for it.
pub struct MapPlugin;

/// Only the map's camera sees this.
const LAYER: usize = 1;

impl Plugin for MapPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(Startup, camera);
    }
}

fn camera(mut commands: Commands) {
    commands.spawn((MapCamera, Camera2d, Msaa::Off, RenderLayers::layer(LAYER)));
}
