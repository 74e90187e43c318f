//! One test per shipped scenario: what tells its variants apart, and where there is nothing to find.

use sev1::base::time::{SimDuration, SimTime};
use sev1::scenario::order::Look;
use sev1::session::Session;

use super::evidence::{Played, played};

#[test]
fn checkout_5xx() {
    let [a, b, c] = played("checkout-5xx") else {
        panic!("three variants");
    };
    let ids = |it: &Played| (it.id("checkout"), it.id("price-cache"), it.id("orders-db"));
    let (checkout, cache, db) = ids(a);

    a.says(Look::Staging(checkout), "fails more", "checkout");
    a.says(Look::Diff(checkout), "HttpKit.budgeted", "checkout");
    a.says(Look::Logs(checkout), "after 35ms", "pricing");
    a.says(Look::Traces(checkout), "checkout → pricing:", "pricing");
    // The release gives up after 35 ms, and its traces show that.
    a.says(
        Look::Traces(checkout),
        "pricing POST /prices  35 ms",
        "pricing",
    );
    a.is_quiet(Look::Cache(cache));
    a.is_quiet(Look::Queries(db));

    b.says(Look::Changes, "price-feed-import started", "price-cache");
    b.says(Look::Cache(cache), "job price-feed-import", "price-cache");
    b.says(
        Look::Traces(b.id("pricing")),
        "pricing → price-cache:",
        "price-cache",
    );
    b.says(Look::Profile(checkout), "pricing", "pricing");
    b.is_quiet(Look::Staging(checkout));
    b.is_quiet(Look::Queries(db));

    c.says(
        Look::Queries(db),
        "of the same statement 3.0 %",
        "orders-db",
    );
    c.says(Look::Profile(checkout), "orders-db", "orders-db");
    c.is_quiet(Look::Staging(checkout));
    c.is_quiet(Look::Cache(cache));
    for it in [a, b, c] {
        it.says(Look::Changes, "deploy  checkout", "checkout");
        it.says(Look::Reports, "basket: ", "cdn");
        it.is_quiet(Look::Sandbox(it.id("payments")));
        it.is_quiet(Look::Logs(it.id("cart")));
    }
}

#[test]
fn db_connection_leak() {
    let [a, b, c] = played("db-connection-leak") else {
        panic!("three variants");
    };
    let (api, db) = (a.id("orders-api"), a.id("orders-db"));

    a.says(Look::Staging(api), "keeps connections", "orders-db");
    a.says(Look::Queries(db), "idle in transaction", "orders-api");
    b.says(
        Look::Queries(db),
        "more than the database allows (180)",
        "orders-api",
    );
    b.says(Look::Changes, "scale   orders-api", "orders-api");
    c.says(Look::Queries(db), "job settlement-report", "orders-db");
    c.says(Look::Changes, "settlement-report started", "orders-db");
    for it in [b, c] {
        it.is_quiet(Look::Staging(api));
        let found = it.look(Look::Queries(db)).lines.join("\n");
        assert!(!found.contains("idle in transaction"), "{found}");
    }
    for it in [a, b, c] {
        it.is_quiet(Look::Vendor(it.id("carrier")));
    }
}

/// Unreturned connections of the leaking variant after so many seconds, as the database shows them.
fn unreturned(seconds: u64) -> u32 {
    let [a, ..] = played("db-connection-leak") else {
        panic!("three variants");
    };
    let mut session = Session::start(a.session.scenario(), 7, Some(0));
    session.advance_to(SimTime::ZERO + SimDuration::from_secs(seconds));
    let early = Played {
        session,
        variant: 0,
    };
    let found = early.look(Look::Queries(early.id("orders-db")));
    let line = found.lines.iter().find(|it| it.contains("idle in"));
    line.map_or(0, |it| {
        it.trim().split(' ').next().unwrap().parse().unwrap()
    })
}

#[test]
fn unreturned_connections_grow() {
    let counts = [unreturned(120), unreturned(145), unreturned(160)];
    assert!(counts.is_sorted_by(|a, b| a < b), "{counts:?}");
}

#[test]
fn cache_eviction_storm() {
    let [a, b, c] = played("cache-eviction-storm") else {
        panic!("three variants");
    };
    let (cache, page) = (a.id("product-cache"), a.id("product-page"));

    a.says(
        Look::Cache(cache),
        "maxmemory 6.0 GB (at the start 78 GB)",
        "product-cache",
    );
    a.says(Look::Changes, "maxmemory 78 GB → 6.0 GB", "product-cache");
    b.says(Look::Cache(cache), "hotkeys", "product-cache");
    c.says(
        Look::Cache(cache),
        "misses go to product-db",
        "product-cache",
    );
    for it in [b, c] {
        let found = it.look(Look::Changes);
        assert!(!found.about.contains(&cache), "{:?}", found.lines);
    }
    for it in [a, b, c] {
        it.is_quiet(Look::Staging(page));
        it.is_quiet(Look::Queries(it.id("orders-db")));
    }
    a.says(
        Look::Queries(a.id("product-db")),
        "wait for their turn",
        "product-db",
    );
    b.is_quiet(Look::Queries(b.id("product-db")));
}

#[test]
fn spapi_auth() {
    let [a, b, c, d] = played("spapi-auth") else {
        panic!("four variants");
    };
    let (eu, na, connector) = (a.id("sp-api-eu"), a.id("sp-api-na"), a.id("connector"));
    let queue = a.id("seller-updates");

    a.says(Look::Sandbox(eu), "invalid_client", "sp-api-eu");
    a.says(Look::Vendor(eu), "All systems are operational", "sp-api-eu");
    a.is_quiet(Look::Staging(connector));

    b.says(Look::Sandbox(eu), "20 × 200", "connector");
    b.says(Look::Vendor(eu), "answered normally", "connector");
    b.says(Look::Diff(connector), "ofEpochSecond", "connector");
    b.says(Look::Staging(connector), "fails more", "connector");

    c.is_quiet(Look::Sandbox(eu));
    c.says(Look::Sandbox(na), "invalid_grant", "sp-api-na");
    c.says(Look::Vendor(na), "no valid authorisation", "sp-api-na");

    d.says(Look::Vendor(eu), "aware of an issue", "sp-api-eu");
    d.says(Look::Sandbox(na), "500", "sp-api-na");
    d.is_quiet(Look::Staging(connector));
    for it in [a, b, c, d] {
        it.says(Look::Queue(queue), "dead letters: ", "seller-updates");
        it.says(
            Look::Reports,
            "of what was sent is not done",
            "seller-updates",
        );
        it.is_quiet(Look::Queries(it.id("sku-db")));
    }
}

#[test]
fn spapi_throttling() {
    let [a, b, c] = Played::later("spapi-throttling", 12);
    let (eu, na, connector) = (a.id("sp-api-eu"), a.id("sp-api-na"), a.id("connector"));
    let (imports, updates) = (
        Look::Queue(a.id("imports")),
        Look::Queue(a.id("seller-updates")),
    );
    let waiting = |it: &Played| it.look(imports).lines[0].clone();
    assert!(!waiting(&a).starts_with("visible: 0,"));
    for it in [&b, &c] {
        assert!(waiting(it).starts_with("visible: 0,"), "{}", waiting(it));
    }
    a.says(Look::Vendor(eu), "allows 30", "sp-api-eu");
    b.says(Look::Vendor(eu), "allows 15", "sp-api-eu");
    c.says(Look::Vendor(na), "allows 10", "sp-api-na");
    c.says(Look::Diff(connector), "List.of(change)", "connector");
    for it in [&a, &b, &c] {
        it.says(
            updates,
            "nobody compares sequence numbers",
            "seller-updates",
        );
        it.is_quiet(Look::Queries(it.id("sku-db")));
        let changes = it.look(Look::Changes);
        assert!(!changes.about.contains(&eu), "{:?}", changes.lines);
    }
}

/// What no metric shows, customers notice late and the books know.
#[test]
fn double_charge() {
    let [a, b, c] = Played::later("double-charge", 16);
    let (alb, payments) = (a.id("alb"), a.id("payments"));
    for it in [&a, &b] {
        let words = "payments → card-processor";
        it.says(Look::Books(payments), words, "payments");
        it.is_quiet(Look::Books(alb));
    }
    c.says(Look::Books(alb), "customers → alb, order", "alb");
    c.is_quiet(Look::Books(payments));
    b.says(Look::Diff(payments), "key = call.id", "payments");
    let logs = |it: &Played| it.look(Look::Logs(payments)).lines.join("\n");
    for (it, words) in [
        (&a, "sent without idempotency-key"),
        (&b, "idempotency-key=of the call, version=7.4.1"),
        (&c, "idempotency-key=of the order, version=7.4.0"),
    ] {
        assert!(logs(it).contains(words), "{}", logs(it));
        it.says(Look::Reports, "turned to us", "alb");
        it.is_quiet(Look::Staging(payments));
    }
}

#[test]
fn vat_onboarding() {
    let [a, b, c] = Played::later("vat-onboarding", 18);
    let onboarding = Look::Books(a.id("onboarding"));
    a.says(onboarding, "tax-model (model boxes)", "tax-model");
    b.says(onboarding, "onboarding → rates", "rates");
    c.says(onboarding, "onboarding → feed-adapter", "feed-adapter");
    let about = |it: &Played| it.look(onboarding).about;
    assert!(!about(&b).contains(&b.id("tax-model")));
    assert!(!about(&c).contains(&c.id("rates")));
    for (it, family) in [(&a, "list boxes"), (&b, "list books"), (&c, "list food")] {
        it.says(Look::Reports, family, "alb");
        it.is_quiet(Look::Traces(it.id("tax-model")));
    }
}

#[test]
fn pipeline_cutover() {
    let [a, b, c] = Played::later("pipeline-cutover", 16);
    let books = Look::Books(a.id("projector"));
    a.says(books, "projector → adapter", "adapter");
    b.says(books, "projector → mapper-de", "mapper-de");
    c.is_quiet(books);
    let logs = |it: &Played, of: &str| it.look(Look::Logs(it.id(of))).lines.join("\n");
    for (it, origin, locale) in [
        (&a, "origin=,", "locale=de-DE"),
        (&b, "origin=adapter", "locale=en"),
        (&c, "origin=adapter", "locale=de-DE"),
    ] {
        assert!(logs(it, "adapter").contains(origin));
        assert!(logs(it, "mapper-de").contains(locale));
        it.is_quiet(Look::Vendor(it.id("kontor")));
        it.is_quiet(Look::Queries(it.id("old-store")));
    }
    // One country is slow to be missed.
    let [_, late, _] = Played::later("pipeline-cutover", 25);
    for it in [&a, &late, &c] {
        it.says(Look::Reports, "of what was sent is not done", "feed-uk");
    }
    let export = Look::Queue(a.id("store-export"));
    b.is_quiet(export);
    c.is_quiet(export);
}

#[test]
fn search_ranking() {
    let [a, b, c] = Played::later("search-ranking", 14);
    let (ranking, search) = (Look::Books(a.id("ranking")), Look::Books(a.id("search")));
    a.says(ranking, "ranking → ranker-418", "ranker-418");
    b.says(search, "customers → search, search-hi", "analyzer");
    c.says(ranking, "search → ranking", "ranking");
    b.is_quiet(ranking);
    assert!(!c.look(ranking).about.contains(&c.id("ranker-418")));
    for it in [&a, &b, &c] {
        it.says(Look::Changes, "experiment-418", "ranking");
        it.is_quiet(Look::Staging(it.id("search")));
    }
}
