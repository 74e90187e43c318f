//! Where Bevy, egui and the game meet: window, cameras, frames, pictures, quitting.

use std::path::PathBuf;
use std::time::Duration;

use bevy::app::{AppExit, PluginGroup};
use bevy::asset::AssetEventSystems;
use bevy::camera::visibility::RenderLayers;
use bevy::camera::{CameraOutputMode, ClearColorConfig};
use bevy::log::{Level, LogPlugin};
use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, save_to_disk};
use bevy::window::{
    Monitor, MonitorSelection, PrimaryWindow, RequestRedraw, WindowCloseRequested, WindowMode,
    WindowResizeConstraints, WindowResolution,
};
use bevy::winit::{UpdateMode, WinitSettings};
use bevy_egui::{
    EguiContexts, EguiGlobalSettings, EguiInput, EguiPlugin, EguiPostUpdateSet, EguiPreUpdateSet,
    EguiPrimaryContextPass, PrimaryEguiContext, egui,
};

use crate::desktop::map::MapPlugin;
use crate::desktop::opening::Opening;
use crate::desktop::screen::Screen;
use crate::desktop::state::{Desktop, Wish};
use crate::desktop::store::Store;
use crate::desktop::theme::install_fonts;

/// With what the window opens.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// A scenario: the id of a built-in one, or a path.
    pub scenario: Option<String>,
    /// Decides the cause and all luck.
    pub seed: Option<u64>,
    /// Neither pause nor speed.
    pub exam: bool,
    /// A recorded run to watch.
    pub watch: Option<PathBuf>,
}

/// Frames that are drawn after the player did something, whatever moves.
const SETTLING_FRAMES: u8 = 3;

/// The game as Bevy keeps it.
#[derive(Resource)]
pub struct Held(pub Desktop);

/// Opens the window and plays until it is shut.
///
/// # Errors
/// Why there is no window, in half a sentence.
pub fn run(start: &Start) -> Result<(), String> {
    if !has_display() {
        return Err("there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)".to_owned());
    }
    let mut desktop = Desktop::new(Store::of_user(), entropy());
    if let Some(file) = &start.watch {
        desktop.watch(file);
    } else if let Some(scenario) = &start.scenario {
        desktop.brief(scenario);
        if start.seed.is_some() || start.exam {
            desktop.start(start.seed, start.exam);
        }
    }
    let plugin = WindowPlugin {
        primary_window: Some(window(&desktop)),
        close_when_requested: false,
        ..default()
    };
    let exit = Opening::default().run(|opening| {
        let mut app = App::new();
        app.add_plugins(DefaultPlugins.set(plugin).set(log()))
            .add_plugins(EguiPlugin::default())
            .insert_resource(Held(desktop))
            .insert_resource(opening)
            .add_plugins(DesktopPlugin)
            .run()
    })?;
    if exit.is_success() {
        Ok(())
    } else {
        Err("the window ended with an error".to_owned())
    }
}

/// Only what goes wrong is worth a line; that software draws or a setting is missing is not.
fn log() -> LogPlugin {
    LogPlugin {
        level: Level::ERROR,
        ..default()
    }
}

/// Whether there is something to open a window on. Elsewhere than on X11 and Wayland there always is.
fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|it| !it.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

/// Everything of the game but the window itself; also runs without one.
pub struct DesktopPlugin;

impl Plugin for DesktopPlugin {
    fn build(&self, app: &mut App) {
        app.init_state::<Screen>()
            .insert_resource(WinitSettings::desktop_app())
            .add_plugins(MapPlugin)
            .add_systems(Startup, set_up)
            .add_systems(Update, (fit, frame, pace, shut).chain())
            .add_systems(EguiPrimaryContextPass, (draw, grant).chain())
            .add_systems(
                PreUpdate,
                forget_echoes
                    .after(EguiPreUpdateSet::ProcessInput)
                    .before(EguiPreUpdateSet::BeginPass),
            )
            // Otherwise a sign that is drawn for the first time is missing for a frame: the graphics
            // card hears of the changed texture too late.
            .configure_sets(
                PostUpdate,
                EguiPostUpdateSet::PostProcessOutput.before(AssetEventSystems),
            );
    }
}

fn window(desktop: &Desktop) -> Window {
    let (width, height) = desktop.settings.window;
    Window {
        title: "SEV1".to_owned(),
        name: Some("sev1".to_owned()),
        resolution: WindowResolution::new(width as u32, height as u32),
        resize_constraints: WindowResizeConstraints {
            min_width: 960.0,
            min_height: 600.0,
            ..default()
        },
        mode: mode(desktop.settings.full_screen),
        ..default()
    }
}

/// A window that was bigger than this screen, once, when the screen is known.
fn fit(
    screens: Query<&Monitor>,
    mut window: Query<&mut Window, With<PrimaryWindow>>,
    mut is_done: Local<bool>,
) {
    let size = |it: &Monitor| {
        let scale = it.scale_factor.max(0.1) as f32;
        Vec2::new(it.physical_width as f32, it.physical_height as f32) / scale
    };
    let Some(most) = screens.iter().map(size).reduce(Vec2::max) else {
        return;
    };
    if std::mem::replace(&mut *is_done, true) {
        return;
    }
    for mut window in &mut window {
        let now = window.size();
        if now.cmpgt(most).any() {
            let fits = now.min(most);
            window.resolution.set(fits.x, fits.y);
        }
    }
}

fn mode(full_screen: bool) -> WindowMode {
    if full_screen {
        WindowMode::BorderlessFullscreen(MonitorSelection::Current)
    } else {
        WindowMode::Windowed
    }
}

/// A number that differs from one start to the next.
fn entropy() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(1, |it| it.as_nanos() as u64 / 1_000)
}

/// A camera for the desk, over the map's.
fn set_up(mut commands: Commands, mut egui: ResMut<EguiGlobalSettings>) {
    egui.auto_create_primary_context = false;
    commands.spawn((
        PrimaryEguiContext,
        Camera2d,
        Msaa::Off,
        // It shows nothing but the desk.
        RenderLayers::none(),
        Camera {
            order: 1,
            output_mode: CameraOutputMode::Write {
                blend_state: Some(
                    bevy::render::render_resource::BlendState::PREMULTIPLIED_ALPHA_BLENDING,
                ),
                clear_color: ClearColorConfig::None,
            },
            clear_color: ClearColorConfig::Custom(Color::NONE),
            ..default()
        },
    ));
}

/// Lets time pass.
#[expect(
    clippy::needless_pass_by_value,
    reason = "Bevy hands parameters to systems so"
)]
fn frame(
    mut held: ResMut<Held>,
    time: Res<Time<Real>>,
    mut next: ResMut<NextState<Screen>>,
    screen: Res<State<Screen>>,
) {
    let desktop = &mut held.0;
    desktop.frame(time.delta_secs_f64());
    if *screen.get() != desktop.screen {
        next.set(desktop.screen);
    }
}

/// Frames follow one another while something moves; otherwise the next one waits for the player.
#[expect(
    clippy::needless_pass_by_value,
    reason = "Bevy hands parameters to systems so"
)]
fn pace(held: Res<Held>, mut winit: ResMut<WinitSettings>) {
    let still = held.0.looks_every();
    let (focused, unfocused) = if held.0.is_moving() {
        let slow = UpdateMode::reactive_low_power(Duration::from_millis(33));
        (UpdateMode::Continuous, slow)
    } else {
        (
            UpdateMode::reactive(still),
            UpdateMode::reactive_low_power(still),
        )
    };
    // Written only when it changes: a write wakes the event loop.
    if winit.focused_mode != focused {
        winit.focused_mode = focused;
        winit.unfocused_mode = unfocused;
    }
}

/// bevy_egui says with every frame which keys are held down, and egui asks for another frame after
/// every event: together they would draw for ever what stands still. Only what has changed is told.
fn forget_echoes(mut inputs: Query<&mut EguiInput>, mut held: Local<egui::Modifiers>) {
    for mut input in &mut inputs {
        input.events.retain(|event| match event {
            egui::Event::ModifiersChanged(now) => std::mem::replace(&mut *held, *now) != *now,
            _ => true,
        });
    }
}

/// What drawing remembers from one frame to the next.
#[derive(Default)]
struct Pen {
    has_fonts: bool,
    /// Frames that are still to be drawn, whatever moves.
    settling: u8,
}

/// Draws the desk.
fn draw(
    mut held: ResMut<Held>,
    mut contexts: EguiContexts,
    mut redraw: MessageWriter<RequestRedraw>,
    mut pen: Local<Pen>,
    opening: Option<Res<Opening>>,
) -> Result {
    let context = contexts.ctx_mut()?.clone();
    if !std::mem::replace(&mut pen.has_fonts, true) {
        install_fonts(&context);
        // They count from the next frame on.
        redraw.write(RequestRedraw);
        return Ok(());
    }
    if let Some(opening) = opening {
        opening.is_done();
    }
    let desktop = &mut held.0;
    let layer = egui::LayerId::background();
    let builder = egui::UiBuilder::new().layer_id(layer);
    let builder = builder.max_rect(context.viewport_rect());
    let mut ui = egui::Ui::new(context.clone(), "window".into(), builder);
    let screen = desktop.screen;
    desktop.ui(&mut ui);
    // egui settles what it lays out for the first time in the frames that follow, so a picture that
    // then stands still is drawn a few times more.
    if desktop.screen != screen || context.input(|input| !input.events.is_empty()) {
        pen.settling = SETTLING_FRAMES;
    } else if desktop.is_moving() {
        pen.settling = 1;
    }
    if pen.settling > 0 {
        pen.settling -= 1;
        redraw.write(RequestRedraw);
    }
    Ok(())
}

/// Does what only the window can.
fn grant(
    mut held: ResMut<Held>,
    mut commands: Commands,
    mut window: Query<&mut Window, With<PrimaryWindow>>,
    mut exit: MessageWriter<AppExit>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    let desktop = &mut held.0;
    for wish in std::mem::take(&mut desktop.wishes) {
        match wish {
            Wish::Quit => {
                exit.write(AppExit::Success);
            }
            Wish::Picture(path) => {
                desktop.say(format!("Picture: {}", path.display()));
                commands
                    .spawn(Screenshot::primary_window())
                    .observe(save_to_disk(path));
            }
            Wish::FullScreen(on) => {
                for mut window in &mut window {
                    window.mode = mode(on);
                }
            }
        }
        redraw.write(RequestRedraw);
    }
}

/// The window is to be shut: keeps the run and the window's size first.
fn shut(
    mut held: ResMut<Held>,
    mut asked: MessageReader<WindowCloseRequested>,
    window: Query<&Window, With<PrimaryWindow>>,
    mut exit: MessageWriter<AppExit>,
) {
    if asked.read().count() == 0 {
        return;
    }
    let desktop = &mut held.0;
    desktop.keep_unfinished();
    if let Ok(window) = window.single() {
        desktop.settings.window = (window.width(), window.height());
        desktop.write_settings();
    }
    exit.write(AppExit::Success);
}
