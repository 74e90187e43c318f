//! What a run answers, and how it is summed up.
//!
//! For: numbers another engine can be held against. Never: judgements beyond R and M.

/// Everything counted in one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    /// Calls that began; = `in_time + failed + in_flight`.
    pub(crate) arrivals: u64,
    /// Calls answered before their caller gave up.
    pub(crate) in_time: u64,
    /// Calls that used up their attempts.
    pub(crate) failed: u64,
    /// Calls still undecided at the end.
    pub(crate) in_flight: u64,
    pub(crate) attempts: u64,
    /// Requests the station worked off.
    pub(crate) worked: u64,
    /// … of which nobody waited for the answer any more.
    pub(crate) worked_in_vain: u64,
    /// Requests dropped unworked at dequeue because they had expired.
    pub(crate) dropped: u64,
    pub(crate) windows: Vec<WindowCounts>,
    pub(crate) depth: Vec<Depth>,
    /// Seconds from a request's entering the queue to its start, after the warm-up.
    pub(crate) wait: Summary,
    /// Seconds from a request's entering the station to its end, after the warm-up.
    pub(crate) sojourn: Summary,
    /// Seconds from a call's beginning to its answer in time, after the warm-up.
    pub(crate) latency: Summary,
    /// Share of requests let in that waited, after the warm-up.
    pub(crate) share_waiting: f64,
    /// Share of requests refused by a full queue, after the warm-up.
    pub(crate) share_blocked: f64,
    /// Time average of the number waiting or in service, after the warm-up.
    pub(crate) mean_in_system: f64,
    /// Requests per second let into the station, after the warm-up.
    pub(crate) entry_rate: f64,
    /// Hits per look-up after the warm-up; 0 without a cache.
    pub(crate) hit_ratio: f64,
    /// Seconds from `drain_from` until nobody waited.
    pub(crate) drained_after: Option<f64>,
    /// Events the engine executed.
    pub(crate) events: u64,
}

/// What happened in one window. Answers count where they are given, not where the call began.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WindowCounts {
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) arrivals: u64,
    pub(crate) in_time: u64,
    pub(crate) attempts: u64,
    pub(crate) lookups: u64,
    pub(crate) hits: u64,
}

/// How many waited at a moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Depth {
    pub(crate) at: f64,
    pub(crate) waiting: usize,
}

/// A distribution in four numbers; all 0 when nothing was seen.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Summary {
    pub(crate) count: usize,
    pub(crate) mean: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// Whether a system came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Goodput above 95 % of arrivals.
    Recovers,
    /// Goodput below 10 % of arrivals.
    Metastable,
    /// Neither.
    Between,
}

impl WindowCounts {
    /// Answers in time per second.
    pub(crate) fn goodput(&self) -> f64 {
        self.in_time as f64 / (self.to - self.from)
    }

    /// Attempts per second.
    pub(crate) fn attempt_rate(&self) -> f64 {
        self.attempts as f64 / (self.to - self.from)
    }

    /// Answers in time per call begun.
    pub(crate) fn success(&self) -> f64 {
        self.in_time as f64 / self.arrivals.max(1) as f64
    }

    /// Attempts per call begun.
    pub(crate) fn amplification(&self) -> f64 {
        self.attempts as f64 / self.arrivals.max(1) as f64
    }

    /// Hits per look-up.
    pub(crate) fn hit_ratio(&self) -> f64 {
        self.hits as f64 / self.lookups.max(1) as f64
    }
}

impl Summary {
    /// Sums up exactly, by selection; reorders `values`.
    pub(super) fn of(values: &mut [f64]) -> Self {
        if values.is_empty() {
            return Self::default();
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let mut quantile = |q: f64| {
            let rank = (q * (values.len() - 1) as f64).round() as usize;
            *values.select_nth_unstable_by(rank, f64::total_cmp).1
        };
        let (p50, p99) = (quantile(0.5), quantile(0.99));
        Self {
            count: values.len(),
            mean,
            p50,
            p99,
        }
    }
}

impl Outcome {
    /// The last window's counts; all 0 if the case named none.
    pub(crate) fn last(&self) -> WindowCounts {
        self.windows.last().copied().unwrap_or_default()
    }

    /// Recovery or metastability in the last window.
    pub(crate) fn verdict(&self) -> Verdict {
        match self.last().success() {
            s if s > 0.95 => Verdict::Recovers,
            s if s < 0.10 => Verdict::Metastable,
            _ => Verdict::Between,
        }
    }

    /// The depth noted last at or before `secs`; 0 if none was.
    pub(crate) fn depth_at(&self, secs: f64) -> usize {
        let noted = self.depth.partition_point(|depth| depth.at <= secs);
        noted
            .checked_sub(1)
            .map_or(0, |index| self.depth[index].waiting)
    }
}
