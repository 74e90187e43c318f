//! The picture of the living map: what the incident and the theme say, as triangles. Knows no Bevy
//! and keeps nothing of the incident but what eases from one state to the next.

use std::sync::Arc;

use bevy_egui::egui::{Color32, Rect, Vec2, vec2};

use super::canvas::{Canvas, Ink, rounded};
use super::icons::Icon;
use super::labels::MapView;
use super::nodes::{self, NodeMark, Siren};
use super::particles::{Stream, Traffic, still};
use super::path::Path;
use super::stage::Stage;
use crate::base::id::ComponentId;
use crate::desktop::game::Game;
use crate::desktop::theme::{Palette, Theme};
use crate::scenario::model::Kind;
use crate::view::{Health, Layout, Link, NodeState};

/// What a picture is made from.
pub struct Subject<'a> {
    /// The incident.
    pub game: &'a Game,
    /// Colours, sizes, whether anything may move.
    pub theme: &'a Theme,
    /// Where one looks.
    pub view: &'a MapView,
    /// Points that the map may use.
    pub size: Vec2,
    /// Physical pixels in a point.
    pub pixels_per_point: f32,
    /// Alarms that have just gone off, by name, with the seconds since.
    pub pulses: &'a [(String, f32)],
}

/// Which layers are new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Frames and links.
    pub ground: bool,
    /// What travels.
    pub flow: bool,
    /// Nodes.
    pub nodes: bool,
}

/// The picture, layer by layer, and what it remembers.
pub struct Scene {
    /// Frames and links.
    pub ground: Canvas,
    /// What travels.
    pub flow: Canvas,
    /// Nodes.
    pub nodes: Canvas,
    frame: Option<Frame>,
    paths: Vec<Path>,
    streams: Vec<Stream>,
    shown: Vec<Shown>,
    link_marks: Vec<LinkMark>,
    node_marks: Vec<NodeMark>,
    clock: Clock,
}

/// What all layers depend on.
#[derive(Clone)]
struct Frame {
    layout: Arc<Layout>,
    stage: Stage,
    pixels_per_point: f32,
    colours: [Color32; 6],
    is_still: bool,
}

/// How long a pulse travels, a wave, a breath.
pub(super) const PULSE_S: f32 = 2.4;
const WAVE_S: f32 = 1.8;
const BREATH_S: f32 = 2.2;
/// Half the gap in a link whose breaker is open, in points.
const HALF_GAP: f32 = 11.0;
/// Steps in which shares are shown: finer ones nobody sees, and each is a new picture.
const STEPS: f32 = 240.0;

/// Time as the map shows it: it goes with the incident's, but at high speed by far not as much
/// faster, or nothing could be followed.
#[derive(Clone, Copy, Debug, Default)]
struct Clock {
    sim_s: Option<f64>,
    shown_s: f64,
}

/// Shares on their way to what they should be.
#[derive(Clone, Copy, Debug, Default)]
struct Shown {
    saturation: f32,
    errors: f32,
    warmth: f32,
    queue: f32,
}

/// What a link looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
struct LinkMark {
    failed: f32,
    load: f32,
    is_idle: bool,
    is_open: bool,
    is_out: bool,
}

impl Default for Scene {
    fn default() -> Self {
        Self {
            ground: Canvas::new(1.0),
            flow: Canvas::new(1.0),
            nodes: Canvas::new(1.0),
            frame: None,
            paths: Vec::new(),
            streams: Vec::new(),
            shown: Vec::new(),
            link_marks: Vec::new(),
            node_marks: Vec::new(),
            clock: Clock::default(),
        }
    }
}

impl Scene {
    /// Brings the picture up to date. `elapsed` of the map's own time is returned, too, for whoever
    /// moves with it.
    pub fn update(&mut self, it: &Subject) -> (Changed, f32) {
        let (is_new_game, is_new_frame) = self.look_at(it);
        let (seconds, jumped) = self.clock.tick(it.game);
        let snap = is_new_game || jumped || it.theme.motion_s <= 0.0;
        self.ease(it.game, seconds, snap);
        let mut changed = Changed::default();
        let link_marks: Vec<LinkMark> = it.game.layout.links.iter().map(|l| mark(it, l)).collect();
        if is_new_frame || link_marks != self.link_marks {
            self.link_marks = link_marks;
            self.draw_ground(it);
            changed.ground = true;
        }
        if is_new_frame || seconds > 0.0 || snap {
            let restart = is_new_game || jumped;
            self.draw_flow(it, seconds, restart);
            changed.flow = true;
        }
        let node_marks = self.node_marks(it);
        if is_new_frame || node_marks != self.node_marks {
            self.nodes.clear(it.pixels_per_point);
            for mark in &node_marks {
                nodes::node(&mut self.nodes, &it.theme.palette, mark);
            }
            self.node_marks = node_marks;
            changed.nodes = true;
        }
        (changed, seconds)
    }

    /// Whether the incident, and whether anything that all layers depend on, is another one.
    fn look_at(&mut self, it: &Subject) -> (bool, bool) {
        let layout = &it.game.layout;
        let stage = Stage::new(layout, it.size, it.view, it.theme);
        let palette = &it.theme.palette;
        let colours = [
            palette.panel,
            palette.healthy,
            palette.attention,
            palette.failing,
            palette.text,
            palette.own,
        ];
        let is_still = it.theme.motion_s <= 0.0;
        let is_same_game = |old: &Frame| Arc::ptr_eq(&old.layout, layout);
        let is_new_game = !self.frame.as_ref().is_some_and(is_same_game);
        let is_same = self.frame.as_ref().is_some_and(|old| {
            !is_new_game
                && old.stage == stage
                && old.pixels_per_point == it.pixels_per_point
                && old.colours == colours
                && old.is_still == is_still
        });
        if is_same {
            return (false, false);
        }
        self.paths = layout.links.iter().map(|l| stage.path(layout, l)).collect();
        self.frame = Some(Frame {
            layout: layout.clone(),
            stage,
            pixels_per_point: it.pixels_per_point,
            colours,
            is_still,
        });
        if is_new_game {
            self.streams = (0..layout.links.len()).map(Stream::new).collect();
            self.shown = it.game.tap.nodes.iter().map(|_| Shown::default()).collect();
            self.clock = Clock::default();
        }
        (is_new_game, true)
    }

    fn ease(&mut self, game: &Game, seconds: f32, snap: bool) {
        let share = if snap {
            1.0
        } else {
            1.0 - (-5.0 * seconds).exp()
        };
        for (shown, node) in self.shown.iter_mut().zip(game.tap.nodes.iter()) {
            let move_to = |from: &mut f32, to: f64| *from += (to as f32 - *from) * share;
            move_to(&mut shown.saturation, node.saturation);
            move_to(&mut shown.errors, node.error_share);
            move_to(&mut shown.warmth, node.warmth.unwrap_or(0.0));
            move_to(&mut shown.queue, node.queue_fill);
        }
    }

    fn draw_ground(&mut self, it: &Subject) {
        let canvas = &mut self.ground;
        canvas.clear(it.pixels_per_point);
        let palette = &it.theme.palette;
        let frames = self.frame.iter().flat_map(|frame| &frame.stage.frames);
        for (_, rect) in frames {
            region(canvas, palette, *rect);
        }
        for (path, mark) in self.paths.iter().zip(&self.link_marks) {
            link(canvas, palette, path, *mark);
        }
    }

    fn draw_flow(&mut self, it: &Subject, seconds: f32, restart: bool) {
        let canvas = &mut self.flow;
        canvas.clear(it.pixels_per_point);
        let palette = &it.theme.palette;
        let (good, failed) = (Ink::of(palette.healthy), Ink::of(palette.failing));
        let size = self.frame.as_ref().map_or(1.0, |it| it.stage.radius / 30.0);
        let size = size.clamp(0.7, 1.3);
        let parts = self.paths.iter().zip(&mut self.streams);
        let parts = parts.zip(it.game.layout.links.iter().zip(&self.link_marks));
        for ((path, stream), (link, mark)) in parts {
            let traffic = traffic(it.game, link);
            let end = if mark.is_open {
                path.length() / 2.0 - HALF_GAP
            } else {
                path.length()
            };
            let lane = 1.0 + 3.0 * traffic.load() * size;
            if it.theme.motion_s <= 0.0 {
                for sign in still(traffic, end) {
                    let (at, along) = path.at(sign.walked);
                    if sign.failed {
                        canvas.cross(at, 4.0 * size, 2.0, failed);
                    } else {
                        let half = along * 4.0 * size;
                        canvas.line(&[at - half, at + half], 3.0 * size, false, good);
                    }
                }
                continue;
            }
            if restart {
                stream.fill(traffic, end);
            } else {
                stream.advance(seconds, traffic, end);
            }
            for sign in stream.signs() {
                let (at, along) = path.at(sign.walked);
                let at = at + vec2(-along.y, along.x) * sign.lane * lane;
                if sign.failed {
                    canvas.cross(at, 4.2 * size, 2.0 * size, failed);
                } else {
                    canvas.disc(at, 2.5 * size, good);
                }
            }
        }
    }

    fn node_marks(&self, it: &Subject) -> Vec<NodeMark> {
        let Some(frame) = &self.frame else {
            return Vec::new();
        };
        let game = it.game;
        let world = &game.session.scenario().world;
        let moves = it.theme.motion_s > 0.0;
        let cycle = |seconds: f32| {
            let turns = (self.clock.shown_s / f64::from(seconds)).fract() as f32;
            if moves {
                (turns * 48.0).round() / 48.0
            } else {
                0.5
            }
        };
        let breath = (cycle(BREATH_S) * std::f32::consts::TAU).cos() * -0.5 + 0.5;
        let mut marks = vec![customers(it, &frame.stage)];
        let nodes = world.components.enumerate().zip(game.tap.nodes.iter());
        for (((id, component), node), shown) in nodes.zip(&self.shown) {
            let alarms = Alarms::of(it, id);
            let icon = Icon::of(&component.kind);
            let saturation = if icon == Icon::Queue {
                shown.queue
            } else {
                shown.saturation
            };
            marks.push(NodeMark {
                at: frame.stage.nodes[id],
                radius: frame.stage.radius,
                icon,
                health: node.health,
                saturation: rounded_share(saturation),
                errors: rounded_share(shown.errors),
                warmth: node.warmth.map(|_| rounded_share(shown.warmth)),
                queue: waiting(node, shown.queue),
                is_down: node.down,
                wave: node.rolling_out.then(|| cycle(WAVE_S)),
                breath: if node.health == Health::Failing {
                    breath
                } else {
                    0.0
                },
                alarm: alarms.siren,
                pulse: alarms.pulse.map(|way| if moves { way } else { 0.3 }),
                is_selected: game.selected == Some(id),
            });
        }
        marks
    }
}

impl Clock {
    /// Seconds on the map since the last look, and whether time went back or far ahead.
    fn tick(&mut self, game: &Game) -> (f32, bool) {
        /// Longer than this nothing moves in one step, however slow the machine is.
        const LONGEST_S: f64 = 0.2;
        let now = game.session.now().as_secs_f64() + game.pace.phase();
        let Some(before) = self.sim_s.replace(now) else {
            return (0.0, true);
        };
        let passed = now - before;
        let speed = f64::from(game.pace.speed().max(1));
        // A second of play is a jump at most; more is somebody going to another moment.
        let jumped = !(0.0..=4.0 * speed).contains(&passed);
        if jumped {
            return (0.0, true);
        }
        let shown = (passed / speed.powf(0.75)).min(LONGEST_S);
        self.shown_s += shown;
        (shown as f32, false)
    }
}

/// Alarms of a component.
#[derive(Default)]
struct Alarms {
    siren: Option<Siren>,
    pulse: Option<f32>,
}

impl Alarms {
    fn of(it: &Subject, id: ComponentId) -> Self {
        let alarms = &it.game.session.scenario().signals.alarms;
        let mut found = Self::default();
        for alarm in alarms.iter().filter(|alarm| alarm.component == id) {
            let pager = it.game.desk.pager.iter();
            let firing = pager.filter(|item| item.firing && item.name == alarm.name);
            for item in firing {
                let pages = item.severity == 1;
                let old = found.siren;
                found.siren = Some(Siren {
                    pages: pages || old.is_some_and(|it| it.pages),
                    acknowledged: item.acknowledged && old.is_none_or(|it| it.acknowledged),
                });
            }
            let pulses = it.pulses.iter().filter(|pulse| pulse.0 == alarm.name);
            for (_, age) in pulses.filter(|pulse| pulse.1 < PULSE_S) {
                found.pulse = Some((age / PULSE_S).max(0.0));
            }
        }
        found
    }
}

fn rounded_share(share: f32) -> f32 {
    (share.clamp(0.0, 1.0) * STEPS).round() / STEPS
}

/// A stack is there as soon as anybody waits.
fn waiting(node: &NodeState, shown: f32) -> f32 {
    if node.queued >= 1.0 || shown > 0.02 {
        rounded_share(shown.max(0.01))
    } else {
        0.0
    }
}

/// Everything that travels along a link.
pub(super) fn traffic(game: &Game, link: &Link) -> Traffic {
    let world = &game.session.scenario().world;
    if matches!(world.components[link.to].kind, Kind::Queue(_)) {
        // A message is taken at once; whether it succeeds is known only to those behind the queue.
        return Traffic {
            good_per_s: game.tap.nodes[link.to].rate_per_s as f32,
            failed_per_s: 0.0,
        };
    }
    if link.edges.is_empty() {
        // A worker takes what its queue holds; what fails there is what came and failed.
        let node = &game.tap.nodes[link.to];
        let failed = node.rate_per_s * node.error_share;
        return Traffic {
            good_per_s: (node.rate_per_s - failed) as f32,
            failed_per_s: failed as f32,
        };
    }
    let flows = link.edges.iter().map(|&edge| game.tap.edges[edge].flow);
    flows.fold(Traffic::default(), |sum, flow| Traffic {
        good_per_s: sum.good_per_s + flow.good_per_s as f32,
        failed_per_s: sum.failed_per_s + flow.failed_per_s as f32,
    })
}

fn customers(it: &Subject, stage: &Stage) -> NodeMark {
    let customers = &it.game.tap.customers;
    let errors = customers.failed_share.max(customers.late_share) as f32;
    NodeMark {
        at: stage.customers,
        radius: stage.radius,
        icon: Icon::Customers,
        health: customers.health,
        saturation: 0.0,
        errors: rounded_share(errors),
        warmth: None,
        queue: 0.0,
        is_down: false,
        wave: None,
        breath: 0.0,
        alarm: None,
        pulse: None,
        is_selected: false,
    }
}

fn mark(it: &Subject, link: &Link) -> LinkMark {
    let traffic = traffic(it.game, link);
    let edges = &it.game.tap.edges;
    let all = |is: &dyn Fn(&crate::view::EdgeState) -> bool| {
        !link.edges.is_empty() && link.edges.iter().all(|&edge| is(&edges[edge]))
    };
    LinkMark {
        failed: (traffic.failed_share() * 20.0).round() / 20.0,
        load: (traffic.load() * 12.0).round() / 12.0,
        is_idle: traffic.is_idle(),
        is_open: all(&|edge| edge.breaker_open),
        is_out: all(&|edge| edge.out),
    }
}

fn link(canvas: &mut Canvas, palette: &Palette, path: &Path, mark: LinkMark) {
    let idle = Ink::of(palette.faint);
    if mark.is_out || mark.is_idle {
        let (dash, gap) = if mark.is_out { (3.0, 6.0) } else { (2.0, 5.0) };
        let strength = if mark.is_out { 0.9 } else { 0.55 };
        for dash in path.dashes(dash, gap) {
            canvas.line(&dash, 1.5, false, idle.fade(strength));
        }
    } else {
        let good = Ink::of(palette.healthy);
        let ink = good.mix(Ink::of(palette.failing), (mark.failed * 2.0).min(1.0));
        let width = 1.5 + 2.0 * mark.load;
        canvas.line(
            &path.points,
            width,
            false,
            ink.fade(0.24 + 0.14 * mark.failed),
        );
    }
    if mark.is_open {
        nodes::breaker(canvas, palette, path, HALF_GAP);
    }
}

fn region(canvas: &mut Canvas, palette: &Palette, rect: Rect) {
    let mut outline = rounded(rect, 12.0);
    if let Some(first) = outline.first().copied() {
        outline.push(first);
    }
    canvas.fill(&rounded(rect, 12.0), Ink::of(palette.raised).fade(0.28));
    for dash in Path::straight(outline).dashes(6.0, 5.0) {
        canvas.line(&dash, 1.0, false, Ink::of(palette.faint).fade(0.55));
    }
}
