//! Log lines in the style of the real thing, for what a scenario has no wording of its own for.
//!
//! Pure tables from (who writes, why) to a level and a text with `{…}` places; `logs` fills them in.

use crate::scenario::model::{FailureKind, Kind};

/// A level and a text.
pub(super) type Wording = (&'static str, &'static str);

/// Why a request failed because of a dependency.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cause<'a> {
    /// What kind of component was called.
    pub(super) callee: &'a Kind,
    /// How the call failed.
    pub(super) kind: FailureKind,
    /// Whether no connection of the caller's own pool was free.
    pub(super) pool: bool,
}

macro_rules! access {
    ($codes:literal, $time:literal) => {
        concat!(
            "https {time} app/{service}/50dc6c495c0c9188 203.0.113.{ip}:{port} {target} 0.000 ",
            $time,
            " 0.000 ",
            $codes,
            " 312 1874 \"{operation} HTTP/2.0\" \"Root=1-{request}\""
        )
    };
}

/// A request that succeeded; most programs other than ours write nothing then.
pub(super) fn served(writer: &Kind) -> Option<Wording> {
    match writer {
        Kind::Balancer(_) => Some(("INFO", access!("200 200", "{latency_s}"))),
        Kind::Service(_) => Some((
            "INFO",
            "{operation} 200 {latency_ms}ms version={version} request={request}",
        )),
        Kind::External(_) => Some(("INFO", "{to} 200 {latency_ms}ms x-amzn-RequestId={request}")),
        Kind::Cache(_) | Kind::Database(_) | Kind::Queue(_) => None,
    }
}

/// A request that failed at the writer itself.
pub(super) fn failed(writer: &Kind, kind: FailureKind) -> Option<Wording> {
    match writer {
        Kind::Balancer(_) => Some(("ERROR", balancer_alone(kind))),
        Kind::Service(_) => Some(service_alone(kind)),
        Kind::Database(_) => database_alone(kind),
        Kind::External(_) => Some(("ERROR", api(kind))),
        Kind::Cache(_) => match kind {
            FailureKind::Refused => Some(("WARN", "# Error: max number of clients reached")),
            _ => None,
        },
        Kind::Queue(_) => None,
    }
}

/// A request that failed because a dependency did.
pub(super) fn called(writer: &Kind, cause: Cause<'_>) -> Option<Wording> {
    match writer {
        Kind::Balancer(_) => Some(("ERROR", balancer_target(cause.kind))),
        Kind::Service(_) => Some(("ERROR", client(cause))),
        Kind::Cache(_) | Kind::Database(_) | Kind::Queue(_) | Kind::External(_) => None,
    }
}

/// A wave of a deployment.
pub(super) const WAVE: Wording = (
    "INFO",
    "deployment: replacing instances with {version}, {left} still to come",
);

/// The load balancer answers for itself: nothing on the target's side.
const fn balancer_alone(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Timeout => access!("460 -", "-1"),
        FailureKind::Unreachable => access!("502 -", "-1"),
        FailureKind::Throttled => access!("429 -", "-1"),
        FailureKind::Denied => access!("403 -", "-1"),
        _ => access!("503 -", "-1"),
    }
}

const fn balancer_target(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Timeout => access!("504 -", "-1"),
        FailureKind::Unreachable => access!("502 -", "-1"),
        FailureKind::Refused | FailureKind::BreakerOpen => access!("503 503", "{latency_s}"),
        FailureKind::Throttled => access!("429 429", "{latency_s}"),
        FailureKind::Denied => access!("403 403", "{latency_s}"),
        FailureKind::Error | FailureKind::Dependency => access!("500 500", "{latency_s}"),
    }
}

const fn service_alone(kind: FailureKind) -> Wording {
    match kind {
        FailureKind::Error | FailureKind::BreakerOpen => (
            "ERROR",
            "{operation} 500 {latency_ms}ms version={version} request={request} unhandled exception in request handler",
        ),
        FailureKind::Timeout => (
            "WARN",
            "ClientAbortException: java.io.IOException: Broken pipe, client gone before the response after {latency_ms}ms version={version} request={request}",
        ),
        FailureKind::Refused => (
            "WARN",
            "RejectedExecutionException: task rejected from executor, queued tasks = {queue}, request={request}",
        ),
        FailureKind::Throttled => (
            "WARN",
            "{operation} 429 Too Many Requests request={request}",
        ),
        FailureKind::Denied => ("WARN", "{operation} 403 Forbidden request={request}"),
        FailureKind::Unreachable => (
            "WARN",
            "Readiness probe failed: dial tcp 10.0.{ip}.17:8080: connect: connection refused",
        ),
        FailureKind::Dependency => (
            "ERROR",
            "{operation} 500 {latency_ms}ms version={version} request={request} upstream {to} failed",
        ),
    }
}

fn database_alone(kind: FailureKind) -> Option<Wording> {
    match kind {
        FailureKind::Refused => Some((
            "FATAL",
            "remaining connection slots are reserved for non-replication superuser connections",
        )),
        FailureKind::Unreachable => Some(("FATAL", "the database system is starting up")),
        FailureKind::Timeout => Some(("ERROR", "canceling statement due to user request")),
        FailureKind::Error => Some((
            "ERROR",
            "current transaction is aborted, commands ignored until end of transaction block",
        )),
        _ => None,
    }
}

/// Somebody else's API, as our client logs it (bodies as the Selling Partner API has them).
const fn api(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Denied => {
            "{to} 403 {\"errors\":[{\"code\":\"Unauthorized\",\"message\":\"Access to requested resource is denied.\",\"details\":\"\"}]} x-amzn-RequestId={request}"
        }
        FailureKind::Throttled => {
            "{to} 429 {\"errors\":[{\"code\":\"QuotaExceeded\",\"message\":\"You exceeded your quota for the requested resource.\",\"details\":\"\"}]} x-amzn-RequestId={request}"
        }
        FailureKind::Error | FailureKind::Dependency => {
            "{to} 500 {\"errors\":[{\"code\":\"InternalFailure\",\"message\":\"We encountered an internal error. Please try again.\",\"details\":\"\"}]} x-amzn-RequestId={request}"
        }
        FailureKind::Refused => {
            "{to} 503 {\"errors\":[{\"code\":\"ServiceUnavailable\",\"message\":\"Service is temporarily unavailable. Please try again.\",\"details\":\"\"}]} x-amzn-RequestId={request}"
        }
        FailureKind::Timeout => {
            "SocketTimeoutException: Read timed out calling {to} ({operation}) after {timeout_ms}ms, attempt {attempt}"
        }
        FailureKind::Unreachable => {
            "UnknownHostException: {to}: Temporary failure in name resolution"
        }
        FailureKind::BreakerOpen => {
            "CallNotPermittedException: CircuitBreaker '{to}' is OPEN and does not permit further calls"
        }
    }
}

/// A caller's own line about a dependency that failed.
const fn client(cause: Cause<'_>) -> &'static str {
    if matches!(cause.kind, FailureKind::BreakerOpen) {
        return api(FailureKind::BreakerOpen);
    }
    match cause.callee {
        Kind::Database(_) => database_client(cause.kind, cause.pool),
        Kind::Cache(_) => cache_client(cause.kind, cause.pool),
        Kind::External(_) => api(cause.kind),
        Kind::Queue(_) => match cause.kind {
            FailureKind::Throttled => {
                "ProvisionedThroughputExceededException: Rate exceeded for shard shardId-000000000000 in stream {to}, request={request}"
            }
            _ => "SdkClientException: Unable to execute HTTP request: {to}, attempt {attempt}",
        },
        Kind::Service(_) | Kind::Balancer(_) => http_client(cause.kind, cause.pool),
    }
}

const fn database_client(kind: FailureKind, pool: bool) -> &'static str {
    match kind {
        FailureKind::Refused if pool => {
            "SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after {pool_wait_ms}ms (total={pool}, active={pool}, idle=0, waiting={queue})"
        }
        FailureKind::Refused => {
            "PSQLException: FATAL: remaining connection slots are reserved for non-replication superuser connections"
        }
        FailureKind::Timeout => {
            "PSQLException: An I/O error occurred while sending to the backend: SocketTimeoutException: Read timed out after {timeout_ms}ms ({to}), attempt {attempt}"
        }
        FailureKind::Unreachable => {
            "PSQLException: Connection to {to}:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections."
        }
        _ => "PSQLException: ERROR: query on {to} failed, request={request}, attempt {attempt}",
    }
}

const fn cache_client(kind: FailureKind, pool: bool) -> &'static str {
    match kind {
        FailureKind::Refused if pool => {
            "JedisExhaustedPoolException: Could not get a resource since the pool is exhausted (waiting={queue})"
        }
        FailureKind::Refused => "RedisException: ERR max number of clients reached",
        FailureKind::Timeout => {
            "RedisCommandTimeoutException: Command timed out after {timeout_ms} millisecond(s) ({to})"
        }
        FailureKind::Unreachable => "RedisConnectionException: Unable to connect to {to}:6379",
        _ => "RedisException: {to}: lookup failed, request={request}, attempt {attempt}",
    }
}

const fn http_client(kind: FailureKind, pool: bool) -> &'static str {
    match kind {
        FailureKind::Timeout => {
            "SocketTimeoutException: Read timed out calling {to} ({operation}) after {timeout_ms}ms, attempt {attempt} version={version} request={request}"
        }
        FailureKind::Refused if pool => {
            "ConnectionPoolTimeoutException: Timeout waiting for connection from pool to {to} (leased={pool}, pending={queue})"
        }
        FailureKind::Refused => {
            "{to} answered 503 Service Unavailable ({operation}), attempt {attempt} request={request}"
        }
        FailureKind::Unreachable => {
            "ConnectException: Connection refused: {to}, attempt {attempt} request={request}"
        }
        FailureKind::Throttled => {
            "{to} answered 429 Too Many Requests ({operation}), attempt {attempt} request={request}"
        }
        FailureKind::Denied => {
            "{to} answered 403 Forbidden ({operation}) version={version} request={request}"
        }
        _ => {
            "{to} answered 500 Internal Server Error ({operation}), attempt {attempt} version={version} request={request}"
        }
    }
}
