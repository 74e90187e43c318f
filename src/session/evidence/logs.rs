//! What a component's logs say: how many lines of which pattern, how that compares with before, and
//! a sample, errors first.

use crate::base::id::ComponentId;
use crate::base::time::{SimDuration, SimTime};
use crate::observe::{LogPattern, LogPatterns};
use crate::session::evidence::piece::{Piece, level};
use crate::session::evidence::scene::{Notes, Scene, rises};
use crate::session::evidence::{Found, text};

/// Lines of this time are looked at …
const SPAN: SimDuration = SimDuration::from_secs(300);
/// … and compared with as much as there is of this time before.
const BEFORE: SimDuration = SimDuration::from_secs(3_600);
/// Patterns and lines that are shown.
const MOST_PATTERNS: usize = 8;
const MOST_LINES: usize = 12;
const MOST_ORDINARY: usize = 3;
const LEVELS: [&str; 4] = ["FATAL", "ERROR", "WARN", "INFO"];

/// Patterns of a span of time, with its length.
struct Page {
    patterns: LogPatterns,
    minutes: f64,
}

impl Page {
    fn read(scene: &Scene<'_>, id: ComponentId, from: SimTime, to: SimTime, sample: u64) -> Self {
        Self {
            patterns: scene.observer.log_patterns(id, from, to, sample),
            minutes: to.since(from).as_secs_f64() / 60.0,
        }
    }

    fn per_min(&self, count: u64) -> f64 {
        if self.minutes > 0.0 {
            count as f64 / self.minutes
        } else {
            0.0
        }
    }

    fn count(&self, is_wanted: impl Fn(&LogPattern) -> bool) -> u64 {
        let wanted = self.patterns.patterns.iter().filter(|it| is_wanted(it));
        wanted.map(|it| it.count).sum()
    }

    /// How often a pattern came per minute.
    fn rate_of(&self, pattern: &LogPattern) -> f64 {
        self.per_min(self.count(|it| (&it.level, &it.text) == (&pattern.level, &pattern.text)))
    }
}

pub(super) fn find(scene: &Scene<'_>, id: ComponentId) -> Found {
    let mut notes = Notes::new(format!("Logs of {}", scene.name(id)));
    let from = scene.now - SPAN;
    let now = Page::read(scene, id, from, scene.now, 4);
    let before = Page::read(scene, id, from - BEFORE, from, 0);
    if now.patterns.gap {
        notes.line("Some of the lines never arrived: the log pipeline lost them.");
    }
    if now.patterns.patterns.is_empty() {
        notes.line("No lines in the last 5 minutes.");
        return notes.finish();
    }
    notes.line(by_level(&now, &before));
    for pattern in now.patterns.patterns.iter().take(MOST_PATTERNS) {
        let rate = per_min(now.rate_of(pattern));
        let usual = (before.minutes > 0.0).then(|| per_min(before.rate_of(pattern)));
        let was = usual.as_ref().map(|usual| format!(" (before {usual})"));
        let was = was.unwrap_or_default();
        let (name, text) = (&pattern.level, &pattern.text);
        notes.drawn(
            format!("{rate}{was}  {name} {text}"),
            Piece::Pattern {
                level: level(name),
                text: text.clone(),
                rate,
                before: usual,
            },
        );
    }
    notes.line("Sample:");
    sample(scene, &now, &mut notes);
    judge(scene, id, &now, &mut notes);
    notes.finish()
}

fn per_min(rate: f64) -> String {
    if rate > 0.0 && rate < 9.95 {
        format!("{rate:.1}/min")
    } else {
        format!("{}/min", text::count(rate))
    }
}

fn by_level(now: &Page, before: &Page) -> String {
    let mut parts = Vec::new();
    for level in LEVELS {
        let here = |it: &LogPattern| it.level == level;
        let (new, old) = (now.count(here), before.count(here));
        if new + old == 0 {
            continue;
        }
        let mut part = format!("{} {level}", text::count(new as f64));
        if before.minutes > 0.0 {
            let (new, old) = (now.per_min(new), before.per_min(old));
            part += &format!(" ({}, before {})", per_min(new), per_min(old));
        }
        parts.push(part);
    }
    format!("Last {:.0} min: {}", now.minutes, parts.join(", "))
}

/// Lines of the more severe patterns first, then a few ordinary ones.
fn sample(scene: &Scene<'_>, now: &Page, notes: &mut Notes) {
    let mut room = MOST_LINES;
    for is_bad in [true, false] {
        let patterns = now.patterns.patterns.iter();
        let mine = patterns.filter(|it| (it.level != "INFO" || it.is_change) == is_bad);
        let mine: Vec<&LogPattern> = mine.collect();
        let each = if is_bad {
            (room / mine.len().max(1)).clamp(1, 4)
        } else {
            1
        };
        room = if is_bad {
            room
        } else {
            room.min(MOST_ORDINARY)
        };
        for pattern in mine {
            // The newest ones say most about now.
            let skip = pattern.sample.len().saturating_sub(each);
            for line in pattern.sample.iter().skip(skip).take(room) {
                room -= 1;
                let clock = scene.clock(line.at);
                notes.drawn(
                    format!("{clock} {} {}", line.level, line.text),
                    Piece::Log {
                        clock,
                        level: level(&line.level),
                        text: line.text.clone(),
                    },
                );
            }
        }
        room = room.max(1);
    }
}

/// The component stands out by its share of failures; so does what its lines blame.
fn judge(scene: &Scene<'_>, id: ComponentId, now: &Page, notes: &mut Notes) {
    let window = scene.observer.window(scene.now - SPAN, scene.now);
    let usual = scene.usual.component(id).fail_share();
    let fails = rises(window.component(id).fail_share(), usual) || scene.is_failing(id);
    if !fails {
        return;
    }
    notes.implicate(id);
    let all = now.count(|it| it.level != "INFO").max(1) as f64;
    for pattern in &now.patterns.patterns {
        if let Some(edge) = pattern.blames
            && pattern.count as f64 > 0.1 * all
            && scene.calls_fail(edge)
        {
            notes.implicate(scene.world().edges[edge].to);
        }
    }
}
