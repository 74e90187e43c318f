//! The charts of a page, as inline SVG with a title for those who cannot see them.

use crate::base::text::thousands;
use crate::report::html::escaped;
use crate::view::{Curve, Curves, Histogram};

const WIDTH: f64 = 900.0;
const LEFT: f64 = 8.0;
const RIGHT: f64 = 892.0;

fn frame(class: &str, height: f64, title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<figure class=\"{class}\">\n<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"{title}\">\n<title>{title}</title>\n{body}</svg>\n<figcaption>{title}\
         </figcaption>\n</figure>\n"
    )
}

/// What customers lost: this run between nobody doing anything and the reference.
pub(super) fn curves(curves: &Curves) -> String {
    const TOP: f64 = 14.0;
    const BOTTOM: f64 = 260.0;
    let x = |minute: f64| LEFT + (RIGHT - LEFT) * (minute / curves.span_min).clamp(0.0, 1.0);
    let y = |lost: f64| BOTTOM - (BOTTOM - TOP) * (lost / (curves.most * 1.06)).clamp(0.0, 1.0);
    let path = |curve: &Curve| {
        let inside = curve.points.iter().filter(|it| it.0 <= curves.span_min);
        let points: Vec<String> = inside
            .map(|(minute, lost)| format!("{:.1},{:.1}", x(*minute), y(*lost)))
            .collect();
        points.join(" ")
    };
    let mut body = String::new();
    for step in 0..=4 {
        let lost = curves.most * f64::from(step) / 4.0;
        let at = y(lost);
        body.push_str(&format!(
            "<line x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"var(--line)\"/>\n"
        ));
        if step > 0 {
            let words = thousands(lost);
            body.push_str(&format!(
                "<text x=\"{LEFT}\" y=\"{:.1}\">{words}</text>\n",
                at - 3.0
            ));
        }
    }
    let mut line = |curve: &Curve,
                    colour: &str,
                    dashes: &str,
                    width: f64,
                    name: &str,
                    lift: f64| {
        body.push_str(&format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"var(--{colour})\" \
             stroke-width=\"{width}\"{dashes}/>\n",
            path(curve)
        ));
        let at = y(curve.at(curves.span_min)) - 6.0 - lift;
        let words = format!("{name} {}", thousands(curve.total));
        body.push_str(&format!(
            "<text x=\"{RIGHT}\" y=\"{:.1}\" text-anchor=\"end\" style=\"fill:var(--{colour})\">{words}\
             </text>\n",
            at.max(TOP - 2.0)
        ));
    };
    if let Some(nothing) = &curves.nothing {
        line(
            nothing,
            "muted",
            " stroke-dasharray=\"6 5\"",
            1.5,
            "nobody did anything",
            0.0,
        );
    }
    if let Some(reference) = &curves.reference {
        line(reference, "healthy", "", 2.0, "reference", 0.0);
    }
    let is_close = curves.reference.as_ref().is_some_and(|it| {
        (y(it.at(curves.span_min)) - y(curves.you.at(curves.span_min))).abs() < 14.0
    });
    let lift = if is_close { 14.0 } else { 0.0 };
    line(&curves.you, "failing", "", 2.5, "this run", lift);
    let title = format!(
        "Customer-minutes lost over {:.0} minutes: {} in this run",
        curves.span_min,
        thousands(curves.you.total)
    );
    frame("curves", 280.0, &title, &body)
}

/// The same decisions on other seeds.
pub(super) fn histogram(histogram: &Histogram) -> String {
    const GROUND: f64 = 104.0;
    let most = histogram.counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let step = (RIGHT - LEFT) / histogram.counts.len().max(1) as f64;
    let mut body = String::new();
    for (bin, count) in histogram.counts.iter().enumerate() {
        let is_own = bin == histogram.own;
        let least = if is_own { 3.0 } else { 0.0 };
        let height = (96.0 * *count as f64 / most).max(least);
        let colour = if is_own { "failing" } else { "own" };
        body.push_str(&format!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\" \
             fill=\"var(--{colour})\"/>\n",
            LEFT + step * bin as f64 + 2.0,
            GROUND - height,
            step - 4.0
        ));
    }
    let (low, high) = &histogram.ends;
    body.push_str(&format!(
        "<text x=\"{LEFT}\" y=\"120\">{low}</text>\n<text x=\"{RIGHT}\" y=\"120\" \
         text-anchor=\"end\">{high} customer-minutes</text>\n"
    ));
    let title = format!(
        "Customer-minutes on {} other seeds; this run is marked",
        histogram.seeds
    );
    frame("histogram", 126.0, &title, &body)
}
