//! Why a decision got its mark, in a few sentences.

use crate::base::text::{clock_of, thousands};
use crate::base::time::SimDuration;
use crate::debrief::analysis::kinds::{Bond, Decision, DecisionKind, Moved, Together};
use crate::debrief::analysis::mark::{GOOD, Mark};
use crate::debrief::analysis::together::turns;
use crate::session::Record;

/// Why a decision got its mark, in a sentence or two.
pub(super) fn why(decision: &Decision, record: &Record) -> String {
    let mut text = match decision.kind {
        DecisionKind::Wait => wait(decision),
        DecisionKind::TakenBack => taken_back(decision),
        DecisionKind::Change => change(decision, record),
    };
    if decision.kind == DecisionKind::Change {
        let kept = decision.kept_messages;
        if kept > 0 {
            let messages = if kept == 1 { "message" } else { "messages" };
            let kept = thousands(kept as f64);
            text.push_str(&format!(
                " {kept} {messages} would have been lost for good."
            ));
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

fn wait(decision: &Decision) -> String {
    let spared = thousands(decision.counted.cost_minutes.abs());
    let mut text = format!(
        "The same orders with no more time than the reference takes would have spared {spared} \
         customer-minutes."
    );
    let looked = decision.looked;
    if looked > SimDuration::ZERO {
        let looked = clock_of(looked.as_secs_f64());
        text.push_str(&format!(" Somebody was looking for {looked} of it."));
    }
    text
}

fn change(decision: &Decision, record: &Record) -> String {
    let cost = decision.counted.cost_minutes;
    let more = if cost > 0.0 { "less" } else { "more" };
    let turn = match decision.counted.recovered {
        _ if !turns(record, &decision.counted) => "",
        None => " and there is no recovery",
        Some(_) => " and there is a recovery",
    };
    let minutes = format!("{} minutes {more}{turn}", thousands(cost.abs()));
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
        Some(Together {
            bond: Bond::Partly,
            others,
            ..
        }) => {
            let alone = thousands(decision.without.cost_minutes.abs());
            let is_one = others.len() == 1;
            let too = if is_one { "that is" } else { "these are" };
            let others = others.join("”, “");
            let minutes = thousands(cost.abs());
            format!(
                "It shares the work with “{others}”: without it alone customers lose {alone} minutes more, \
                 {minutes} where {too} missing, too."
            )
        }
        _ if decision.is_in_the_way => format!(
            "Without it customers lose {minutes}. It softened what it then kept from ending."
        ),
        _ if decision.mark == Mark::Neutral && decision.counted.cost_share <= -GOOD => {
            format!("Without it customers lose {minutes}: not much, and it ended nothing.")
        }
        _ if decision.mark == Mark::Neutral && turn.is_empty() => {
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
