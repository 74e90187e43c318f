//! What a cache holds, what it throws out, and how evenly its shards are used.

use crate::base::id::ComponentId;
use crate::scenario::action::{ComponentKnob, Knob};
use crate::scenario::model::{Kind, Signal};
use crate::session::evidence::scene::{Notes, Scene};
use crate::session::evidence::text;
use crate::session::evidence::{Found, queries, settings};

pub(super) fn find(scene: &Scene<'_>, id: ComponentId) -> Found {
    let mut notes = Notes::new(format!("Content and load of {}", scene.name(id)));
    if scene.sim.is_down(id) {
        notes.line("LOADING: the node is coming up and answers nobody");
        notes.implicate(id);
    }
    content(scene, id, &mut notes);
    hits(scene, id, &mut notes);
    shards(scene, id, &mut notes);
    engine(scene, id, &mut notes);
    queries::jobs(scene, id, &mut notes);
    notes.finish()
}

fn content(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let Kind::Cache(cache) = scene.kind(id) else {
        return;
    };
    let room_knob = Knob::Component(id, ComponentKnob::CacheEntries);
    let (room, room_then) = (
        scene.sim.parameter(room_knob),
        scene.sim.parameter_at_start(room_knob),
    );
    let held = scene.sim.cache_entries(id).unwrap_or(0.0);
    let was = if room == room_then {
        String::new()
    } else {
        format!(
            " (at the start {})",
            settings::value(scene, room_knob, room_then)
        )
    };
    notes.line(format!(
        "entries: {} of {} that fit ({}); used_memory {}, maxmemory {}{was}",
        text::count(held),
        text::count(room),
        text::percent(if room > 0.0 { held / room } else { 0.0 }),
        text::bytes(held * cache.entry_bytes as f64),
        settings::value(scene, room_knob, room),
    ));
    let keys = scene
        .sim
        .parameter(Knob::Component(id, ComponentKnob::CacheKeys));
    let keys_then = scene
        .sim
        .parameter_at_start(Knob::Component(id, ComponentKnob::CacheKeys));
    let ttl = scene
        .sim
        .parameter(Knob::Component(id, ComponentKnob::CacheTtl));
    let ttl = if ttl.is_finite() {
        text::time(ttl)
    } else {
        "none".to_owned()
    };
    notes.line(format!(
        "distinct keys asked for: {} (at the start {}); TTL: {ttl}",
        text::count(keys),
        text::count(keys_then)
    ));
    if room < 0.9 * room_then || held < 0.8 * room.min(keys) || keys > 1.5 * keys_then {
        notes.implicate(id);
    }
}

fn hits(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let (now, then) = (scene.recent.component(id), scene.usual.component(id));
    let evicted = scene.sim.component(id).evictions;
    let evicting = scene.sim.signal(id, Signal::Evictions);
    notes.line(format!(
        "hits: {} of the last minute's look-ups (at the start {}); evictions: {} now, {} in all",
        text::percent(now.hit_share()),
        text::percent(then.hit_share()),
        text::rate(evicting),
        text::count(evicted as f64),
    ));
    let looked_up = now.hits + now.misses > 0.0;
    if looked_up && now.hit_share() < then.hit_share() - 0.04 {
        notes.implicate(id);
        for &edge in &scene.world().components[id].calls {
            let (now, then) = (scene.recent.edge(edge), scene.usual.edge(edge));
            notes.line(format!(
                "  misses go to {}: {} reads (at the start {}), {} of them fail",
                scene.callee(edge),
                text::rate(scene.recent.per_s(now.tries)),
                text::rate(scene.usual.per_s(then.tries)),
                text::percent(now.fail_share()),
            ));
        }
    }
    if scene.sim.is_warming(id) {
        notes.line("a warm-up is loading keys");
    }
}

fn shards(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let Some(shards) = scene.sim.shards(id) else {
        return;
    };
    notes.line(format!(
        "shards: {}; the busiest gets {} of the load and needs {} of its engine, the others {} each; {} there, {} at each of the others",
        text::count(shards.count),
        text::percent(shards.hot_load),
        text::percent(shards.hot_use),
        text::percent(shards.rest_use),
        text::waiting(shards.hot_queued.into()),
        text::count(shards.rest_queued),
    ));
    if shards.hot_load > 2.0 / shards.count {
        notes.line("  one key or a few on it take most of that (hotkeys)");
    }
    if shards.hot_use > 0.9 && shards.hot_use > 1.5 * shards.rest_use {
        notes.implicate(id);
    }
}

/// The thread that answers, what waits for it, and who gave up waiting.
fn engine(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let jobs = scene.sim.job_load(id);
    let own = scene.sim.signal(id, Signal::Utilisation);
    // Where commands wait, what jobs leave of the engine is used up.
    let queued = scene.sim.queued(id);
    let busy = if queued > 0.0 && jobs > 0.0 {
        1.0
    } else {
        (jobs + own * (1.0 - jobs)).min(1.0)
    };
    let (now, then) = (scene.recent.component(id), scene.usual.component(id));
    notes.line(format!(
        "engine: {} busy, {}; a command takes {} (at the start {})",
        text::percent(busy),
        text::waiting(queued),
        text::time(now.mean_s()),
        text::time(then.mean_s()),
    ));
    for edge in scene.calls_into(id).filter(|&edge| scene.calls_fail(edge)) {
        notes.line(format!(
            "  {} of the calls from {} fail",
            text::percent(scene.recent.edge(edge).fail_share()),
            scene.caller(edge)
        ));
        notes.implicate(id);
    }
    if busy > 0.95 || scene.is_slower(id) && queued > 0.0 {
        notes.implicate(id);
    }
}
