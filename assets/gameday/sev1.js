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
// The incident's player is nobody's "you" here: several people play.
const called = (name) => (/^you$/i.test(name) ? "the commander" : name);
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
    if (message.done && page === "lead") text("done", `Done at ${(state.parts.now || {}).clock || ""}.`);
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
  // What one looks at is what one suspects, as a rule.
  if (known && $("suspect")) $("suspect").elements.on.value = part;
  fill("plots");
  if (page === "play" && part != null) send({ plots: { part } });
  askOffers();
  if (state.parts.map) draw.map(state.parts.map);
}
function begin() {
  const hello = state.hello;
  text("title", hello.title); text("code", hello.code || ""); text("briefing", hello.briefing || "");
  if (page === "wall") { text("join", hello.join || location.origin); drawCode(hello.qr); }
  const options = (select, rows) => select && select.replaceChildren(...rows.map(([value, name]) => el("option", { value }, name)));
  options($("part"), [["", "the incident"], ...hello.parts.map((it) => [it.id, it.name])]);
  if (page !== "play") return;
  document.title = `${hello.title} · ${hello.team}`;
  options($("suspect").elements.on, hello.parts.map((it) => [it.id, it.name]));
  options($("suspect").elements.is, hello.mechanisms);
  options($("composer").elements.to, hello.audiences);
  options($("composer").elements.on, [["", "none"], ...hello.parts.map((it) => [it.id, it.name])]);
  options($("composer").elements.is, hello.mechanisms);
  languages();
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
      const budget = now.budget_left == null ? "" : ` · budget ${Math.round(now.budget_left * 100)} %, burns ${Math.round(now.burn * 10) / 10}×`;
      text("figures", `${number(now.lost)} customer-minutes lost · ${now.currency} ${number(now.money)}${budget}${due}`);
    }
    if ($("fly")) $("fly").hidden = !now.lands || now.room_over;
    if ($("briefing-box")) $("briefing-box").hidden = now.begun;
    if ($("lobby")) { $("lobby").hidden = now.begun; for (const id of ["cards-box", "board-box"]) $(id).hidden = !now.begun || Boolean(state.parts.joint); $("map-box").hidden = !now.begun || !state.parts.map || Boolean(state.parts.joint); }
    text("board-state", now.board_shown ? "Teams and the wall see it." : "Only you see it.");
  },
  pager(items) {
    fill("pager", ...items.map((it) => el("li", { class: it.firing ? "failing" : "muted" }, `${it.firing ? "▲" : "▽"} ${it.clock} ${it.name}${it.firing ? (it.acknowledged ? ", acknowledged" : ", not acknowledged") : ", recovered"}`)));
  },
  team(people) {
    fill("team", ...people.map((it) => el("li", null, el("b", null, called(it.name)), ` ${it.title} `, el("span", { class: "muted" }, it.doing))));
  },
  people(people) {
    const mates = $("mates"); if (mates && mates.childElementCount !== people.length) mates.replaceChildren(...people.map((it) => el("option", { value: it.name })));
    fill("people", ...people.map((it) => el("li", null, `${it.here ? "●" : "○"} ${it.name} `, el("span", { class: "muted" }, it.roles.join(", ") + (it.here ? "" : ", away")))));
    const me = state.hello && people.find((it) => it.seat === state.hello.seat);
    if (!me) return;
    for (const name of ["console", "suspect", "composer", "say", "note"]) {
      const was = $(name).hidden;
      $(name).hidden = !me.panels.includes(name);
      if (name === "console" && was && !$(name).hidden) askOffers();
    }
    $("take-on").hidden = !me.panels.includes("note");
  },
  channel(lines) {
    const box = $("channel"); if (!box) return;
    const low = box.scrollTop + box.clientHeight >= box.scrollHeight - 30;
    // Only what is new is added, so that a screen reader does not read everything again.
    const known = box.childElementCount;
    const names = { Executive: "failing", Hint: "change", Person: "own", Order: "muted" };
    const row = (it) => el("li", { class: names[it.kind] || "" }, el("time", { class: "muted" }, it.clock), " ", el("b", null, it.kind === "Hint" ? `Hint, ${it.who}` : called(it.who)), ` ${it.text}`);
    const same = known <= lines.length && [...box.children].every((node, index) => node.textContent === row(lines[index]).textContent);
    if (same) box.append(...lines.slice(known).map(row)); else box.replaceChildren(...lines.map(row));
    if (low) box.scrollTop = box.scrollHeight;
  },
  orders(orders) {
    const mayUndo = $("console") && !$("console").hidden;
    fill("orders", ...orders.map((it) => {
      const running = it.state.Running;
      const words = running ? `${it.words}: ${called(running.who)}, ${Math.round(running.left_s)} s left` : `${it.words}: done ${it.state.Done.clock} by ${called(it.state.Done.who)}`;
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
  follow_ups(all) { fill("follow-ups", ...all.map((it) => el("li", null, `${it.what} `, el("span", { class: "muted" }, `${it.owner}, by ${it.by}`)))); },
  looking(it) { text("looking", !it ? "" : `Looking into ${it.team} (${it.number} of ${it.of}): ${it.stage}, ${it.done} of ${it.all}`); },
  debriefs(all) {
    const open = new Set([...document.querySelectorAll("#debriefs details[open]")].map((it) => it.dataset.index));
    const teams = state.parts.teams || [];
    fill("debriefs", ...all.map((it, index) => el("details", { "data-index": index, open: open.has(String(index)) }, el("summary", null, `Debrief of ${teams[index] ? teams[index].name : index + 1}`), ...debriefOf(it))));
  },
  wall(wall) {
    const seated = wall.teams.map((it) => el("p", null, el("b", null, it.name), " ", it.seats.join(", ") || "nobody yet"));
    fill("seated", ...seated);
    const most = Math.max(1, ...wall.teams.flatMap((it) => (it.harm || []).map((point) => point[1])));
    const end = Math.max(1, wall.minutes);
    fill("cards", ...wall.teams.map((it) => {
      const [w, h] = [300, 80];
      const points = (it.harm || []).map(([x, y]) => `${((x / end) * w).toFixed(1)},${(h - (y / most) * h).toFixed(1)}`);
      const last = it.harm && it.harm.length ? (it.harm[it.harm.length - 1][0] / end) * w : 0;
      const state = it.over ? ["over", "muted", "■"] : it.alarms ? [`${it.alarms} in alarm`, "failing", "▲"] : it.paged ? ["no alarm any more", "healthy", "▽"] : ["no alarm", "muted", "·"];
      const handled = `${it.severity ? `SEV${it.severity} declared` : "not declared"} · ${it.acknowledged ? "acknowledged" : it.paged ? "not acknowledged" : "nothing has paged"}`;
      return el("article", { class: `card ${state[1]}` }, el("h3", null, it.name, " ", el("span", { class: state[1] }, `${state[2]} ${state[0]}`)),
        it.headline ? el("p", null, it.headline) : null, el("p", { class: "muted" }, handled),
        it.harm ? el("p", null, el("b", { class: "figure" }, number(it.lost)), " customer-minutes lost") : null,
        it.harm ? svg("svg", { viewBox: `0 0 ${w} ${h}`, preserveAspectRatio: "none", role: "img", "aria-label": `${it.name}: customer-minutes lost per minute, on one scale for all teams, at most ${number(most)}` },
          svg("line", { class: "axis", x1: 0, x2: w, y1: h, y2: h }), svg("polygon", { class: "area", points: [`0,${h}`, ...points, `${last},${h}`].join(" ") })) : null);
    }));
    $("cards").dataset.many = wall.teams.length > 12 ? "lots" : wall.teams.length > 4 ? "some" : "few";
  },
  posts(posts) {
    fill("posts", ...posts.sent.map((it) => el("li", null, el("time", { class: "muted" }, it.clock), " ", el("b", null, it.to), ` ${it.text}`)));
    if ($("composer")) languages();
    const due = (it) => (it.due_s == null ? "nothing due" : it.due_s < 0 ? "overdue" : `in ${Math.ceil(it.due_s / 60)} min`);
    fill("listeners", ...posts.listeners.filter((it) => it.expects).map((it) => el("li", { class: it.due_s < 0 ? "failing" : "muted" }, `✉ ${it.name} (${it.language}): ${due(it)}`)));
  },
  evidence(all) {
    const open = new Set([...document.querySelectorAll("#evidence details[open]")].map((it) => it.dataset.index));
    fill("evidence", ...all.map((it, index) => el("details", { "data-index": index, open: open.has(String(index)) || index === all.length - 1 },
      el("summary", null, `${it.clock} ${it.title} `, el("span", { class: "muted" }, called(it.who))), el("pre", null, it.lines.join("\n")))).reverse());
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
    if (!rows) { text("board-note", ""); return fill("board", el("caption", null, "The facilitator keeps it hidden.")); }
    const cells = (name, all) => el("tr", null, ...all.map((it) => el(name, name === "td" && typeof it === "number" ? { class: "n" } : name === "th" ? { scope: "col" } : null, it == null ? "–" : typeof it === "number" ? number(it) : it)));
    // Only axes that are told at all have a column.
    const axes = ["impact", "recovery", "communication", "judgement", "learning"];
    const told = axes.map((_, index) => index).filter((index) => rows.some((it) => it.standing && it.standing.axes[index] != null));
    const total = rows.some((it) => it.standing && it.standing.total != null);
    const order = rows.slice().sort((a, b) => standingOf(b) - standingOf(a) || a.lost - b.lost);
    fill("board", cells("th", ["team", "customers", "customer-minutes lost", ...(total ? ["within reach"] : []), ...told.map((index) => axes[index]), "acknowledged", "declared", "messages"]),
      ...order.map((it) => cells("td", [it.name, it.over ? "over" : it.headline, it.lost, ...(total ? [it.standing && it.standing.total] : []), ...told.map((index) => it.standing && it.standing.axes[index]), it.acknowledged, it.declared, it.posts])));
    text("board-note", !told.length ? "" : total ? "Points are what a team still reaches if it does everything right from now on. Teams and the wall see impact, recovery and communication, as if suspicions and messages were right." : "Points are what a team still reaches on an axis if it does everything right from now on. Judgement, learning, and whether what was said was true are counted at the end.");
  },
  debrief(it) {
    const first = $("debrief-box").hidden;
    $("debrief-box").hidden = false;
    fill("debrief", ...debriefOf(it));
    const known = $("known-follow-ups");
    if (known) known.replaceChildren(...it.cause.follow_ups.map((row) => el("option", { value: row.trim().replace(/\s+/g, " ") })));
    // What is known of the decisions comes later; nobody is to be thrown back to the top by it.
    if (first) { document.querySelector("main").prepend($("debrief-box")); $("debrief-box").focus(); }
  },
  joint(joint) {
    // What was within reach is no matter any more.
    for (const id of page === "wall" ? ["cards-box", "board-box", "map-box"] : ["board-box"]) if ($(id)) $(id).hidden = true;
    if ($("joint-box")) $("joint-box").hidden = false;
    const end = Math.max(1, ...joint.teams.flatMap((it) => it.curve.map((point) => point[0])));
    const most = Math.max(1, ...joint.teams.map((it) => it.lost));
    const [w, h] = [1000, 260];
    const lines = joint.teams.map((it, index) => svg("polyline", { class: `curve ${"abcd"[index % 4]}`, points: it.curve.map(([x, y]) => `${(x / end) * w},${h - 10 - (y / most) * (h - 30)}`).join(" ") }));
    const names = joint.teams.map((it, index) => svg("text", { x: 8, y: 18 + 16 * index }, `${["——", "— —", "· · ·", "— ·"][index % 4]} ${it.name}: ${number(it.lost)} lost`));
    const rows = joint.decisions.map((row, index) => el("tr", row.same ? {} : { class: "attention" }, el("td", null, `${index + 1}${row.same ? "" : " ≠"}`), ...row.teams.map((it) => el("td", null, it || "–"))));
    fill("joint", el("h3", null, "All teams"), svg("svg", { viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": "Customer-minutes lost by each team over time" }, ...lines, ...names),
      el("table", null, el("tr", null, el("th", null, "team"), el("th", null, "total"), ...(joint.teams[0] ? joint.teams[0].axes.map(([axis]) => el("th", null, axis)) : [])),
        ...joint.teams.map((it) => el("tr", null, el("td", null, it.name), el("td", null, Math.round(it.total)), ...it.axes.map(([, points]) => el("td", null, Math.round(points)))))),
      ...joint.teams.filter((it) => it.luck).map((it) => el("p", null, el("b", null, it.name), ` ${it.luck}`)),
      ...(joint.teams.length > 1 ? [el("h3", null, "Where decisions parted"), el("p", null, joint.parted)] : []),
      ...(joint.decisions.length ? [el("h3", null, joint.teams.length > 1 ? "Changes in order; ≠ is where decisions part" : "Changes in order"), el("table", null, el("tr", null, el("th", null, ""), ...joint.teams.map((it) => el("th", { scope: "col" }, it.name))), ...rows)] : []));
  },
  secrets(it) {
    const list = (title, rows) => [el("h3", null, title), el("ul", null, ...(rows || []).map((row) => el("li", null, row)))];
    fill("way-in", "Participants open ", el("b", null, location.origin), ", room code ", el("b", null, it.code), ".");
    fill("secrets", el("p", null, `Seed ${it.seed}`), el("p", null, it.cause || ""), ...list("Right suspicions", it.right), ...list("Looks right and is not", it.distractors), ...list("Would have prevented it", it.follow_ups), ...list("To discuss", it.teaching));
    faults();
    fill("hints", ...(it.hints || []).map((hint) => el("li", null, el("button", { onclick: () => { const form = $("inject").elements; form.kind.value = "hint"; fields(); form.text.value = hint; form.text.focus(); } }, hint))));
  },
  notes(notes) { fill("notes", ...notes.map((it) => el("li", null, it))); },
  teams(teams) {
    for (const id of ["inject", "lead-note"]) {
      const select = $(id).elements.team;
      if (select.options.length !== teams.length + 1) select.replaceChildren(el("option", { value: "" }, "all teams"), ...teams.map((it, index) => el("option", { value: index }, it.name)));
    }
    const seats = teams.flatMap((team) => team.seats.map((seat) => ({ ...seat, team: team.name })));
    const who = $("recast").elements.seat, known = seats.map((it) => it.id).join();
    if (who.dataset.known !== known) {
      const was = who.value;
      who.dataset.known = known;
      who.replaceChildren(...seats.map((it) => el("option", { value: it.id, selected: String(it.id) === was }, `${it.name}, ${it.team}`)));
      roles();
    }
    const open = new Set([...document.querySelectorAll("#teams details[open]")].map((it) => it.dataset.index));
    fill("teams", ...teams.map((it, index) => el("div", null, el("h3", null, it.name),
      el("p", null, `${it.headline} · ${number(it.lost)} lost, the reference ${it.reference_lost == null ? "–" : number(it.reference_lost)} by now · acknowledged ${it.acknowledged || "–"}${it.recovered ? " · recovered" : ""}${it.over ? " · over" : ""}${it.blind ? " · without signals" : ""}`),
      el("p", { class: "muted" }, `Suspects ${it.suspicions.join("; ") || "nothing"} · ${it.seats.map((seat) => `${seat.name} (${seat.roles.join(", ")})`).join(", ") || "nobody sits here"}`),
      it.said.length ? el("ul", null, ...it.said.map((line) => el("li", null, el("time", { class: "muted" }, line.clock), " ", el("b", null, line.who), ` ${line.text}`))) : null,
      ...it.broken.map((row) => el("p", { class: "failing" }, `✕ ${row}`)),
      el("details", { "data-index": index, open: open.has(String(index)) }, el("summary", null, "True signals"), el("table", null, el("tr", null, ...["part", "busy %", "errors %", "p99 ms", "queued"].map((name) => el("th", null, name))),
        ...it.parts.map((part) => el("tr", null, ...[part.name, part.signals.busy, part.signals.errors, part.signals.p99_ms, part.signals.queued].map((cell) => el("td", null, String(cell))))))))));
  },
};

const standingOf = (row) => {
  const it = row.standing; if (!it) return -1;
  if (it.total != null) return it.total;
  const told = it.axes.filter((points) => points != null);
  return told.reduce((sum, points) => sum + points, 0) / Math.max(told.length, 1);
};
// A debrief as text; what decisions were worth is there once it has been played.
function debriefOf(it) {
  const list = (rows) => el("ul", null, ...rows.map((row) => el("li", null, row)));
  const table = (head, rows) => el("table", null, el("tr", null, ...head.map((cell) => el("th", { scope: "col" }, cell))), ...rows.map((row) => el("tr", null, ...row.map((cell) => el("td", null, cell)))));
  const signs = { excellent: "!!", good: "!", inaccuracy: "?!", mistake: "?", blunder: "??" };
  const worth = it.worth ? [
    el("h3", null, "What each decision was worth"), table(["time", "decision", "mark", "customer-minutes", "why"], it.worth.decisions.map((row) => [row.clock, row.what, `${signs[row.mark] || ""} ${words(row.mark)}`, row.effect, row.why])),
    ...(it.worth.luck ? [el("h3", null, "Skill or luck"), el("p", null, it.worth.luck.sentence)] : []),
    el("h3", null, "When it could have been known"), table(["clue", "to be seen from", "seen at"], it.worth.clues.map((row) => [row.words, row.visible ? row.visible[1] : "never", row.opened ? row.opened[1] : "never"])),
  ] : [];
  return [el("h3", null, `${it.headline}. ${it.total == null ? "" : `${Math.round(it.total)} of 100 points`}`), el("p", null, it.ending),
    list(it.axes.map((axis) => `${words(axis.axis)}: ${Math.round(axis.points)}. ${axis.fact}`)), el("h3", null, "What was behind it"), el("p", null, it.cause.words),
    el("h3", null, "What cost most"), list(it.losses.slice(0, 8).map((loss) => `${loss.clock || ""} −${loss.points.toFixed(1)} ${loss.why}`)), ...worth,
    el("h3", null, "What would have prevented it"), list(it.cause.follow_ups), el("h3", null, it.lesson.question), list(it.lesson.notes)];
}
// The way in as a code for cameras: dark on light whatever the theme, as cameras want it.
function drawCode(rows) {
  if (!rows) return;
  const size = rows.length + 8;
  const dark = rows.flatMap((row, y) => [...row].map((cell, x) => (cell === "1" ? svg("rect", { x: x + 4, y: y + 4, width: 1, height: 1, fill: "#000" }) : null))).filter((it) => it);
  fill("qr", svg("svg", { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": "The address as a code for cameras", "shape-rendering": "crispEdges" }, svg("rect", { width: size, height: size, fill: "#fff" }), ...dark));
}
function plotsInto(id, signals) {
  if (signals.blind) return fill(id, el("p", { class: "failing", role: "status" }, "✕ The dashboards cannot be reached."));
  const empty = (plot) => plot.points.every((it) => it[1] == null);
  const missing = signals.plots.filter(empty).map((plot) => plot.title);
  fill(id, ...signals.plots.filter((plot) => !empty(plot)).map((plot) => {
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
  }), missing.length ? el("p", { class: "muted" }, `No data: ${missing.join(", ")}`) : null);
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
      const who = it.takes_s && it.able.length ? el("select", null, el("option", { value: "" }, "whoever can"), ...it.able.map((id) => el("option", { value: id, selected: state.by === id }, doing(id)))) : null;
      if (who) who.addEventListener("change", () => { state.by = who.value === "" ? null : Number(who.value); });
      const take = () => send({ take: { part: state.part, key: it.key, value: it.field ? valueOf(it.field, input) : null, by: who && who.value !== "" ? Number(who.value) : null } });
      return el("details", { "data-key": it.key, open: open.has(it.key) }, el("summary", it.refusal ? { class: "muted" } : null, `${it.label} `, el("span", { class: "muted" }, it.detail)),
        el("p", null, it.about), el("p", { class: "muted" }, it.takes_s ? `Takes ${Math.round(it.takes_s)} s of somebody's time.` : "Takes no time."),
        input ? el("label", null, `${it.field.label}${it.field.kind === "share" ? ", in percent" : ""} `, input) : null,
        who ? el("label", null, "Who ", who) : null,
        it.refusal ? el("p", { class: "attention" }, `Would be refused now: ${it.refusal}.`) : null, el("button", { onclick: take }, it.label));
    }));
  });
  fill("offers", ...groups);
}
// Somebody with what they are about.
function doing(id) {
  const known = state.hello.people.find((it) => it[0] === id);
  const member = (state.parts.team || []).find((it) => it.id === id);
  const name = known ? called(known[1]) : id;
  return `${name}${member ? ` · ${member.doing}` : ""}`;
}
// The languages of a message: the audience's own comes first.
function languages() {
  const { to, language } = $("composer").elements;
  const names = { en: "English", fr: "French", de: "German", es: "Spanish", it: "Italian", pl: "Polish", hi: "Hindi", ja: "Japanese" };
  const posts = state.parts.posts, known = posts && posts.listeners.find((it) => it.to === to.value);
  const own = known ? known.language : "en";
  const others = ["en", "fr"].filter((it) => it !== own);
  const key = `${own} ${others.join(" ")}`;
  if (language.dataset.key === key) return;
  language.dataset.key = key;
  language.replaceChildren(el("option", { value: "" }, `${names[own] || own}, as they expect`), ...others.map((it) => el("option", { value: it }, names[it])));
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
form("take-on", (it, done) => send({ take_on: { what: it.what.value, owner: it.owner.value, by: it.by.value } }, done));
form("composer", (it, done) => send({ post: { to: it.to.value, language: it.language.value, cause: it.on.value === "" ? null : { on: Number(it.on.value), is: it.is.value }, certain: it.certain.checked, scope: it.scope.value, data: it.data.value, resolved: it.resolved.checked, text: it.text.value,
  next_min: it.next.value ? Number(it.next.value) : null, eta_min: it.eta.value ? Number(it.eta.value) : null,
  journeys: [...document.querySelectorAll("#journeys input:checked")].map((box) => Number(box.value)) } }, done));
form("land", (it) => lead({ land: { minutes: Number(it.minutes.value) } }));
form("lead-note", (it, done) => { lead({ note: { team: it.team.value === "" ? null : Number(it.team.value), text: it.text.value, shown: it.shown.checked } }); done(); });
form("inject", (it) => {
  const minutes = Number(it.minutes.value) || 5;
  const kinds = { hint: { hint: { text: it.text.value } }, executive: { executive: { text: it.text.value } }, line: { line: { who: it.who.value, text: it.text.value } }, blind: { blind: { minutes } }, fault: { fault: { key: it.fault.value } } };
  lead({ inject: { team: it.team.value === "" ? null : Number(it.team.value), inject: kinds[it.kind.value] } });
  it.text.value = "";
});
form("recast", (it) => lead({ recast: { seat: Number(it.seat.value), roles: [...document.querySelectorAll("#recast input:checked")].map((box) => box.value) } }));
// The boxes say what somebody does now.
function roles() {
  const seats = (state.parts.teams || []).flatMap((team) => team.seats);
  const seat = seats.find((it) => String(it.id) === $("recast").elements.seat.value);
  for (const box of document.querySelectorAll("#recast input")) box.checked = Boolean(seat) && seat.roles.includes(box.value);
}
// The faults whose words have all that was typed.
function faults() {
  const { find, fault } = $("inject").elements, was = fault.value, words = find.value.toLowerCase().split(/\s+/);
  const found = (state.parts.secrets || { faults: [] }).faults.filter((it) => words.every((word) => it.words.toLowerCase().includes(word)));
  fault.replaceChildren(...found.map((it) => el("option", { value: it.key, selected: it.key === was }, it.words)));
}
// Only the fields that belong to what is chosen are there.
function fields() {
  for (const label of document.querySelectorAll("#inject [data-for]")) label.hidden = !label.dataset.for.split(" ").includes($("inject").elements.kind.value);
}
if (page === "lead") {
  const { kind, find } = $("inject").elements;
  $("recast").elements.seat.addEventListener("change", roles);
  kind.addEventListener("change", fields);
  find.addEventListener("input", faults);
  // Enter looks; nothing breaks before its button is pressed.
  find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  fields();
}
if (page === "play") {
  const { to, on } = $("composer").elements;
  const cause = () => { for (const it of document.querySelectorAll("[data-cause]")) it.hidden = on.value === ""; };
  to.addEventListener("change", languages);
  on.addEventListener("change", cause);
  $("composer").addEventListener("reset", () => setTimeout(() => { languages(); cause(); }));
}
for (const button of document.querySelectorAll("[data-speed]")) button.addEventListener("click", () => lead({ speed: Number(button.dataset.speed) }));
for (const button of document.querySelectorAll("[data-lead]")) button.addEventListener("click", () => {
  const now = state.parts.now || {};
  const wishes = { go: { pause: false }, pause: { pause: true }, stop: "stop", fly: { land: { minutes: null } }, board: { board: { shown: !now.board_shown } } };
  if (button.dataset.lead !== "stop" || confirm("End the incident for all teams?")) lead(wishes[button.dataset.lead]);
});
if ($("part")) $("part").addEventListener("change", (event) => choose(event.target.value === "" ? null : Number(event.target.value)));
if (page !== "front") { connect(); setInterval(askOffers, 5000); }
