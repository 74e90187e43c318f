//! The map on the graphics card: three meshes of coloured triangles, the ground, what travels, and
//! the nodes, each made anew only when it looks different.

use bevy::asset::{AssetEventSystems, RenderAssetUsages};
use bevy::camera::visibility::{NoFrustumCulling, RenderLayers};
use bevy::camera::{CameraUpdateSystems, ClearColorConfig, ScalingMode, Viewport};
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use bevy_egui::EguiPostUpdateSet;
use bevy_egui::egui::{Color32, Rect as Area};

use super::canvas::Canvas;
use super::scene::{PULSE_S, Scene, Subject};
use crate::desktop::app::Held;
use crate::desktop::screen::Screen;
use crate::desktop::state::Desktop;

/// The camera that shows the map.
#[derive(Component)]
pub struct MapCamera;

/// Draws the map where the room has left room for it.
pub struct MapPlugin;

/// Only the map's camera sees this.
const LAYER: usize = 1;
/// A smaller map than this shows nothing, in points.
const SMALLEST: f32 = 48.0;

/// The picture as it was drawn last.
#[derive(Resource, Default)]
struct Drawn {
    scene: Scene,
    is_shown: bool,
}

/// A mesh of the map.
#[derive(Component, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Ground,
    Flow,
    Nodes,
}

impl Plugin for MapPlugin {
    fn build(&self, app: &mut App) {
        // After the desk of this frame, so that the map and the words over it move together; before
        // cameras and meshes are taken over.
        let draw = (show, paint)
            .chain()
            .after(EguiPostUpdateSet::EndPass)
            .before(CameraUpdateSystems)
            .before(AssetEventSystems);
        app.init_resource::<Drawn>()
            .add_systems(Startup, set_up)
            .add_systems(PostUpdate, draw);
    }
}

fn set_up(
    mut commands: Commands,
    meshes: Option<ResMut<Assets<Mesh>>>,
    materials: Option<ResMut<Assets<ColorMaterial>>>,
) {
    let layers = RenderLayers::layer(LAYER);
    commands.spawn((MapCamera, Camera2d, Msaa::Off, layers.clone()));
    // Without a graphics card there is nothing to draw with.
    let (Some(mut meshes), Some(mut materials)) = (meshes, materials) else {
        return;
    };
    let material = materials.add(ColorMaterial {
        alpha_mode: bevy::sprite_render::AlphaMode2d::Blend,
        ..default()
    });
    for (height, layer) in [Layer::Ground, Layer::Flow, Layer::Nodes]
        .into_iter()
        .enumerate()
    {
        commands.spawn((
            layer,
            Mesh2d(meshes.add(mesh(&Canvas::new(1.0)))),
            MeshMaterial2d(material.clone()),
            Transform::from_xyz(0.0, 0.0, height as f32),
            Visibility::Hidden,
            NoFrustumCulling,
            layers.clone(),
        ));
    }
}

/// Where the map is: its rectangle, and the same in physical pixels.
fn place(desktop: &Desktop, window: &Window) -> Option<(Area, Viewport)> {
    let area = desktop
        .room
        .map_rect
        .filter(|_| desktop.screen == Screen::Room)?;
    desktop.game.as_ref()?;
    if area.width() < SMALLEST || area.height() < SMALLEST {
        return None;
    }
    let scale = window.scale_factor();
    let most = window.physical_size();
    let pixel = |x: f32, y: f32| {
        let at = Vec2::new(x, y) * scale;
        UVec2::new(at.x.round().max(0.0) as u32, at.y.round().max(0.0) as u32).min(most)
    };
    let from = pixel(area.left(), area.top());
    let size = pixel(area.right(), area.bottom()).saturating_sub(from);
    (size.x > 0 && size.y > 0).then(|| {
        let viewport = Viewport {
            physical_position: from,
            physical_size: size,
            ..default()
        };
        (area, viewport)
    })
}

/// Points the camera at the map. The camera also wipes the window for the desk, so it never rests.
#[expect(
    clippy::needless_pass_by_value,
    reason = "Bevy hands resources to systems by value"
)]
fn show(
    held: Res<Held>,
    window: Query<&Window, With<PrimaryWindow>>,
    mut drawn: ResMut<Drawn>,
    camera: Single<(&mut Camera, &mut Projection), With<MapCamera>>,
    mut layers: Query<(&mut Transform, &mut Visibility), With<Layer>>,
    mut clear: ResMut<ClearColor>,
) {
    let desktop = &held.0;
    let palette = &desktop.theme.palette;
    clear.0 = colour(palette.ground);
    let (mut camera, mut projection) = camera.into_inner();
    let place = window
        .single()
        .ok()
        .and_then(|it| Some((it, place(desktop, it)?)));
    drawn.is_shown = place.is_some();
    let visibility = if drawn.is_shown {
        Visibility::Visible
    } else {
        Visibility::Hidden
    };
    let Some((window, (area, viewport))) = place else {
        camera.viewport = None;
        camera.clear_color = ClearColorConfig::Custom(colour(palette.ground));
        for (_, mut shown) in &mut layers {
            shown.set_if_neq(visibility);
        }
        return;
    };
    let scale = window.scale_factor();
    let size = viewport.physical_size.as_vec2() / scale;
    let middle = viewport.physical_position.as_vec2() / scale + size / 2.0;
    if let Projection::Orthographic(lens) = &mut *projection {
        lens.scaling_mode = ScalingMode::Fixed {
            width: size.x,
            height: size.y,
        };
    }
    camera.viewport = Some(viewport);
    camera.clear_color = ClearColorConfig::Custom(colour(palette.panel));
    // One unit is one point; the upper left corner of the map is where it is on the desk.
    let offset = Vec2::new(area.left() - middle.x, middle.y - area.top());
    for (mut transform, mut shown) in &mut layers {
        transform.translation.x = offset.x;
        transform.translation.y = offset.y;
        shown.set_if_neq(visibility);
    }
}

/// Brings the meshes up to date.
fn paint(
    mut held: ResMut<Held>,
    mut drawn: ResMut<Drawn>,
    window: Query<&Window, With<PrimaryWindow>>,
    meshes: Option<ResMut<Assets<Mesh>>>,
    layers: Query<(&Layer, &Mesh2d)>,
) {
    let desktop = &mut held.0;
    let (Some(mut meshes), Ok(window), true) = (meshes, window.single(), drawn.is_shown) else {
        return;
    };
    let (Some(game), Some(area)) = (&desktop.game, desktop.room.map_rect) else {
        return;
    };
    let scene = &mut drawn.scene;
    let (changed, seconds) = scene.update(&Subject {
        game,
        theme: &desktop.theme,
        view: &desktop.room.map,
        size: area.size(),
        pixels_per_point: window.scale_factor(),
        pulses: &desktop.room.pulses,
    });
    for pulse in &mut desktop.room.pulses {
        pulse.1 += seconds;
    }
    desktop.room.pulses.retain(|pulse| pulse.1 < PULSE_S);
    for (layer, shown) in &layers {
        let (canvas, is_new) = match layer {
            Layer::Ground => (&scene.ground, changed.ground),
            Layer::Flow => (&scene.flow, changed.flow),
            Layer::Nodes => (&scene.nodes, changed.nodes),
        };
        if is_new && let Some(mut old) = meshes.get_mut(&shown.0) {
            *old = mesh(canvas);
        }
    }
}

/// The triangles as a mesh. An empty one gets a triangle of no size: graphics cards take no empty
/// buffers.
fn mesh(canvas: &Canvas) -> Mesh {
    let mut positions: Vec<[f32; 3]> = canvas
        .positions
        .iter()
        .map(|it| [it.x, -it.y, 0.0])
        .collect();
    let mut colours = canvas.colours.clone();
    let mut indices = canvas.indices.clone();
    if indices.is_empty() {
        positions = vec![[0.0; 3]; 3];
        colours = vec![[0.0; 4]; 3];
        indices = vec![0, 1, 2];
    }
    Mesh::new(
        PrimitiveTopology::TriangleList,
        RenderAssetUsages::default(),
    )
    .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
    .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, colours)
    .with_inserted_indices(Indices::U32(indices))
}

fn colour(token: Color32) -> Color {
    Color::srgb_u8(token.r(), token.g(), token.b())
}
