// Plays the game day whose evidence lies in assets/examples/gameday: two teams of scripts in one room.
// Usage: node tests/gameday/example.mjs SEV1 FOLDER; the evidence is written into FOLDER.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { host, leadOf, sit } from "./robot.mjs";

const [sev1, into] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), "sev1-example-"));
const { child, links, ended } = await host(sev1, ["checkout-5xx", "--seed", "2", "--teams", "2", "--port", "0", "--folder", join(scratch, "room")]);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
/** Sends a message; whoever writes can do one at a time. */
async function post(seat, to, scope, text, more = {}) {
  const message = { to, scope, journeys: seat.hello.journeys.slice(0, 3).map((it) => it[0]), next_min: 20, text, ...more };
  for (let tries = 0; tries < 60; tries += 1) {
    const answer = await seat.act({ post: message });
    if (answer.done) return;
    await pause(500);
  }
  throw new Error(`${to} could not be told`);
}

/** Looks first, tries the old release on a quarter of the fleet, then on all of it. */
async function first(links) {
  const commander = await sit(links, 0, "Ada", ["commander", "scribe"]);
  const operator = await sit(links, 0, "Bo", ["operations"]);
  const writer = await sit(links, 0, "Cy", ["communications"]);
  return async () => {
    await commander.wait((it) => (it.parts.pager || []).length > 0);
    await commander.take(null, "Acknowledge");
    await commander.take(null, "Open a channel");
    await commander.take(null, "Declare", 1);
    await commander.act({ say: { text: "Bo, what changed? Cy, the status page please." } });
    await operator.take(null, "Recent changes");
    await post(writer, "Status", "Most", "Most of you cannot check out. We are on it and write again in 20 minutes.");
    await operator.take("checkout", "Query logs", null, operator.person("Priya"));
    await operator.act({ say: { text: "2024.48 went out at 18:02, two minutes before the page." } });
    await commander.act({ suspect: { on: commander.part("pricing"), is: "Overload", confidence: 0.4 } });
    await post(writer, "Executives", "Most", "Checkout fails for most customers. The page is taken, nothing is known yet.");
    await post(writer, "Support", "Most", "Checkout fails. Please tell callers to try again later.");
    await operator.until("06:30");
    await operator.take("checkout", "Compare releases");
    await commander.act({ suspect: { on: commander.part("checkout"), is: "BadRelease", confidence: 0.7 } });
    await commander.act({ note: { text: "The newest release calls pricing far more often. We try the old one on a quarter." } });
    await operator.take("checkout", "Roll back", 0.25);
    await operator.until("10:30");
    await commander.act({ suspect: { on: commander.part("checkout"), is: "BadRelease", confidence: 0.95 } });
    await operator.take("checkout", "Roll back", 1);
    await commander.act({ suspect: { on: commander.part("pricing"), is: "Overload", confidence: 0.05 } });
    await writer.until("20:00");
    await post(writer, "Status", "Nobody", "Checkout works again.", { resolved: true, next_min: null });
    await post(writer, "Executives", "Nobody", "Checkout works again: the newest release was taken back.", { resolved: true, next_min: null });
    await post(writer, "Support", "Nobody", "Checkout works again.", { resolved: true, next_min: null });
    await commander.until("27:00");
    await commander.act({ say: { text: "Closed. Thank you, all." } });
    await commander.take(null, "Close");
    return commander;
  };
}

/** Believes what looks guilty, and finds the release late. */
async function second(links) {
  const commander = await sit(links, 1, "Dee", ["commander", "operations", "scribe"]);
  const writer = await sit(links, 1, "Eli", ["communications"]);
  return async () => {
    await commander.wait((it) => (it.parts.pager || []).length > 0);
    await commander.take(null, "Acknowledge");
    await commander.take(null, "Declare", 2);
    await commander.act({ suspect: { on: commander.part("pricing"), is: "Overload", confidence: 0.8 } });
    await commander.act({ say: { text: "Pricing is at its limit. More of it." } });
    await commander.take("pricing", "Scale", 24);
    await commander.until("09:00");
    await post(writer, "Status", "Few", "Some of you may see errors. It will be over in ten minutes.", { eta_min: 10 });
    await commander.take("checkout", "Restart in waves");
    await commander.until("14:00");
    await commander.take("checkout", "Query logs");
    await commander.take(null, "Recent changes");
    await commander.until("17:00");
    await commander.act({ suspect: { on: commander.part("checkout"), is: "BadRelease", confidence: 0.8 } });
    await commander.act({ note: { text: "More of pricing did not help. The release is the next suspect." } });
    await commander.take("checkout", "Roll back", 1);
    await writer.until("27:00");
    await post(writer, "Status", "Nobody", "All works again.", { resolved: true, next_min: null });
    await commander.until("29:00");
    await commander.take(null, "Close");
    return commander;
  };
}

try {
  const lead = await leadOf(links);
  const teams = [await first(links), await second(links)];
  await lead.ask({ speed: 20 });
  await lead.ask({ pause: false });
  const played = teams.map((play) => play());
  await lead.until("07:00");
  await lead.ask({ inject: { team: null, inject: { executive: { text: "The board asks: how many customers, and until when?" } } } });
  await lead.ask({ note: { team: 1, text: "Scaled before looking at anything. Ask for the evidence in the debrief." } });
  await lead.until("12:00");
  await lead.ask({ inject: { team: 1, inject: { hint: { text: "What changed shortly before the first alarm?" } } } });
  await lead.until("15:00");
  const faults = lead.parts.secrets.faults;
  await lead.ask({ inject: { team: null, inject: { fault: { key: faults.find((it) => /^search.*:slow$/.test(it.key) || /:slow$/.test(it.key)).key } } } });
  await lead.until("32:00");
  await lead.ask("stop");
  const [ada, dee] = await Promise.all(played);
  await Promise.all([ada, dee].map((it) => it.wait((it) => it.parts.joint)));
  const take = (seat, what, owner, by) => seat.act({ take_on: { what, owner, by } });
  await take(ada, "A canary of checkout is compared with the rest before a release goes on", "Bo", "2027-01-15");
  await take(dee, "Pricing refuses what it cannot answer in time", "Dee", "2027-01-29");
  await Promise.all([ada, dee].map((it) => it.wait((it) => it.parts.debrief.worth)));
  console.log(`Team 1: ${Math.round(ada.parts.debrief.total)} of 100, team 2: ${Math.round(dee.parts.debrief.total)} of 100`);
  // The last reports are written before they are shown; follow-ups as soon as they are taken on.
  child.kill("SIGINT");
  await ended;
  rmSync(into, { recursive: true, force: true });
  cpSync(join(scratch, "room", "evidence"), into, { recursive: true });
} finally {
  child.kill("SIGKILL");
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(0);
