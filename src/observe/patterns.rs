//! Log lines by pattern: what all lines of one wording have in common, how many there are, and a few
//! of them. The view that log services offer next to the lines themselves.

use crate::base::id::{ComponentId, EdgeId};
use crate::base::time::SimTime;
use crate::observe::Observer;
use crate::observe::lines::{Part, for_each_part};
use crate::observe::logs::{LogLine, LogQuery, Reason, Source};

/// Lines of one wording.
#[derive(Clone, Debug, PartialEq)]
pub struct LogPattern {
    /// "INFO", "WARN", "ERROR", "FATAL".
    pub level: String,
    /// The text; what differs from line to line is `<*>`.
    pub text: String,
    /// How many lines.
    pub count: u64,
    /// The dependency that the lines blame.
    pub blames: Option<EdgeId>,
    /// Whether the lines report that something was changed instead of a request.
    pub is_change: bool,
    /// A few of the lines, oldest first.
    pub sample: Vec<LogLine>,
}

/// All patterns of a component's lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogPatterns {
    /// The most severe first, then the most frequent.
    pub patterns: Vec<LogPattern>,
    /// Whether telemetry of some of the time was lost.
    pub gap: bool,
}

/// The larger, the more severe.
fn severity(level: &str) -> u8 {
    match level {
        "FATAL" => 3,
        "ERROR" => 2,
        "WARN" => 1,
        _ => 0,
    }
}

impl Observer {
    /// The patterns of a component's lines in a span of time, each with up to `sample` lines.
    pub fn log_patterns(
        &self,
        component: ComponentId,
        from: SimTime,
        to: SimTime,
        sample: u64,
    ) -> LogPatterns {
        let query = LogQuery {
            component,
            from,
            to,
            filter: "",
            limit: 0,
        };
        self.log_source().patterns(&query, sample)
    }
}

/// Adds a pattern; what two reasons word alike is one.
fn put(patterns: &mut Vec<LogPattern>, pattern: LogPattern) {
    let alike = |it: &&mut LogPattern| (&it.level, &it.text) == (&pattern.level, &pattern.text);
    match patterns.iter_mut().find(alike) {
        Some(known) => {
            known.count += pattern.count;
            // Two dependencies and one wording that names neither.
            known.blames = known.blames.filter(|it| Some(*it) == pattern.blames);
            known.sample.extend(pattern.sample);
        }
        None => patterns.push(pattern),
    }
}

impl Source<'_> {
    fn patterns(&self, query: &LogQuery<'_>, sample: u64) -> LogPatterns {
        let (strata, gap) = self.collect(query);
        let mut patterns = Vec::new();
        for stratum in &strata {
            for wording in self.wordings(query.component, stratum.reason) {
                let mut lines = Vec::new();
                self.draw(query, stratum, wording, sample, &mut lines);
                let pattern = LogPattern {
                    level: wording.0.to_owned(),
                    text: self.in_common(wording.1, stratum.reason),
                    count: stratum.count(),
                    blames: match stratum.reason {
                        Reason::Called { edge, .. } => Some(edge),
                        Reason::Served | Reason::Failed(_) | Reason::Changed(_) => None,
                    },
                    is_change: matches!(stratum.reason, Reason::Changed(_)),
                    sample: lines,
                };
                put(&mut patterns, pattern);
            }
        }
        for pattern in &mut patterns {
            pattern.sample.sort_by_key(|line| line.at);
        }
        patterns.sort_by(|a, b| {
            let key = |p: &LogPattern| (std::cmp::Reverse(severity(&p.level)), u64::MAX - p.count);
            key(a).cmp(&key(b)).then_with(|| a.text.cmp(&b.text))
        });
        LogPatterns { patterns, gap }
    }

    /// A wording with `<*>` for what differs; the dependency that is blamed does not differ.
    fn in_common(&self, wording: &str, reason: Reason) -> String {
        let world = &self.scenario.world;
        let blamed = match reason {
            Reason::Called { edge, .. } => Some(world.edges[edge].to),
            _ => None,
        };
        let mut text = String::new();
        for_each_part(wording, |part| match (part, blamed) {
            (Part::Text(fixed), _) => text.push_str(fixed),
            (Part::Place("to"), Some(callee)) => text.push_str(&world.components[callee].name),
            (Part::Place(_), _) => text.push_str("<*>"),
        });
        text
    }
}
