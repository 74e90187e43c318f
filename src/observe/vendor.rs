//! What the real monitoring calls a signal of a component: name, statistic and unit.
//!
//! CloudWatch's names for load balancers, RDS/Aurora, ElastiCache, Kinesis and SQS; Micrometer's for
//! our own programs and their calls to somebody else's API. Pure tables: nothing is measured here.

use crate::scenario::model::{Kind, Signal};

/// How the raw samples of one period become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// All samples added up.
    Sum,
    /// Their mean.
    Average,
    /// The largest.
    Maximum,
    /// The median.
    P50,
    /// The 95th percentile.
    P95,
    /// The 99th percentile.
    P99,
}

impl Statistic {
    /// The way dashboards write it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Sum => "Sum",
            Self::Average => "Average",
            Self::Maximum => "Maximum",
            Self::P50 => "p50",
            Self::P95 => "p95",
            Self::P99 => "p99",
        }
    }
}

/// Unit of a metric as its vendor publishes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A number of things.
    Count,
    /// Things per second.
    CountPerSecond,
    /// Hundredths.
    Percent,
    /// Seconds.
    Seconds,
    /// Thousandths of a second.
    Milliseconds,
    /// Millionths of a second.
    Microseconds,
}

impl Unit {
    /// The way dashboards write it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::CountPerSecond => "Count/Second",
            Self::Percent => "Percent",
            Self::Seconds => "Seconds",
            Self::Milliseconds => "Milliseconds",
            Self::Microseconds => "Microseconds",
        }
    }
}

/// A vendor's name for a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Such as `HTTPCode_Target_5XX_Count`.
    pub name: &'static str,
    /// How a period is summed up.
    pub statistic: Statistic,
    /// The unit people read on the axis.
    pub unit: Unit,
}

impl Metric {
    /// A value in the signal's own unit (per second, share, seconds) as the vendor shows it.
    pub fn shown(&self, value: f64, period_s: f64) -> f64 {
        match (self.statistic, self.unit) {
            (Statistic::Sum, Unit::Count) => value * period_s,
            (_, Unit::Percent) => value * 100.0,
            (_, Unit::Milliseconds) => value * 1e3,
            (_, Unit::Microseconds) => value * 1e6,
            (_, Unit::Count | Unit::CountPerSecond | Unit::Seconds) => value,
        }
    }
}

/// All signals, in the order of their numbers.
pub const ALL_SIGNALS: [Signal; 22] = [
    Signal::Arrivals,
    Signal::Served,
    Signal::Failed,
    Signal::Attempts,
    Signal::InSystem,
    Signal::Queued,
    Signal::Utilisation,
    Signal::Cpu,
    Signal::LatencyMean,
    Signal::LatencyP50,
    Signal::LatencyP95,
    Signal::LatencyP99,
    Signal::ErrorShare,
    Signal::HitShare,
    Signal::Connections,
    Signal::OldestAge,
    Signal::Evictions,
    Signal::Throttled,
    Signal::Instances,
    Signal::DeadLetters,
    Signal::Contacts,
    Signal::Earned,
];

/// The metric that shows `signal` for a component of this kind; `None` where the real thing has
/// none, so that players cannot see it either.
pub fn metric(kind: &Kind, signal: Signal) -> Option<Metric> {
    let (name, statistic, unit) = match kind {
        _ if matches!(signal, Signal::Contacts | Signal::Earned) => business(signal),
        Kind::Balancer(_) => load_balancer(signal),
        Kind::Service(_) => program(signal),
        Kind::Cache(_) => cache(signal),
        Kind::Database(d) if d.shard_rate_per_s.is_some() => table(signal),
        Kind::Database(_) => database(signal),
        Kind::Queue(q) if q.ordered || q.shard_rate_per_s.is_some() => stream(signal),
        Kind::Queue(_) => queue(signal),
        Kind::External(_) => client(signal),
    }?;
    Some(Metric {
        name,
        statistic,
        unit,
    })
}

type Row = Option<(&'static str, Statistic, Unit)>;

/// The four latency signals share a name and differ in the statistic.
fn latency(signal: Signal, name: &'static str, unit: Unit) -> Row {
    let statistic = match signal {
        Signal::LatencyMean => Statistic::Average,
        Signal::LatencyP50 => Statistic::P50,
        Signal::LatencyP95 => Statistic::P95,
        Signal::LatencyP99 => Statistic::P99,
        _ => return None,
    };
    Some((name, statistic, unit))
}

/// What the business counts, whatever customers enter through.
fn business(signal: Signal) -> Row {
    Some(match signal {
        Signal::Contacts => ("support contacts", Statistic::Sum, Unit::Count),
        Signal::Earned => ("takings", Statistic::Sum, Unit::Count),
        _ => return None,
    })
}

/// Application Load Balancer.
fn load_balancer(signal: Signal) -> Row {
    use Statistic::{Average, Sum};
    Some(match signal {
        Signal::Arrivals => ("RequestCount", Sum, Unit::Count),
        Signal::Served => ("HTTPCode_Target_2XX_Count", Sum, Unit::Count),
        Signal::Failed => ("HTTPCode_Target_5XX_Count", Sum, Unit::Count),
        Signal::ErrorShare => ("5XX rate (m2/m1)", Average, Unit::Percent),
        Signal::InSystem => ("ActiveConnectionCount", Average, Unit::Count),
        Signal::Throttled => ("RejectedConnectionCount", Sum, Unit::Count),
        _ => return latency(signal, "TargetResponseTime", Unit::Seconds),
    })
}

/// Our own program: ECS and Micrometer.
fn program(signal: Signal) -> Row {
    use Statistic::{Average, Sum};
    Some(match signal {
        Signal::Arrivals => ("http.server.requests", Sum, Unit::Count),
        Signal::Served => ("http.server.requests outcome=SUCCESS", Sum, Unit::Count),
        Signal::Failed => (
            "http.server.requests outcome=SERVER_ERROR",
            Sum,
            Unit::Count,
        ),
        Signal::ErrorShare => ("http.server.requests error rate", Average, Unit::Percent),
        Signal::Attempts => ("http.client.requests", Sum, Unit::Count),
        Signal::InSystem => ("http.server.requests.active", Average, Unit::Count),
        Signal::Queued => ("executor.queued", Average, Unit::Count),
        Signal::Utilisation => ("executor.active / pool.size", Average, Unit::Percent),
        Signal::Cpu => ("CPUUtilization", Average, Unit::Percent),
        Signal::Instances => ("RunningTaskCount", Average, Unit::Count),
        _ => return latency(signal, "http.server.requests", Unit::Seconds),
    })
}

/// ElastiCache.
fn cache(signal: Signal) -> Row {
    use Statistic::{Average, Sum};
    Some(match signal {
        Signal::Arrivals => ("GetTypeCmds", Sum, Unit::Count),
        Signal::HitShare => ("CacheHitRate", Average, Unit::Percent),
        Signal::Evictions => ("Evictions", Sum, Unit::Count),
        Signal::Connections => ("CurrConnections", Average, Unit::Count),
        // One thread does all the work of a shard: its slots are its engine.
        Signal::Utilisation => ("EngineCPUUtilization", Average, Unit::Percent),
        Signal::Cpu => ("CPUUtilization", Average, Unit::Percent),
        _ => return latency(signal, "GetTypeCmdsLatency", Unit::Microseconds),
    })
}

/// DynamoDB.
fn table(signal: Signal) -> Row {
    use Statistic::{Average, Sum};
    Some(match signal {
        Signal::Arrivals => ("Requests", Average, Unit::CountPerSecond),
        Signal::Served => ("ConsumedWriteCapacityUnits", Sum, Unit::Count),
        Signal::Throttled => ("WriteThrottleEvents", Sum, Unit::Count),
        Signal::Failed => ("UserErrors + SystemErrors", Sum, Unit::Count),
        _ => return latency(signal, "SuccessfulRequestLatency", Unit::Milliseconds),
    })
}

/// RDS and Aurora, with Performance Insights.
fn database(signal: Signal) -> Row {
    use Statistic::{Average, Sum};
    Some(match signal {
        Signal::Arrivals => ("Queries", Average, Unit::CountPerSecond),
        Signal::Served => ("db.Transactions.xact_commit", Sum, Unit::Count),
        Signal::Failed => ("db.Transactions.xact_rollback", Sum, Unit::Count),
        Signal::Connections => ("DatabaseConnections", Average, Unit::Count),
        Signal::InSystem => ("DBLoad", Average, Unit::Count),
        Signal::Queued => ("DBLoadNonCPU", Average, Unit::Count),
        Signal::Utilisation => ("DBLoadRelativeToNumVCPUs", Average, Unit::Percent),
        Signal::Cpu => ("CPUUtilization", Average, Unit::Percent),
        _ => return latency(signal, "SelectLatency", Unit::Milliseconds),
    })
}

/// Kinesis: how many records wait is not published, only how old the next one is.
fn stream(signal: Signal) -> Row {
    use Statistic::{Maximum, Sum};
    Some(match signal {
        Signal::Arrivals => ("IncomingRecords", Sum, Unit::Count),
        Signal::Throttled => ("WriteProvisionedThroughputExceeded", Sum, Unit::Count),
        Signal::OldestAge => (
            "GetRecords.IteratorAgeMilliseconds",
            Maximum,
            Unit::Milliseconds,
        ),
        Signal::DeadLetters => ("OnFailure destination messages", Maximum, Unit::Count),
        _ => return None,
    })
}

/// SQS.
fn queue(signal: Signal) -> Row {
    use Statistic::{Average, Maximum, Sum};
    Some(match signal {
        Signal::Arrivals => ("NumberOfMessagesSent", Sum, Unit::Count),
        Signal::Queued => ("ApproximateNumberOfMessagesVisible", Average, Unit::Count),
        Signal::OldestAge => ("ApproximateAgeOfOldestMessage", Maximum, Unit::Seconds),
        Signal::DeadLetters => (
            "ApproximateNumberOfMessagesVisible (DLQ)",
            Maximum,
            Unit::Count,
        ),
        _ => return None,
    })
}

/// Somebody else's API, measured by our client.
fn client(signal: Signal) -> Row {
    use Statistic::{Average, Sum};
    Some(match signal {
        Signal::Arrivals => ("http.client.requests", Sum, Unit::Count),
        Signal::Served => ("http.client.requests status=2xx", Sum, Unit::Count),
        Signal::Failed => ("http.client.requests status=4xx,5xx", Sum, Unit::Count),
        Signal::Throttled => ("http.client.requests status=429", Sum, Unit::Count),
        Signal::ErrorShare => ("http.client.requests error rate", Average, Unit::Percent),
        Signal::InSystem => ("http.client.requests.active", Average, Unit::Count),
        _ => return latency(signal, "http.client.requests", Unit::Seconds),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::model::{Balancer, Database, Queue, Service};

    fn name(kind: &Kind, signal: Signal) -> Option<&'static str> {
        metric(kind, signal).map(|m| m.name)
    }

    #[test]
    fn signals_have_their_real_names() {
        let stream = Kind::Queue(Queue {
            ordered: true,
            ..Queue::default()
        });
        let sqs = Kind::Queue(Queue::default());
        let alb = Kind::Balancer(Balancer::default());
        let database = Kind::Database(Database::default());
        assert_eq!(
            name(&stream, Signal::OldestAge),
            Some("GetRecords.IteratorAgeMilliseconds")
        );
        assert_eq!(
            name(&sqs, Signal::OldestAge),
            Some("ApproximateAgeOfOldestMessage")
        );
        assert_eq!(
            name(&alb, Signal::Failed),
            Some("HTTPCode_Target_5XX_Count")
        );
        assert_eq!(
            name(&database, Signal::Connections),
            Some("DatabaseConnections")
        );
        assert_eq!(name(&database, Signal::HitShare), None);
    }

    #[test]
    fn values_are_shown_in_the_vendors_unit() {
        let alb = Kind::Balancer(Balancer::default());
        let count = metric(&alb, Signal::Failed).unwrap();
        assert_eq!(count.shown(2.5, 60.0), 150.0);
        let cpu = metric(&Kind::Service(Service::default()), Signal::Cpu).unwrap();
        assert_eq!(cpu.shown(0.42, 60.0), 42.0);
        let select = metric(&Kind::Database(Database::default()), Signal::LatencyP99).unwrap();
        assert_eq!(
            (select.shown(0.25, 60.0), select.statistic),
            (250.0, Statistic::P99)
        );
    }

    #[test]
    fn the_list_of_signals_is_in_the_order_of_their_numbers() {
        for (index, signal) in ALL_SIGNALS.iter().enumerate() {
            assert_eq!(*signal as usize, index);
        }
    }
}
