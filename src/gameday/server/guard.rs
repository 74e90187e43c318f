//! What holds for every request: whom it is addressed to, where it comes from, and what the answer may
//! load.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::gameday::limits::WRONG_CODES_PER_MIN;

/// Nothing but our own script and style, no frames, no forms that lead elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Turns away what is not for this host, and dresses every answer.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    let changes = request.method() != Method::GET && request.method() != Method::HEAD;
    let is_socket = request.headers().contains_key(header::UPGRADE);
    let mut response = if !is_ours(request.headers()) {
        (
            StatusCode::MISDIRECTED_REQUEST,
            "This host has another address.",
        )
            .into_response()
    } else if (changes || is_socket) && !is_same_origin(request.headers()) {
        (StatusCode::FORBIDDEN, "This page comes from elsewhere.").into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    // Without any referrer browsers would not say where our own forms come from either.
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Addressed by number or as this machine. A name that anybody can register could be made to point
/// here, and its pages would then be of the same origin.
fn is_ours(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|it| it.to_str().ok()) else {
        return false;
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse::<IpAddr>().is_ok()
}

/// Sent by a page of this host. Browsers always say so; who leaves it out is no browser with somebody
/// else's cookie, but is turned away all the same.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| {
        headers
            .get(name)
            .and_then(|it: &HeaderValue| it.to_str().ok())
    };
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin.strip_prefix("http://") == Some(host),
        _ => false,
    }
}

/// Wrong codes by address, for a minute.
#[derive(Debug, Default)]
pub(super) struct WrongCodes {
    counts: Mutex<BTreeMap<IpAddr, (Instant, u32)>>,
}

impl WrongCodes {
    const MINUTE: Duration = Duration::from_secs(60);

    /// Whether an address may try again.
    pub(super) fn may_try(&self, from: IpAddr) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.retain(|_, (since, _)| since.elapsed() < Self::MINUTE);
        counts
            .get(&from)
            .is_none_or(|(_, count)| *count < WRONG_CODES_PER_MIN)
    }

    /// Counts a wrong one.
    pub(super) fn was_wrong(&self, from: IpAddr) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.entry(from).or_insert((Instant::now(), 0)).1 += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            (
                header::HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        pairs.collect()
    }

    #[test]
    fn names_that_others_own_are_not_ours() {
        for host in [
            "localhost:8080",
            "127.0.0.1:8080",
            "[::1]:8080",
            "192.168.1.7",
        ] {
            assert!(is_ours(&with(&[("host", host)])), "{host}");
        }
        assert!(!is_ours(&with(&[("host", "evil.example:8080")])));
        assert!(!is_ours(&with(&[])));
    }

    #[test]
    fn pages_from_elsewhere_are_told_from_ours() {
        let host = ("host", "127.0.0.1:8080");
        assert!(is_same_origin(&with(&[
            host,
            ("origin", "http://127.0.0.1:8080")
        ])));
        for origin in [
            "http://127.0.0.1:9",
            "http://evil.example",
            "null",
            "https://127.0.0.1:8080",
        ] {
            assert!(
                !is_same_origin(&with(&[host, ("origin", origin)])),
                "{origin}"
            );
        }
        assert!(!is_same_origin(&with(&[host])));
    }
}
