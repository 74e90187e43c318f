//! Somebody else's API, looked at past our own code: a call by hand, and the provider's own word. Both
//! say only what they could see.

use crate::base::id::{ComponentId, EdgeId};
use crate::base::rng::Stream;
use crate::base::time::SimDuration;
use crate::scenario::action::{ComponentKnob, Knob};
use crate::scenario::model::{Auth, FailureKind, Kind};
use crate::session::evidence::Found;
use crate::session::evidence::scene::{Notes, Scene};
use crate::session::evidence::text;

/// Calls that are made by hand.
const CALLS: u32 = 20;
/// Time over which a provider looks at our calls.
const SEEN: SimDuration = SimDuration::from_secs(300);

/// How an API is now and was at the start.
struct State {
    auth: Option<Auth>,
    error_share: f64,
    usual_error_share: f64,
    down_share: f64,
    silent_share: f64,
    /// Time of a call relative to the usual one.
    slowness: f64,
    mean_s: f64,
}

impl State {
    fn of(scene: &Scene<'_>, id: ComponentId) -> Self {
        let now = |knob| scene.sim.parameter(Knob::Component(id, knob));
        let then = |knob| scene.sim.parameter_at_start(Knob::Component(id, knob));
        let slow = |share: f64, factor: f64| 1.0 + share * (factor - 1.0);
        let time = |of: &dyn Fn(ComponentKnob) -> f64| {
            of(ComponentKnob::TimeFactor)
                * slow(of(ComponentKnob::SlowShare), of(ComponentKnob::SlowFactor))
                / of(ComponentKnob::Speed).max(1e-3)
        };
        let station = &scene.world().components[id].station;
        Self {
            auth: match scene.kind(id) {
                Kind::External(it) => it.auth,
                _ => None,
            },
            error_share: now(ComponentKnob::ErrorShare),
            usual_error_share: then(ComponentKnob::ErrorShare),
            down_share: if scene.sim.is_down(id) {
                1.0
            } else {
                now(ComponentKnob::DownShare)
            },
            silent_share: now(ComponentKnob::BlackholeShare),
            slowness: time(&now) / time(&then).max(1e-6),
            mean_s: station.time.mean.as_secs_f64() * time(&now),
        }
    }

    /// Whether the provider is in trouble of its own.
    fn has_incident(&self) -> bool {
        self.error_share > self.usual_error_share + 0.03
            || self.down_share > 0.01
            || self.silent_share > 0.01
            || self.slowness > 1.3
    }
}

/// A call by hand: a token first, then calls for a few sellers or with test data.
pub(super) fn sandbox(scene: &Scene<'_>, id: ComponentId) -> Found {
    let name = scene.name(id);
    let mut notes = Notes::new(format!("Calls by hand to {name}"));
    let state = State::of(scene, id);
    if state.auth.is_some() {
        if !scene.sim.secret_works(id) {
            notes.line(r#"POST /auth/o2/token  401 {"error":"invalid_client","error_description":"Client authentication failed"}"#);
            notes.line("No token, so no call could be tried.");
            if scene.sim.secret_is_coming(id) {
                notes.line("The new client secret exists and is not accepted yet.");
            }
            notes.implicate(id);
            return notes.finish();
        }
        notes.line(r#"POST /auth/o2/token  200 {"access_token":"Atza|…","token_type":"bearer","expires_in":3600}"#);
    }
    let works = try_calls(scene, id, &state, &mut notes);
    compare_with_ours(scene, id, works, &mut notes);
    notes.finish()
}

/// Makes the calls; says whether nearly all went well.
fn try_calls(scene: &Scene<'_>, id: ComponentId, state: &State, notes: &mut Notes) -> bool {
    let operation = scene
        .calls_into(id)
        .map(|edge| scene.world().edges[edge].operation.as_str())
        .find(|operation| !operation.is_empty())
        .unwrap_or("GET /");
    let revoked = scene.sim.revoked_share(id);
    let stream = Stream::new(scene.sim.seed(), "sandbox", u64::from(id.0));
    let mut draws = stream.at(scene.now.as_micros());
    let throttled = throttled_share(scene, id);
    let (mut good, mut bad) = (0, Vec::new());
    for _ in 0..CALLS {
        let (reach, grant, error) = (draws.uniform(), draws.uniform(), draws.uniform());
        let limit = draws.uniform();
        let silent = reach < state.silent_share;
        let answer = if silent {
            "no answer in 30 s"
        } else if reach < state.silent_share + state.down_share {
            "connection refused"
        } else if state.auth.is_some() && grant < revoked {
            r#"403 {"code":"Unauthorized","message":"Access to requested resource is denied."}, token request for that account: 400 invalid_grant"#
        } else if grant < revoked {
            r#"403 {"code":"Unauthorized"}, the same for the same account every time"#
        } else if limit < throttled {
            "429 QuotaExceeded"
        } else if error < state.error_share {
            r#"500 {"code":"InternalFailure"}"#
        } else {
            good += 1;
            continue;
        };
        match bad.iter_mut().find(|(it, _)| *it == answer) {
            Some((_, n)) => *n += 1,
            None => bad.push((answer, 1_u32)),
        }
    }
    let whom = if state.auth.is_some() {
        format!("for {CALLS} accounts, picked at random")
    } else {
        format!("{CALLS} times")
    };
    notes.line(format!("{operation}, {whom}:"));
    if good > 0 {
        notes.line(format!(
            "  {good} × 200, {} on average",
            text::time(state.mean_s)
        ));
    }
    for (answer, n) in &bad {
        notes.line(format!("  {n} × {answer}"));
    }
    let failed = f64::from(CALLS - good) / f64::from(CALLS);
    let works = failed <= 2.0 * state.usual_error_share + 0.1;
    if state.slowness > 1.3 {
        notes.line(format!(
            "Answers take {:.1} times as long as usual.",
            state.slowness
        ));
    }
    if !works || state.slowness > 1.3 {
        notes.implicate(id);
    }
    works
}

/// Share of calls that find the rate limit used up by our own traffic: ours by hand are among them.
fn throttled_share(scene: &Scene<'_>, id: ComponentId) -> f64 {
    if scene.sim.tokens_left(id) >= f64::from(CALLS) {
        return 0.0;
    }
    let counts = scene.recent.component(id);
    let all = counts.served + counts.failed_total();
    counts.failed[FailureKind::Throttled as usize] / all.max(1.0)
}

/// By hand it works: then what our own calls meet is made on our side.
fn compare_with_ours(scene: &Scene<'_>, id: ComponentId, works: bool, notes: &mut Notes) {
    if !works {
        return;
    }
    for edge in scene.calls_into(id) {
        let counts = scene.recent.edge(edge);
        if counts.tries <= 0.0 || !scene.calls_fail(edge) {
            continue;
        }
        notes.line(format!(
            "By hand it works. In the same minute {} of the calls from {} failed.",
            text::percent(counts.fail_share()),
            scene.caller(edge)
        ));
        if let Some(from) = scene.world().edges[edge].from {
            notes.implicate(from);
        }
    }
}

/// What the provider's support answers.
pub(super) fn vendor(scene: &Scene<'_>, id: ComponentId) -> Found {
    let mut notes = Notes::new(format!("Support of {} answers", scene.name(id)));
    let state = State::of(scene, id);
    if state.has_incident() {
        notes.line("We are aware of an issue with this API and are working on it. No time of recovery yet.");
        let what = if state.down_share > 0.01 || state.silent_share > 0.01 {
            "Part of the requests do not reach the service.".to_owned()
        } else if state.error_share > state.usual_error_share + 0.03 {
            format!(
                "About {} of all requests end with a server error.",
                text::percent(state.error_share)
            )
        } else {
            "Responses take longer than usual.".to_owned()
        };
        notes.line(what);
        notes.implicate(id);
    } else {
        notes.line("All systems are operational on our side.");
    }
    rejected(scene, id, &state, &mut notes);
    volume(scene, id, &mut notes);
    notes.finish()
}

/// What the provider turned away, as far as it can tell why.
fn rejected(scene: &Scene<'_>, id: ComponentId, state: &State, notes: &mut Notes) {
    let seen = scene.observer.window(scene.now - SEEN, scene.now);
    let counts = seen.component(id);
    let denied = counts.failed[FailureKind::Denied as usize];
    let throttled = counts.failed[FailureKind::Throttled as usize];
    if state.auth.is_some() && !scene.sim.secret_works(id) {
        notes.line("Token requests of your application are answered 401 invalid_client: we do not accept its client secret.");
        notes.implicate(id);
    }
    if denied > 0.0 {
        notes.line(format!(
            "{} of your calls in the last 5 minutes were answered 403.",
            text::count(denied)
        ));
        notes.implicate(id);
    }
    let revoked = scene.sim.revoked_share(id);
    if state.auth.is_some() && revoked > 0.005 {
        notes.line(format!(
            "{} of the selling partners that you call for have no valid authorisation of your application.",
            text::percent(revoked)
        ));
        notes.implicate(id);
    }
    if throttled > 0.0 {
        let limit = scene
            .sim
            .parameter(Knob::Component(id, ComponentKnob::BucketRate));
        notes.line(format!(
            "{} of your calls were answered 429: your usage plan allows {}.",
            text::count(throttled),
            text::rate(limit)
        ));
        notes.implicate(id);
    }
}

/// How many of our calls arrive at all.
fn volume(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let arrived = |window: &crate::observe::Window| {
        let counts = window.component(id);
        window.per_s(counts.served + counts.failed_total())
    };
    let (now, then) = (arrived(&scene.recent), arrived(&scene.usual));
    notes.line(format!(
        "We see {} from your application in the last minute; at {} it was {}.",
        text::rate(now),
        scene.clock(scene.usual.from),
        text::rate(then)
    ));
    if !scene.usual.is_empty() && now < 0.5 * then && !notes.says_something() {
        notes.line("The calls that do arrive are answered normally.");
        let callers: Vec<EdgeId> = scene.calls_into(id).collect();
        for edge in callers {
            if scene.calls_fail(edge)
                && let Some(from) = scene.world().edges[edge].from
            {
                notes.implicate(from);
            }
        }
    }
}
