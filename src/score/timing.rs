//! How long something took, on a logarithmic scale between the reference's time and the time there was.

use crate::base::time::SimDuration;
use crate::score::curve::place;

/// What nobody is faster than on purpose: this long, and a tenth of the reference's time, are free.
const GRACE_S: f64 = 60.0;

/// The longest time that still counts as good as the reference's, in seconds.
pub(super) fn good_enough_s(reference: SimDuration) -> f64 {
    reference.as_secs_f64() * 1.1 + GRACE_S
}

/// Points from 0 to 100 for having taken `took`; `None` is never, and so is the end of the time.
pub(super) fn points(took: Option<SimDuration>, reference: SimDuration, limit: SimDuration) -> f64 {
    let Some(took) = took else {
        return 0.0;
    };
    let (took, limit) = (took.as_secs_f64(), limit.as_secs_f64());
    let good = good_enough_s(reference);
    if took <= good {
        100.0
    } else if good >= limit {
        0.0
    } else {
        place(took, good, limit)
    }
}
