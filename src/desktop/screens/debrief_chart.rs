//! The curve of what customers lost: this run between nobody doing anything and the reference, with
//! what happened and what was decided on it.

use std::sync::Arc;

use bevy_egui::egui::{
    Align2, Color32, CursorIcon, FontId, Galley, Mesh, Painter, Pos2, Rect, Response, Sense, Shape,
    Stroke, Ui, WidgetInfo, WidgetType, pos2, vec2,
};

use super::debrief::Shown;
use super::debrief_branch::{BranchUi, Dragged, curve_of};
use super::parts::{cross, diamond, tick, title, triangle};
use crate::base::time::SimTime;
use crate::debrief::analysis::Mark;
use crate::desktop::theme::{Palette, Theme, mono, semibold};
use crate::score::Verdict;
use crate::view::{Curve, Curves, Moment, Sign, effect, spared, thousands};

/// Radius of a mark.
const MARK: f32 = 11.0;
/// Lines of labels below the chart.
const LANES: usize = 3;

/// Draws it, with the card's heading; `pointed` is the moment that a row elsewhere is about.
pub(super) fn chart_ui(
    ui: &mut Ui,
    shown: &Shown<'_>,
    height: f32,
    pointed: Option<SimTime>,
    branch: &mut BranchUi,
) {
    let theme = shown.theme;
    let heading = if shown.view.total.is_some() {
        "What customers lost, minute by minute, and what each decision cost or saved"
    } else {
        "What customers lost, minute by minute"
    };
    title(ui, theme, heading);
    let used = theme.sizes.small * 2.0;
    let size = vec2(ui.available_width(), (height - used).max(160.0));
    let (whole, response) = ui.allocate_exact_size(size, Sense::drag());
    let about = format!("Chart. {}. {}", shown.view.headline, shown.view.ending);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &about));
    let lane = theme.sizes.caption * 2.5 + 2.0;
    let plot = Rect::from_min_max(
        whole.min + vec2(0.0, 10.0),
        whole.max - vec2(8.0, lane * LANES as f32 + 10.0),
    );
    let curves = &shown.view.curves;
    let frame = Plot { plot, curves };
    let painter = ui.painter_at(whole.expand(4.0));
    grid(&painter, theme, &frame);
    lines(&painter, theme, &frame);
    if let Some(other) = curve_of(shown.branching) {
        branch_line(&painter, theme, &frame, other);
    }
    names(&painter, theme, &frame, curve_of(shown.branching));
    let hidden = |it: &&Moment| !(it.spoils && shown.hides);
    let moments: Vec<&Moment> = shown.view.moments.iter().filter(hidden).collect();
    let places = stacked(&frame, &moments);
    let hovered = response.hover_pos().and_then(|at| nearest(&places, at));
    stems(&painter, theme, &frame, &moments, &places);
    labels(&painter, theme, &frame, &moments, &places, hovered);
    for (index, (moment, place)) in moments.iter().zip(&places).enumerate() {
        if branch.leaves_out(&moment.orders) {
            continue;
        }
        let is_near = pointed.is_some_and(|it| it == moment.at);
        mark(
            &painter,
            theme,
            moment,
            *place,
            hovered == Some(index) || is_near,
        );
    }
    if let Some(at) = pointed {
        pointer(&painter, theme, &frame, at);
    }
    let taken = hovered.and_then(|index| moments.get(index).copied());
    if !shown.hides {
        drag_ui(&painter, theme, &frame, &response, taken, branch);
    }
    if let Some(moment) = taken.filter(|_| branch.dragged.is_none()) {
        let words = format!("{} · {}", moment.clock, moment.detail);
        if moment.orders.is_empty() {
            response.on_hover_text_at_pointer(words);
        } else {
            let words = format!("{words}\nDrag it to see what another time would have done");
            let response = response.on_hover_cursor(CursorIcon::ResizeHorizontal);
            response.on_hover_text_at_pointer(words);
        }
    }
}

/// Takes a decision by its mark to another moment.
fn drag_ui(
    painter: &Painter,
    theme: &Theme,
    frame: &Plot<'_>,
    response: &Response,
    taken: Option<&Moment>,
    branch: &mut BranchUi,
) {
    if response.drag_started()
        && let Some(moment) = taken.filter(|it| !it.orders.is_empty())
    {
        branch.dragged = Some(Dragged::of(moment, branch.moved_by(&moment.orders)));
    }
    let Some(dragged) = &mut branch.dragged else {
        return;
    };
    if let Some(at) = response.interact_pointer_pos() {
        dragged.hold(frame.minute(at.x));
    }
    let x = frame.x(dragged.minute());
    let own = theme.palette.own;
    painter.vline(x, frame.plot.y_range(), Stroke::new(1.5, own));
    let font = semibold(theme.sizes.small);
    let words = painter.layout_no_wrap(dragged.words(), font, own);
    let right = x + words.size().x + 12.0 < frame.plot.right();
    let left = if right {
        x + 6.0
    } else {
        x - 6.0 - words.size().x
    };
    let rect = Rect::from_min_size(pos2(left, frame.plot.top() + 4.0), words.size());
    painter.rect_filled(rect.expand(3.0), 3.0, theme.palette.panel);
    painter.galley(rect.min, words, own);
    if response.drag_stopped() {
        branch.drop_it();
    }
}

/// The curve of a branch, over all others.
fn branch_line(painter: &Painter, theme: &Theme, frame: &Plot<'_>, other: &Curve) {
    let painter = painter.with_clip_rect(frame.plot.expand2(vec2(4.0, 2.0)));
    let mut points = frame.points(other);
    if let Some(end) = points.last().copied() {
        points.push(pos2(frame.plot.right(), end.y));
    }
    painter.line(points, Stroke::new(2.5, theme.palette.own));
}

/// Where minutes and customer-minutes lie on the screen.
struct Plot<'c> {
    plot: Rect,
    curves: &'c Curves,
}

impl Plot<'_> {
    fn x(&self, minute: f64) -> f32 {
        let share = (minute / self.curves.span_min).clamp(0.0, 1.0) as f32;
        self.plot.left() + self.plot.width() * share
    }

    /// The minute at a place on the screen.
    fn minute(&self, x: f32) -> f64 {
        let share = (x - self.plot.left()) / self.plot.width().max(1.0);
        f64::from(share.clamp(0.0, 1.0)) * self.curves.span_min
    }

    fn y(&self, lost: f64) -> f32 {
        let share = (lost / (self.curves.most * 1.06)).min(1.4) as f32;
        self.plot.bottom() - self.plot.height() * share
    }

    fn at(&self, minute: f64, lost: f64) -> Pos2 {
        pos2(self.x(minute), self.y(lost))
    }

    /// The points of a curve that are on the chart, up to where it is cut off.
    fn points(&self, curve: &Curve) -> Vec<Pos2> {
        let span = self.curves.span_min;
        let inside = curve.points.iter().filter(|it| it.0 <= span);
        let mut points: Vec<Pos2> = inside.map(|it| self.at(it.0, it.1)).collect();
        if curve.ends() > span {
            points.push(self.at(span, curve.at(span)));
        }
        points
    }
}

/// A round number of customer-minutes from one line of the grid to the next.
fn step(most: f64) -> f64 {
    let raw = (most / 4.0).max(1e-6);
    let power = 10f64.powf(raw.log10().floor());
    let round = [1.0, 2.0, 2.5, 5.0, 10.0].map(|it| it * power);
    round.into_iter().find(|it| *it >= raw).unwrap_or(raw)
}

fn grid(painter: &Painter, theme: &Theme, frame: &Plot<'_>) {
    let palette = &theme.palette;
    let step = step(frame.curves.most);
    let font = mono(theme.sizes.caption, false);
    for line in 0..8_u8 {
        let lost = step * f64::from(line);
        let y = frame.y(lost);
        if y < frame.plot.top() {
            break;
        }
        let stroke = Stroke::new(1.0, palette.hairline);
        painter.hline(frame.plot.x_range(), y, stroke);
        if line > 0 {
            let unit = if line == 1 { " customer-min" } else { "" };
            let words = format!("{}{unit}", thousands(lost));
            let at = pos2(frame.plot.left(), y - 2.0);
            painter.text(at, Align2::LEFT_BOTTOM, words, font.clone(), palette.muted);
        }
    }
}

fn lines(painter: &Painter, theme: &Theme, frame: &Plot<'_>) {
    let palette = &theme.palette;
    let painter = painter.with_clip_rect(frame.plot.expand2(vec2(4.0, 2.0)));
    let curves = frame.curves;
    let own = frame.points(&curves.you);
    let mut mesh = Mesh::default();
    let colour = palette.failing.gamma_multiply(0.13);
    let (after, last) = match own.last() {
        Some(last) => (pos2(frame.plot.right(), last.y), *last),
        None => return,
    };
    for (place, point) in own.iter().chain([&after]).enumerate() {
        mesh.colored_vertex(*point, colour);
        mesh.colored_vertex(pos2(point.x, frame.plot.bottom()), colour);
        if place > 0 {
            let i = 2 * place as u32;
            mesh.add_triangle(i - 2, i - 1, i);
            mesh.add_triangle(i - 1, i, i + 1);
        }
    }
    painter.add(Shape::mesh(mesh));
    if let Some(nothing) = &curves.nothing {
        let points = frame.points(nothing);
        let stroke = Stroke::new(1.5, palette.muted);
        painter.extend(Shape::dashed_line(&points, stroke, 6.0, 5.0));
    }
    if let Some(reference) = &curves.reference {
        let mut points = frame.points(reference);
        if let Some(end) = points.last().copied() {
            points.push(pos2(frame.plot.right(), end.y));
        }
        painter.line(points, Stroke::new(2.0, palette.healthy));
    }
    painter.line(own, Stroke::new(2.5, palette.failing));
    // What was not played is not known: the line only holds its height.
    let held = Stroke::new(1.5, palette.failing.gamma_multiply(0.55));
    painter.extend(Shape::dashed_line(&[last, after], held, 2.0, 5.0));
}

/// Names of the curves at their right ends, kept apart.
fn names(painter: &Painter, theme: &Theme, frame: &Plot<'_>, branch: Option<&Curve>) {
    let palette = &theme.palette;
    let curves = frame.curves;
    let end = curves.span_min;
    let font = semibold(theme.sizes.small);
    let mut taken: Vec<Rect> = Vec::new();
    let mut name = |words: String, y: f32, colour: Color32, shift: f32| {
        let galley = painter.layout_no_wrap(words, font.clone(), colour);
        let size = galley.size();
        let right = frame.plot.right() - 8.0 - shift;
        let mut top = (y - size.y - 5.0).max(frame.plot.top() + 2.0);
        let place = |top: f32| Rect::from_min_size(pos2(right - size.x, top), size);
        for _ in 0..6 {
            match taken.iter().find(|it| it.intersects(place(top))) {
                Some(other) => top = other.bottom() + 2.0,
                None => break,
            }
        }
        let rect = place(top);
        painter.rect_filled(rect.expand(2.0), 3.0, palette.panel.gamma_multiply(0.85));
        painter.galley(rect.min, galley, colour);
        taken.push(rect);
    };
    let own = format!("you {}", thousands(curves.you.total));
    name(own, frame.y(curves.you.at(end)), palette.failing, 0.0);
    if let Some(branch) = branch {
        let words = format!("what if {}", thousands(branch.total));
        name(words, frame.y(branch.at(end)), palette.own, 0.0);
    }
    if let Some(reference) = &curves.reference {
        let words = format!("reference, same seed {}", thousands(reference.total));
        name(words, frame.y(reference.at(end)), palette.healthy, 0.0);
    }
    if let Some(nothing) = &curves.nothing {
        let words = format!("nobody did anything {}", thousands(nothing.total));
        let shift = frame.plot.width() * 0.06;
        // At its right end the rising line is still below it.
        let minute = end * 0.93;
        name(words, frame.y(nothing.at(minute)), palette.muted, shift);
    }
}

/// Marks on the curve; those too near to one another stand above each other.
fn stacked(frame: &Plot<'_>, moments: &[&Moment]) -> Vec<Pos2> {
    let mut places: Vec<Pos2> = Vec::new();
    for moment in moments {
        let mut at = frame.at(moment.minute, moment.lost);
        at.y = at.y.min(frame.plot.bottom());
        let apart = 2.0 * MARK + 3.0;
        for _ in 0..8 {
            let near = places.iter().find(|it| it.distance(at) < apart);
            let Some(near) = near else {
                break;
            };
            at.y = near.y - apart;
        }
        at.y = at.y.max(frame.plot.top() - 4.0);
        places.push(at);
    }
    places
}

fn nearest(places: &[Pos2], at: Pos2) -> Option<usize> {
    let near = places.iter().enumerate().filter_map(|(index, place)| {
        let distance = place.distance(at);
        (distance <= MARK + 6.0).then_some((index, distance))
    });
    near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|it| it.0)
}

fn colour(palette: &Palette, sign: Sign) -> Color32 {
    match sign {
        Sign::Change | Sign::Message => palette.change,
        Sign::Alarm | Sign::Reopened => palette.failing,
        Sign::Team | Sign::Decision(None) => palette.own,
        Sign::Reached => palette.healthy,
        Sign::Marked(mark, _) => mark_colour(palette, mark),
        Sign::Decision(Some((verdict, _))) => match verdict {
            Verdict::Helped => palette.healthy,
            Verdict::Neutral => palette.muted,
            Verdict::Needless | Verdict::TooEarly => palette.attention,
            Verdict::Harmful => palette.failing,
        },
    }
}

/// The colour of how good a decision was.
pub(super) const fn mark_colour(palette: &Palette, mark: Mark) -> Color32 {
    match mark {
        Mark::Excellent | Mark::Good => palette.healthy,
        Mark::Neutral => palette.muted,
        Mark::Inaccuracy | Mark::Mistake => palette.attention,
        Mark::Blunder => palette.failing,
    }
}

/// As chess players note moves; a plain one, too, has a sign.
pub(super) const fn mark_sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Neutral => "=",
        _ => mark.sign(),
    }
}

fn stems(painter: &Painter, theme: &Theme, frame: &Plot<'_>, moments: &[&Moment], places: &[Pos2]) {
    for (moment, place) in moments.iter().zip(places) {
        let colour = colour(&theme.palette, moment.sign).gamma_multiply(0.4);
        let stroke = Stroke::new(1.0, colour);
        painter.vline(place.x, place.y..=frame.plot.bottom(), stroke);
    }
}

fn mark(painter: &Painter, theme: &Theme, moment: &Moment, at: Pos2, is_pointed: bool) {
    let palette = &theme.palette;
    let ink = colour(palette, moment.sign);
    if is_pointed {
        painter.circle_filled(at, MARK + 5.0, ink.gamma_multiply(0.3));
    }
    painter.circle(at, MARK, palette.panel, Stroke::new(1.6, ink));
    let stroke = Stroke::new(1.8, ink);
    let sign = |words: &str| {
        let font = semibold(theme.sizes.small.min(14.0));
        painter.text(at, Align2::CENTER_CENTER, words, font, ink);
    };
    match moment.sign {
        Sign::Change => {
            painter.add(diamond(at, 9.0, ink));
        }
        Sign::Alarm => {
            painter.add(triangle(at, 10.0, ink));
        }
        Sign::Team => {
            let square = Rect::from_center_size(at, vec2(7.0, 7.0));
            painter.rect_filled(square, 1.0, ink);
        }
        Sign::Message => envelope(painter, at, stroke),
        Sign::Reached => {
            painter.add(tick(at, 10.0, stroke));
        }
        Sign::Reopened => {
            painter.extend(cross(at, 8.0, stroke));
        }
        Sign::Decision(None) => {
            painter.circle_filled(at, 4.0, ink);
        }
        Sign::Marked(mark, _) => sign(mark_sign(mark)),
        // As chess players note moves.
        Sign::Decision(Some((verdict, _))) => sign(match verdict {
            Verdict::Helped => "!",
            Verdict::Neutral => "=",
            Verdict::Needless => "?",
            Verdict::TooEarly => "?!",
            Verdict::Harmful => "??",
        }),
    }
}

fn envelope(painter: &Painter, at: Pos2, stroke: Stroke) {
    let rect = Rect::from_center_size(at, vec2(11.0, 8.0));
    let thin = Stroke::new(1.3, stroke.color);
    painter.rect_stroke(rect, 1.0, thin, bevy_egui::egui::StrokeKind::Middle);
    painter.line_segment([rect.left_top(), at + vec2(0.0, 1.0)], thin);
    painter.line_segment([rect.right_top(), at + vec2(0.0, 1.0)], thin);
}

/// What is written below a mark.
struct Label {
    galleys: [Option<Arc<Galley>>; 2],
    width: f32,
}

fn label(painter: &Painter, theme: &Theme, moment: &Moment) -> Label {
    let palette = &theme.palette;
    let font = FontId::proportional(theme.sizes.caption);
    let words = painter.layout_no_wrap(moment.label.clone(), font.clone(), palette.text);
    let came = match moment.sign {
        Sign::Decision(Some((verdict, minutes))) => {
            let colour = colour(palette, moment.sign);
            Some(painter.layout_no_wrap(effect(verdict, minutes), font, colour))
        }
        Sign::Marked(_, minutes) => {
            let colour = colour(palette, moment.sign);
            Some(painter.layout_no_wrap(spared(minutes), font, colour))
        }
        _ => None,
    };
    let width = words
        .size()
        .x
        .max(came.as_ref().map_or(0.0, |it| it.size().x));
    Label {
        galleys: [Some(words), came],
        width,
    }
}

/// Labels in lanes below the chart: what matters most gets its room first, and what finds none is only
/// a mark.
fn labels(
    painter: &Painter,
    theme: &Theme,
    frame: &Plot<'_>,
    moments: &[&Moment],
    places: &[Pos2],
    hovered: Option<usize>,
) {
    let lane_height = theme.sizes.caption * 2.5 + 2.0;
    let mut order: Vec<usize> = (0..moments.len()).collect();
    order.sort_by_key(|index| (hovered != Some(*index), moments[*index].rank, *index));
    let mut lanes: [Vec<(f32, f32)>; LANES] = Default::default();
    for index in order {
        let (moment, place) = (moments[index], places[index]);
        let label = label(painter, theme, moment);
        let half = label.width / 2.0;
        let least = frame.plot.left() + half;
        let most = (frame.plot.right() + 4.0 - half).max(least);
        let centre = place.x.clamp(least, most);
        let (from, to) = (centre - half - 7.0, centre + half + 7.0);
        let free = lanes
            .iter()
            .position(|lane| lane.iter().all(|(a, b)| to <= *a || from >= *b));
        let Some(lane) = free else {
            continue;
        };
        lanes[lane].push((from, to));
        let top = frame.plot.bottom() + MARK + 5.0 + lane as f32 * lane_height;
        if lane > 0 {
            let stroke = Stroke::new(1.0, theme.palette.hairline);
            painter.vline(place.x, frame.plot.bottom() + 2.0..=top, stroke);
        }
        let mut y = top;
        for galley in label.galleys.into_iter().flatten() {
            let at = pos2(centre - galley.size().x / 2.0, y);
            y += galley.size().y;
            painter.galley(at, galley, theme.palette.text);
        }
    }
}

/// The moment that a row elsewhere is about.
fn pointer(painter: &Painter, theme: &Theme, frame: &Plot<'_>, at: SimTime) {
    let minute = at.as_secs_f64() / 60.0;
    let x = frame.x(minute);
    let colour = theme.palette.text;
    painter.vline(x, frame.plot.y_range(), Stroke::new(1.0, colour));
    let centre = frame.at(minute, frame.curves.you.at(minute));
    painter.circle_stroke(centre, MARK + 5.0, Stroke::new(1.5, colour));
}
