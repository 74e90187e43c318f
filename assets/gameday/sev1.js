// The pages of a game day: what the host says becomes text and simple drawings, what people press
// becomes a message. No text ever becomes markup: everything goes through `el`.
"use strict";
const page = document.body.dataset.page;
const $ = (id) => document.getElementById(id);
const state = { hello: null, parts: {}, part: null, press: Date.now(), waiting: new Map(), offers: null };

function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.filter((it) => it != null));
  return node;
}
function svg(name, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}
const fill = (id, ...children) => { const node = $(id); if (node) node.replaceChildren(...children.filter((it) => it != null)); };
const text = (id, value) => { const node = $(id); if (node && node.textContent !== value) node.textContent = value; };
const words = (name) => name.replace(/([A-Z])/g, " $1").trim().toLowerCase();
const number = (value) => Math.round(value).toLocaleString("en");

// The wire: comes back by itself, sooner at first. What was not answered is sent again with its number,
// so that it happens once.
let socket = null, tries = 0;
function connect() {
  socket = new WebSocket(`ws://${location.host}/ws/${page === "play" ? "seat" : page}`);
  socket.onopen = () => { tries = 0; text("wire", ""); for (const it of state.waiting.values()) if (it.message) socket.send(it.message); };
  socket.onmessage = (event) => heard(JSON.parse(event.data));
  socket.onclose = () => {
    text("wire", "Connection lost. Trying again.");
    tries += 1;
    setTimeout(connect, Math.min(250 * 2 ** tries, 5000) * (0.5 + Math.random()));
  };
}
function send(intent, then) {
  const press = (state.press += 1);
  const message = JSON.stringify({ press, intent });
  state.waiting.set(press, { message, then });
  if (socket && socket.readyState === 1) socket.send(message);
}
function lead(wish) { if (socket && socket.readyState === 1) socket.send(JSON.stringify(wish)); }
function heard(message) {
  if (message.hello) { state.hello = message.hello; begin(); }
  if (message.parts) for (const [name, value] of Object.entries(message.parts)) { state.parts[name] = value; if (draw[name]) draw[name](value); }
  if ("done" in message || message.offers || message.plots) {
    const waiting = state.waiting.get(message.press);
    if (message.again && waiting) { setTimeout(() => socket.readyState === 1 && socket.send(waiting.message), 1000); return; }
    state.waiting.delete(message.press);
    if (message.offers) drawOffers(message.offers);
    if (message.plots) drawPlots(message.plots);
    if (message.done === false) text("alert", `Not done: ${message.why}.`);
    if (message.done) { text("alert", ""); if (waiting && waiting.then) waiting.then(); askOffers(); }
  }
}
let asked = 0;
function askOffers() {
  if (page !== "play" || !$("console") || $("console").hidden) return;
  clearTimeout(asked);
  asked = setTimeout(() => send({ offers: { part: state.part } }), 150);
}
function choose(part) {
  state.part = part;
  if ($("part")) $("part").value = part == null ? "" : part;
  const known = state.hello.parts.find((it) => it.id === part);
  text("console-part", known ? `About ${known.name}` : "About the incident");
  text("plots-title", known ? `All signals of ${known.name}` : "");
  fill("plots");
  if (page === "play" && part != null) send({ plots: { part } });
  askOffers();
  if (state.parts.map) draw.map(state.parts.map);
}
function begin() {
  const hello = state.hello;
  text("title", hello.title); text("code", hello.code || ""); text("briefing", hello.briefing || "");
  const options = (select, rows) => select && select.replaceChildren(...rows.map(([value, name]) => el("option", { value }, name)));
  options($("part"), [["", "the incident"], ...hello.parts.map((it) => [it.id, it.name])]);
  if (page !== "play") return;
  document.title = `${hello.title} · ${hello.team}`;
  options($("suspect").elements.on, hello.parts.map((it) => [it.id, it.name]));
  options($("suspect").elements.is, hello.mechanisms);
  options($("composer").elements.to, hello.audiences);
  fill("journeys", ...hello.journeys.map(([id, name]) => el("label", { class: "choice" }, el("input", { type: "checkbox", name: "journey", value: id }), name)));
  choose(state.part);
}

const draw = {
  now(now) {
    text("clock", now.clock || ""); text("headline", now.headline || "");
    text("severity", now.severity ? `SEV${now.severity}` : "");
    const pace = now.room_over ? "over" : !now.begun ? "waits for the facilitator" : now.paused ? "paused" : `${now.speed}×`;
    text("pace", `${now.elapsed} · ${pace}${now.over && !now.room_over ? " · over for you" : ""}${now.lands ? ` · ends at ${now.lands}` : ""}`);
    if (now.lost != null) {
      const due = now.next_update ? ` · tell ${now.next_update[0]} ${now.next_update[1] < 0 ? "overdue" : `in ${Math.ceil(now.next_update[1] / 60)} min`}` : "";
      const budget = now.budget_left == null ? "" : ` · budget ${Math.round(now.budget_left * 100)} %, burns ${now.burn}×`;
      text("figures", `${number(now.lost)} customer-minutes lost · ${now.currency} ${number(now.money)}${budget}${due}`);
    }
    if ($("briefing-box")) $("briefing-box").hidden = now.begun;
  },
  pager(items) {
    fill("pager", ...items.map((it) => el("li", { class: it.firing ? "failing" : "muted" }, `${it.firing ? "▲" : "▽"} ${it.clock} ${it.name}${it.firing ? (it.acknowledged ? ", acknowledged" : ", not acknowledged") : ", recovered"}`)));
  },
  team(people) {
    fill("team", ...people.map((it) => el("li", null, el("b", null, it.name), ` ${it.title} `, el("span", { class: "muted" }, it.doing))));
  },
  people(people) {
    fill("people", ...people.map((it) => el("li", null, `${it.here ? "●" : "○"} ${it.name} `, el("span", { class: "muted" }, it.roles.join(", ") + (it.here ? "" : ", away")))));
    const me = state.hello && people.find((it) => it.seat === state.hello.seat);
    if (!me) return;
    for (const name of ["console", "suspect", "composer", "say", "note"]) {
      const was = $(name).hidden;
      $(name).hidden = !me.panels.includes(name);
      if (name === "console" && was && !$(name).hidden) askOffers();
    }
  },
  channel(lines) {
    const box = $("channel"); if (!box) return;
    const low = box.scrollTop + box.clientHeight >= box.scrollHeight - 30;
    // Only what is new is added, so that a screen reader does not read everything again.
    const known = box.childElementCount;
    const names = { Executive: "failing", Hint: "change", Person: "own", Order: "muted" };
    const row = (it) => el("li", { class: names[it.kind] || "" }, el("time", { class: "muted" }, it.clock), " ", el("b", null, it.kind === "Hint" ? `Hint, ${it.who}` : it.who), ` ${it.text}`);
    const same = known <= lines.length && [...box.children].every((node, index) => node.textContent === row(lines[index]).textContent);
    if (same) box.append(...lines.slice(known).map(row)); else box.replaceChildren(...lines.map(row));
    if (low) box.scrollTop = box.scrollHeight;
  },
  orders(orders) {
    const mayUndo = $("console") && !$("console").hidden;
    fill("orders", ...orders.map((it) => {
      const running = it.state.Running;
      const words = running ? `${it.words}: ${running.who}, ${Math.round(running.left_s)} s left` : `${it.words}: done ${it.state.Done.clock} by ${it.state.Done.who}`;
      const undo = mayUndo ? el("button", { onclick: () => send({ undo: { order: it.number } }) }, running ? "Stop" : "Take back") : null;
      return el("li", null, words, " ", undo);
    }));
    const pulse = orders.map((it) => it.number + (it.state.Running ? "r" : "d")).join();
    if (pulse !== state.pulse) { state.pulse = pulse; askOffers(); }
  },
  map(map) {
    const hello = state.hello; if (!hello || !$("map")) return;
    const [w, h] = [1000, Math.max(260, 105 * (hello.rows || 3))];
    const at = ([x, y]) => [70 + x * (w - 140), 45 + y * (h - 100)];
    const place = (id) => (id == null ? hello.customers : hello.parts[id].place);
    const links = hello.links.map((link) => {
      const points = [place(link.from), ...link.bends, place(link.to)].map(at);
      const bad = link.edges.some((edge) => map.edges[edge] && (map.edges[edge][1] > 0.05 || map.edges[edge][2]));
      return svg("polyline", { class: bad ? "link bad" : "link", points: points.map((it) => it.join()).join(" ") });
    });
    const signs = { Healthy: "✓", Attention: "!", Failing: "✕" };
    const node = (name, place, it, id) => {
      const [x, y] = at(place);
      const open = page === "play" && id != null;
      const keys = open ? { tabindex: 0, role: "button", onclick: () => choose(id), onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(id); } } } : {};
      const label = `${name}, ${it.health}, ${it.figure}`;
      return svg("g", { class: `node ${it.health}`, "aria-label": label, ...keys }, svg("title", {}, label),
        ...(state.part === id && id != null ? [svg("circle", { class: "chosen", cx: x, cy: y, r: 27 })] : []),
        svg("circle", { cx: x, cy: y, r: 20 }), svg("text", { x, y: y + 5, "text-anchor": "middle" }, signs[it.health]),
        svg("text", { x, y: y + 36, "text-anchor": "middle" }, name), svg("text", { x, y: y + 51, "text-anchor": "middle" }, it.figure));
    };
    const nodes = hello.parts.map((part, index) => node(part.name, part.place, map.nodes[index], part.id));
    const focused = document.activeElement && document.activeElement.getAttribute("aria-label");
    const drawing = svg("svg", { viewBox: `0 0 ${w} ${h}`, role: "group", "aria-label": "Map of the system" }, ...links, node("customers", hello.customers, map.customers, null), ...nodes);
    fill("map", drawing);
    // Drawing anew must not throw anybody out who goes along the parts by keyboard.
    if (focused) for (const it of drawing.querySelectorAll("g[tabindex]")) if (it.getAttribute("aria-label").split(",")[0] === focused.split(",")[0]) it.focus();
  },
  signals(signals) { plotsInto("signals", signals); if (state.part != null) send({ plots: { part: state.part } }); },
  hypotheses(all) { fill("hypotheses", ...all.map((it) => el("li", null, el("time", { class: "muted" }, it.clock), ` ${it.words} ${Math.round(it.confidence * 100)} %`))); },
  posts(posts) {
    fill("posts", ...posts.sent.map((it) => el("li", null, el("time", { class: "muted" }, it.clock), " ", el("b", null, it.to), ` ${it.text}`)));
    const due = (it) => (it.due_s == null ? "nothing due" : it.due_s < 0 ? "overdue" : `in ${Math.ceil(it.due_s / 60)} min`);
    fill("listeners", ...posts.listeners.filter((it) => it.expects).map((it) => el("li", { class: it.due_s < 0 ? "failing" : "muted" }, `✉ ${it.name} (${it.language}): ${due(it)}`)));
  },
  evidence(all) {
    const open = new Set([...document.querySelectorAll("#evidence details[open]")].map((it) => it.dataset.index));
    fill("evidence", ...all.map((it, index) => el("details", { "data-index": index, open: open.has(String(index)) || index === all.length - 1 },
      el("summary", null, `${it.clock} ${it.title} `, el("span", { class: "muted" }, it.who)), el("pre", null, it.lines.join("\n")))).reverse());
  },
  timeline(line) {
    const end = Math.max(1, ...line.harm.map((it) => it[0]));
    const most = Math.max(1, ...line.harm.map((it) => it[1]));
    const [w, h] = [1000, 140];
    const at = ([x, y]) => `${(x / end) * w},${h - 20 - (y / most) * (h - 40)}`;
    const area = line.harm.length ? [svg("polygon", { class: "area", points: [`0,${h - 20}`, ...line.harm.map(at), `${w},${h - 20}`].join(" ") })] : [];
    const marks = line.marks.map((it) => svg("text", { x: Math.min((it.min / end) * w, w - 12), y: h - 5 }, svg("title", {}, `${it.clock} ${it.label}`), it.sign));
    fill("timeline", svg("svg", { viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": `Customer-minutes lost per minute, at most ${number(most)}` }, ...area, svg("text", { x: 4, y: 14 }, `customer-minutes lost per minute, at most ${number(most)}`), ...marks));
    fill("marks", ...line.marks.slice().reverse().map((it) => el("li", null, el("time", { class: "muted" }, it.clock), ` ${it.sign} ${it.label}`)));
  },
  board(rows) {
    if (!rows) return fill("board", el("caption", null, "The facilitator keeps it hidden."));
    const cells = (name, all) => el("tr", null, ...all.map((it) => el(name, null, it == null ? "–" : String(it))));
    fill("board", cells("th", ["team", "customers", "customer-minutes lost", "acknowledged", "declared", "messages"]),
      ...rows.map((it) => cells("td", [it.name, it.over ? "over" : it.headline, number(it.lost), it.acknowledged, it.declared, it.posts])));
  },
  debrief(it) {
    $("debrief-box").hidden = false;
    document.querySelector("main").prepend($("debrief-box"));
    const list = (rows) => el("ul", null, ...rows.map((row) => el("li", null, row)));
    fill("debrief", el("h3", null, `${it.headline}. ${it.total == null ? "" : `${Math.round(it.total)} of 100 points`}`), el("p", null, it.ending),
      list(it.axes.map((axis) => `${words(axis.axis)}: ${Math.round(axis.points)}. ${axis.fact}`)), el("h3", null, "What was behind it"), el("p", null, it.cause.words),
      el("h3", null, "What cost most"), list(it.losses.slice(0, 8).map((loss) => `${loss.clock || ""} −${loss.points.toFixed(1)} ${loss.why}`)),
      el("h3", null, "What would have prevented it"), list(it.cause.follow_ups), el("h3", null, it.lesson.question), list(it.lesson.notes));
    $("debrief-box").focus();
  },
  joint(joint) {
    const end = Math.max(1, ...joint.teams.flatMap((it) => it.curve.map((point) => point[0])));
    const most = Math.max(1, ...joint.teams.map((it) => it.lost));
    const [w, h] = [1000, 260];
    const lines = joint.teams.map((it, index) => svg("polyline", { class: `curve ${"abcd"[index % 4]}`, points: it.curve.map(([x, y]) => `${(x / end) * w},${h - 10 - (y / most) * (h - 30)}`).join(" ") }));
    const names = joint.teams.map((it, index) => svg("text", { x: 8, y: 18 + 16 * index }, `${["——", "— —", "· · ·", "— ·"][index % 4]} ${it.name}: ${number(it.lost)} lost`));
    const rows = joint.decisions.map((row, index) => el("tr", row.same ? {} : { class: "attention" }, el("td", null, `${index + 1}${row.same ? "" : " ≠"}`), ...row.teams.map((it) => el("td", null, it || "–"))));
    fill("joint", el("h3", null, "All teams"), svg("svg", { viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": "Customer-minutes lost by each team over time" }, ...lines, ...names),
      el("table", null, el("tr", null, el("th", null, "team"), el("th", null, "total"), ...(joint.teams[0] ? joint.teams[0].axes.map(([axis]) => el("th", null, words(axis))) : [])),
        ...joint.teams.map((it) => el("tr", null, el("td", null, it.name), el("td", null, Math.round(it.total)), ...it.axes.map(([, points]) => el("td", null, Math.round(points)))))),
      el("h3", null, "Changes in order; ≠ is where decisions part"), el("table", null, ...rows));
  },
  secrets(it) {
    const list = (title, rows) => [el("h3", null, title), el("ul", null, ...(rows || []).map((row) => el("li", null, row)))];
    fill("secrets", el("p", null, `Room code ${it.code} · seed ${it.seed}`), el("p", null, it.cause || ""), ...list("Right suspicions", it.right), ...list("Looks right and is not", it.distractors), ...list("Would have prevented it", it.follow_ups), ...list("To discuss", it.teaching));
    $("inject").elements.fault.replaceChildren(...it.faults.map((fault) => el("option", { value: fault.key }, fault.words)));
    const hints = [`What changed shortly before the first alarm?`, ...(it.distractors || []).map((row) => `What speaks against this: ${row.replace(/[.]$/, "")}?`), `Look closer at: ${(it.right || [])[0] || ""}`];
    fill("hints", ...hints.map((hint) => el("li", null, el("button", { onclick: () => { const form = $("inject").elements; form.kind.value = "hint"; form.text.value = hint; form.text.focus(); } }, hint))));
  },
  notes(notes) { fill("notes", ...notes.map((it) => el("li", null, it))); },
  teams(teams) {
    const select = $("inject").elements.team;
    if (select.options.length !== teams.length + 1) select.replaceChildren(el("option", { value: "" }, "all teams"), ...teams.map((it, index) => el("option", { value: index }, it.name)));
    const open = new Set([...document.querySelectorAll("#teams details[open]")].map((it) => it.dataset.index));
    fill("teams", ...teams.map((it, index) => el("div", null, el("h3", null, it.name),
      el("p", null, `${it.headline} · ${number(it.lost)} lost, the reference ${it.reference_lost == null ? "–" : number(it.reference_lost)} by now · acknowledged ${it.acknowledged || "–"}${it.recovered ? " · recovered" : ""}${it.over ? " · over" : ""}${it.blind ? " · without signals" : ""}`),
      el("p", { class: "muted" }, `Suspects ${it.suspicions.join("; ") || "nothing"} · ${it.seats.map((seat) => `${seat.name} (${seat.roles.join(", ")})`).join(", ") || "nobody sits here"}`),
      ...it.broken.map((row) => el("p", { class: "failing" }, `✕ ${row}`)),
      el("details", { "data-index": index, open: open.has(String(index)) }, el("summary", null, "True signals"), el("table", null, el("tr", null, ...["part", "busy %", "errors %", "p99 ms", "queued"].map((name) => el("th", null, name))),
        ...it.parts.map((part) => el("tr", null, ...[part.name, part.signals.busy, part.signals.errors, part.signals.p99_ms, part.signals.queued].map((cell) => el("td", null, String(cell))))))))));
  },
};

function plotsInto(id, signals) {
  if (signals.blind) return fill(id, el("p", { class: "failing", role: "status" }, "✕ The dashboards cannot be reached."));
  fill(id, ...signals.plots.map((plot) => {
    const values = plot.points.filter((it) => it[1] != null);
    const [x0, x1] = [values.length ? values[0][0] : 0, values.length ? values[values.length - 1][0] : 1];
    const top = Math.max(1e-9, ...values.map((it) => it[1]), ...plot.thresholds.map((it) => it.value)) * 1.1;
    const [w, h] = [400, 110];
    const x = (minute) => ((minute - x0) / Math.max(x1 - x0, 0.01)) * w;
    const y = (value) => h - (value / top) * h;
    const firing = plot.thresholds.some((it) => it.firing);
    const words = `${plot.title}, ${plot.latest}${firing ? ", in alarm" : ""}`;
    return el("figure", null, el("figcaption", null, el("b", { class: firing ? "failing" : "" }, `${firing ? "▲ " : ""}${plot.title} `), el("span", { class: "figure" }, plot.latest)),
      svg("svg", { viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": words }, svg("line", { class: "axis", x1: 0, x2: w, y1: h, y2: h }),
        ...plot.thresholds.map((it) => svg("line", { class: "limit", x1: 0, x2: w, y1: y(it.value), y2: y(it.value) })),
        svg("polyline", { class: "curve", points: values.map(([minute, value]) => `${x(minute).toFixed(1)},${y(value).toFixed(1)}`).join(" ") })),
      el("span", { class: "muted" }, `${plot.source}, ${plot.timing}`));
  }));
}
function drawPlots(plots) { if (plots.part === state.part) plotsInto("plots", plots); }
function drawOffers(offers) {
  if ((offers.part ?? null) !== state.part || !$("offers")) return;
  // A form that somebody is filling in is left alone.
  if (document.activeElement && $("offers").contains(document.activeElement) && document.activeElement.tagName !== "BUTTON" && document.activeElement.tagName !== "SUMMARY") return;
  const open = new Set([...$("offers").querySelectorAll("details[open]")].map((it) => it.dataset.key));
  const groups = ["Investigate", "Mitigate", "Coordinate"].map((group) => {
    const rows = offers.rows.filter((it) => it.group === group);
    if (!rows.length) return null;
    return el("div", null, el("h3", null, group), ...rows.map((it) => {
      const input = it.field && fieldOf(it.field);
      const take = () => send({ take: { part: state.part, key: it.key, value: it.field ? valueOf(it.field, input) : null, by: null } });
      return el("details", { "data-key": it.key, open: open.has(it.key) }, el("summary", it.refusal ? { class: "muted" } : null, `${it.label} `, el("span", { class: "muted" }, it.detail)),
        el("p", null, it.about), el("p", { class: "muted" }, it.takes_s ? `Takes ${Math.round(it.takes_s)} s of somebody's time.` : "Takes no time."),
        input ? el("label", null, `${it.field.label}${it.field.kind === "share" ? ", in percent" : ""} `, input) : null,
        it.refusal ? el("p", { class: "attention" }, `Would be refused now: ${it.refusal}.`) : null, el("button", { onclick: take }, it.label));
    }));
  });
  fill("offers", ...groups);
}
function fieldOf(field) {
  if (field.kind === "person") return el("select", null, ...state.hello.people.map(([id, name]) => el("option", { value: id, selected: id === field.value }, name)));
  const scale = field.kind === "share" ? 100 : 1;
  return el("input", { type: "number", step: "any", min: field.low * scale, max: field.high * scale, value: Number.isFinite(field.value) ? field.value * scale : "" });
}
const valueOf = (field, input) => (input.value === "" ? null : Number(input.value) / (field.kind === "share" ? 100 : 1));

function form(id, take) {
  const node = $(id);
  if (node) node.addEventListener("submit", (event) => { event.preventDefault(); take(node.elements, () => node.reset()); });
}
form("say", (it, done) => send({ say: { text: it.text.value } }, done));
form("note", (it, done) => send({ note: { text: it.text.value } }, done));
form("suspect", (it) => send({ suspect: { on: Number(it.on.value), is: it.is.value, confidence: Number(it.confidence.value) / 100 } }));
form("composer", (it, done) => send({ post: { to: it.to.value, scope: it.scope.value, data: it.data.value, resolved: it.resolved.checked, text: it.text.value,
  next_min: it.next.value ? Number(it.next.value) : null, eta_min: it.eta.value ? Number(it.eta.value) : null,
  journeys: [...document.querySelectorAll("#journeys input:checked")].map((box) => Number(box.value)) } }, done));
form("land", (it) => lead({ land: { minutes: Number(it.minutes.value) } }));
form("lead-note", (it, done) => { lead({ note: { text: it.text.value } }); done(); });
form("inject", (it) => {
  const minutes = Number(it.text.value) || 5;
  const kinds = { hint: { hint: { text: it.text.value } }, executive: { executive: { text: it.text.value } }, line: { line: { who: it.who.value, text: it.text.value } }, blind: { blind: { minutes } }, fault: { fault: { key: it.fault.value } } };
  lead({ inject: { team: it.team.value === "" ? null : Number(it.team.value), inject: kinds[it.kind.value] } });
});
for (const button of document.querySelectorAll("[data-speed]")) button.addEventListener("click", () => lead({ speed: Number(button.dataset.speed) }));
for (const button of document.querySelectorAll("[data-lead]")) button.addEventListener("click", () => {
  const now = state.parts.now || {};
  const wishes = { go: { pause: false }, pause: { pause: true }, stop: "stop", board: { board: { shown: !now.board_shown } } };
  if (button.dataset.lead !== "stop" || confirm("End the incident for all teams?")) lead(wishes[button.dataset.lead]);
});
if ($("part")) $("part").addEventListener("change", (event) => choose(event.target.value === "" ? null : Number(event.target.value)));
if (page !== "front") { connect(); setInterval(askOffers, 5000); }
