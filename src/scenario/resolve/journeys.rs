//! Journeys: what customers want, how often, and what it is worth.

use super::Resolver;
use crate::base::id::{DenseId, EdgeId};
use crate::diag::{Code, Diagnostic};
use crate::scenario::{model, raw};

impl Resolver<'_> {
    pub(super) fn journey(&mut self, place: usize) -> model::Journey {
        let (name, it) = self.index.journeys.items[place];
        let mut points: Vec<model::RatePoint> = it
            .changes
            .iter()
            .filter_map(|change| self.rate_point(change, it))
            .collect();
        points.sort_by_key(|point| point.at);
        if it.per_customer.per_s() <= 0.0 {
            let message = "an active customer makes some requests";
            let finding = Diagnostic::error(Code::Impossible, it.per_customer.span, message);
            self.findings
                .push(finding.help("write \"1/min\" or the like".to_owned()));
        }
        model::Journey {
            name: name.value.clone(),
            // Dependencies of journeys come first, in their order.
            edge: EdgeId::from_index(place),
            rate: model::RateProfile {
                base_per_s: it.rate.per_s(),
                points,
                noise: it.noise.of_one(),
            },
            priority: u8::try_from(it.priority).unwrap_or(u8::MAX),
            value: it.value,
            per_customer_per_min: it.per_customer.per_s() * 60.0,
            degraded_cost: it.degraded_cost.of_one(),
            repeated_cost: it.repeated_cost.0,
            wrong_cost: it.wrong_cost.0,
            open_cost: it.open_cost.0,
            contacts: model::Contacts {
                usual_per_s: it.contacts.usual.per_s(),
                share: it.contacts.share.of_one(),
                after: it.contacts.after,
                says: it.contacts.says.iter().map(|text| text.0.clone()).collect(),
            },
            completes: match it.completes {
                raw::Completes::OnAnswer => model::Completes::OnAnswer,
                raw::Completes::OnProcessed => model::Completes::OnProcessed,
            },
            fresh_within: it.fresh_within,
            abandon_share: it.abandon.of_one(),
            ours: it.ours,
        }
    }

    fn rate_point(
        &mut self,
        change: &raw::RateChange,
        journey: &raw::Journey,
    ) -> Option<model::RatePoint> {
        let at = self.moment(&change.at);
        let rate_per_s = match (&change.rate, &change.factor) {
            (Some(rate), None) => rate.per_s(),
            (None, Some(factor)) => journey.rate.per_s() * factor.0,
            (Some(rate), Some(_)) => {
                let message = "a change of a rate has a `rate` or a `factor`, not both";
                self.contradiction(rate.span, message);
                return None;
            }
            (None, None) if !self.whole => return None,
            (None, None) => {
                let message = "a change of a rate has neither a `rate` nor a `factor`";
                self.error(Code::NothingThere, change.at.span, message);
                return None;
            }
        };
        Some(model::RatePoint {
            at,
            rate_per_s,
            ramp: change.ramp,
        })
    }
}
