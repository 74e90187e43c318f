// A participant without a browser, for scripts: joins a room over HTTP and speaks over a WebSocket. Needs
// nothing but Node.
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Starts a host; resolves to it and the links that it prints. */
export async function host(sev1, args) {
  const child = spawn(sev1, ["host", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const links = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [key, value] = line.split(/\s{2,}/);
    links[key] = value;
    if (line.startsWith("Ctrl+C")) break;
  }
  return { child, links, ended: new Promise((done) => child.on("exit", done)) };
}

/** Takes a seat. */
export async function sit(links, team, name, roles) {
  const url = new URL(links.Join);
  const form = new URLSearchParams({ code: url.searchParams.get("code"), team, name });
  for (const role of roles) form.append("role", role);
  const answer = await fetch(`${url.origin}/join`, { method: "POST", body: form, redirect: "manual", headers: { Origin: url.origin } });
  const cookie = (answer.headers.get("set-cookie") || "").split(";")[0];
  if (!cookie) throw new Error(`${name} could not come in: ${await answer.text()}`);
  return new Robot(url.origin, "seat", cookie).open();
}

/** Comes in as the facilitator. */
export const leadOf = (links) => new Robot(new URL(links.Facilitator.split(" ")[0]).origin, "lead", `sev1_lead=${links.Facilitator.split(" ")[0].split("/").pop()}`).open();

class Robot {
  constructor(origin, role, cookie) { Object.assign(this, { origin, role, cookie, parts: {}, hello: null, press: 0, answers: [], watchers: [], rest: Buffer.alloc(0) }); }
  open() {
    return new Promise((done, failed) => {
      const headers = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": randomBytes(16).toString("base64"), Origin: this.origin, Cookie: this.cookie };
      const asked = request(`${this.origin}/ws/${this.role}`, { headers });
      asked.on("response", (answer) => failed(new Error(`the host said ${answer.statusCode}`)));
      asked.on("error", failed);
      asked.on("upgrade", (_, socket, head) => {
        this.socket = socket;
        socket.on("error", () => {});
        socket.on("data", (bytes) => this.read(bytes));
        this.read(head);
        this.wait((it) => it.hello && it.parts.now).then(() => done(this));
      });
      asked.end();
    });
  }
  read(bytes) {
    this.rest = Buffer.concat([this.rest, bytes]);
    for (;;) {
      if (this.rest.length < 2) return;
      const kind = this.rest[0] & 15;
      let length = this.rest[1] & 127, from = 2;
      if (length === 126) { if (this.rest.length < 4) return; length = this.rest.readUInt16BE(2); from = 4; }
      else if (length === 127) { if (this.rest.length < 10) return; length = Number(this.rest.readBigUInt64BE(2)); from = 10; }
      if (this.rest.length < from + length) return;
      const content = this.rest.subarray(from, from + length);
      this.rest = this.rest.subarray(from + length);
      if (kind === 1) this.heard(JSON.parse(content.toString()));
      if (kind === 9) this.write(10, content);
    }
  }
  heard(message) {
    if (message.hello) this.hello = message.hello;
    else if (message.parts) Object.assign(this.parts, message.parts);
    else { const waiting = this.answers.shift(); if (waiting) waiting(message); }
    this.watchers = this.watchers.filter((it) => { if (!it.holds(this)) return true; it.done(); return false; });
  }
  write(kind, content) {
    const mask = randomBytes(4);
    const head = content.length < 126 ? Buffer.from([128 | kind, 128 | content.length]) : Buffer.from([128 | kind, 254, content.length >> 8, content.length & 255]);
    const masked = Buffer.from(content.map((byte, index) => byte ^ mask[index % 4]));
    this.socket.write(Buffer.concat([head, mask, masked]));
  }
  /** Resolves once something holds. */
  wait(holds) { return holds(this) ? Promise.resolve() : new Promise((done) => this.watchers.push({ holds, done })); }
  ask(message) { return new Promise((done) => { this.answers.push(done); this.write(1, Buffer.from(JSON.stringify(message))); }); }
  /** Sends an intent; resolves to the answer. */
  act(intent) { this.press += 1; return this.ask({ press: this.press, intent }); }
  /** The number of a part of the system. */
  part(name) { return this.hello.parts.find((it) => it.name === name).id; }
  /** The number of somebody whose name begins so. */
  person(name) { return this.hello.people.find((it) => it[1].startsWith(name))[0]; }
  /** Takes an offer by its label, once it would not be refused. */
  async take(part, label, value = null, by = null) {
    const id = part == null ? null : this.part(part);
    for (let tries = 0; ; tries += 1) {
      const { offers } = await this.act({ offers: { part: id } });
      const offer = offers.rows.find((it) => it.label === label);
      if (!offer) throw new Error(`${label} is not offered for ${part}; there is ${offers.rows.map((it) => it.label).join(", ")}`);
      const answer = await this.act({ take: { part: id, key: offer.key, value, by } });
      if (answer.done || tries >= 100) return answer;
      await new Promise((done) => setTimeout(done, 300));
    }
  }
  /** Resolves once so much of the incident has passed, such as `06:30`; or it is over. */
  until(elapsed) { return this.wait((it) => it.parts.now.elapsed >= elapsed || it.parts.now.over || it.parts.now.room_over); }
}
