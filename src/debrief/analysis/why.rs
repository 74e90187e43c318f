//! Why a decision got its mark, in a few sentences.

use crate::base::text::thousands;
use crate::debrief::analysis::kinds::{Bond, Decision, DecisionKind, Moved, Together};
use crate::debrief::analysis::mark::{GOOD, Mark};
use crate::session::Record;

/// Why a decision got its mark, in a sentence or two.
pub(super) fn why(decision: &Decision, record: &Record) -> String {
    let minutes = thousands(decision.counted.cost_minutes.abs());
    let mut text = match decision.kind {
        DecisionKind::Wait => format!(
            "The same orders with no more time than the reference takes would have spared {minutes} \
             customer-minutes."
        ),
        DecisionKind::TakenBack => taken_back(decision),
        DecisionKind::Change => change(decision),
    };
    if decision.kind == DecisionKind::Change {
        match (record.milestones.recovered, decision.counted.recovered) {
            (Some(_), None) => text.push_str(" It does not recover then."),
            (None, Some(_)) => text.push_str(" It recovers then."),
            _ => {}
        }
        let sooner = decision.moved.iter().filter(|it| it.by_s < 0);
        let best = sooner.max_by(|a, b| a.own.cost_share.total_cmp(&b.own.cost_share));
        if let Some(best) = best.filter(|it| it.own.cost_share >= GOOD) {
            let spared = thousands(best.own.cost_minutes);
            text.push_str(&format!(" {} it spares {spared} more.", by(best)));
        }
    }
    if let Some(foreseen) = &decision.foreseen {
        let was_bad = decision.mark.is_bad();
        if was_bad && foreseen.mark <= Mark::Good {
            text.push_str(" By what could be known then it was right.");
        } else if !was_bad && foreseen.mark.is_bad() {
            text.push_str(" By what could be known then it was a gamble.");
        }
    }
    text
}

/// Such as `2 minutes sooner`.
fn by(moved: &Moved) -> String {
    let way = if moved.by_s < 0 { "sooner" } else { "later" };
    format!("{} minutes {way}", moved.by_s.unsigned_abs() / 60)
}

fn change(decision: &Decision) -> String {
    let cost = decision.counted.cost_minutes;
    let more = if cost > 0.0 { "less" } else { "more" };
    let minutes = format!("{} minutes {more}", thousands(cost.abs()));
    if decision.is_luck {
        return format!(
            "Without it customers lose {minutes}, and on other seeds of the same cause nothing of the \
             kind: that is luck."
        );
    }
    match &decision.together {
        Some(Together {
            bond: Bond::Enough,
            others,
            ..
        }) => match others.as_slice() {
            [other] => format!(
                "Either this or “{other}” would have been enough: without both customers lose {minutes}."
            ),
            _ => format!(
                "Each of this, “{}” would have been enough: without all of them customers lose {minutes}.",
                others.join("”, “")
            ),
        },
        _ if decision.mark == Mark::Neutral && decision.counted.cost_share <= -GOOD => {
            format!("Without it customers lose {minutes}: not much, and it ended nothing.")
        }
        _ if decision.mark == Mark::Neutral => {
            "Without it the run comes to nearly the same.".to_owned()
        }
        Some(_) => format!("Without it and its taking back customers lose {minutes}."),
        None => format!("Without it customers lose {minutes}."),
    }
}

/// Undoing one's own order is judged by its time.
fn taken_back(decision: &Decision) -> String {
    let counted = &decision.counted;
    let minutes = thousands(counted.cost_minutes.abs());
    let at = decision.moved.iter().find(|it| it.own == *counted);
    let mut text = match (at, decision.mark) {
        (_, Mark::Neutral) => {
            "A few minutes sooner or later it comes to nearly the same.".to_owned()
        }
        (Some(at), mark) if mark.is_bad() => {
            format!("{} customers lose {minutes} minutes less.", by(at))
        }
        (Some(at), _) => format!("{} customers lose {minutes} minutes more.", by(at)),
        (None, _) => format!("If it is never taken back, customers lose {minutes} minutes less."),
    };
    if decision.without.cost_share <= -GOOD {
        let minutes = thousands(decision.without.cost_minutes.abs());
        text.push_str(&format!(" Forgetting it would have cost {minutes}."));
    }
    text
}
