// Real browsers, a facilitator and a wall play `spapi-auth` to its debrief, against two teams of scripts.
// Usage: node tests/gameday/browser.mjs SEV1 [FOLDER_FOR_PICTURES]; needs Chromium and playwright-core.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRequire } from "node:module";
import { host as start, sit } from "./robot.mjs";
import { again, flags, fromTree } from "./tree.mjs";

const { chromium } = createRequire(join(process.cwd(), "package.json"))("playwright-core");
const [sev1, pictures] = process.argv.slice(2);
const folder = join(mkdtempSync(join(tmpdir(), "sev1-")), "room");
const { child: host, links } = await start(sev1, ["spapi-auth", "--seed", "3", "--teams", "3", "--port", "0", "--folder", folder]);
const check = (holds, what) => { if (!holds) throw new Error(what); console.log(`ok ${what}`); };
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", ...flags] });
const troubles = [];
async function open(width, height) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: "dark" });
  const page = await context.newPage();
  await fromTree(page);
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("console", (message) => message.type() === "error" && troubles.push(message.text()));
  page.on("request", (request) => { if (!/^(http|ws):\/\/127\.0\.0\.1:/.test(request.url())) troubles.push(`asks ${request.url()}`); });
  return page;
}
async function seat(name, roles, width, height) {
  const page = await open(width, height);
  await page.goto(links.Join);
  await page.getByLabel("Your name").fill(name);
  for (const role of roles) await page.locator(`input[value=${role}]`).check();
  if (name === "Cy") await picture(page, "join", true);
  await page.getByRole("button", { name: "Join" }).click();
  await page.waitForURL("**/play");
  await again(page);
  return page;
}
const picture = (page, name, whole = false) => pictures && page.screenshot({ path: join(pictures, `${name}.png`), fullPage: whole });
async function fits(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  check(over <= 0, `nothing is wider than its ${page.viewportSize().width} px`);
  const nameless = await page.evaluate(() => [...document.querySelectorAll("button, input, select, textarea, [role=button], [role=img]")].filter((it) => !(it.labels?.length || it.getAttribute("aria-label") || it.textContent.trim())).length);
  check(nameless === 0, "everything has a name");
}

try {
  const lead = await open(1440, 900);
  await lead.goto(links.Facilitator.split(" ")[0]);
  await again(lead);
  check(new URL(lead.url()).pathname === "/lead", "the secret leaves the address bar");
  const wall = await open(1920, 1080);
  await wall.goto(links.Wall.split(" ")[0]);
  await again(wall);
  const commander = await seat("Ada", ["commander", "scribe"], 1280, 900);
  const operator = await seat("Bo", ["operations"], 1440, 900);
  const writer = await seat("Cy", ["communications"], 390, 844);
  const rival = await sit(links, 1, "Dee", ["commander", "operations", "communications"]);
  const third = await sit(links, 2, "Eli", ["commander", "operations"]);
  check(await operator.locator("#composer").isHidden(), "operations has no composer");
  check(await writer.locator("#console").isHidden(), "communications has no console");
  await wall.locator("#seated", { hasText: "Eli" }).waitFor();
  check(await wall.locator("#qr svg").isVisible() && await wall.locator("#code").isVisible(), "the wall shows the way in");
  await picture(wall, "wall-before");

  await lead.getByRole("button", { name: "20×" }).click();
  await lead.getByRole("button", { name: "Start or go on" }).click();
  await commander.locator("#pager li").first().waitFor({ timeout: 60000 });
  await lead.getByRole("button", { name: "5×", exact: true }).click();
  await commander.locator("#offers summary", { hasText: "Acknowledge" }).first().click();
  await commander.getByRole("button", { name: "Acknowledge", exact: true }).click();
  await commander.locator("#pager", { hasText: ", acknowledged" }).waitFor();
  check(true, "the commander acknowledges");
  await rival.take(null, "Acknowledge");
  await rival.take(null, "Declare", 2);
  await third.take(null, "Recent changes");

  // By keyboard alone: a part of the map, then a look at it by somebody who is named.
  const part = operator.locator("#map g[role=button]", { hasText: "connector" }).first();
  await part.focus();
  await operator.keyboard.press("Enter");
  await operator.locator("#offers summary", { hasText: "logs" }).first().focus();
  await operator.keyboard.press("Enter");
  const who = operator.locator("#offers details[open] select");
  await who.selectOption({ index: 1 });
  const chosen = (await who.locator("option:checked").textContent()).split(" · ")[0];
  await operator.locator("#offers details[open] button").first().click();
  await operator.locator("#evidence details", { hasText: chosen }).first().waitFor({ timeout: 60000 });
  check(true, "operations has somebody find evidence");
  const suspected = await operator.locator("#suspect select[name=on] option:checked").textContent();
  check(suspected === "connector", "what one looks at is what one suspects");
  await operator.locator("#suspect select[name=is]").selectOption("BadRelease");
  await operator.locator("#suspect").getByRole("button").click();
  await commander.locator("#hypotheses", { hasText: "connector: a bad release 50 %" }).waitFor();
  check(true, "everybody reads what is suspected");

  await writer.locator("#composer select[name=to]").selectOption("Customers");
  const language = writer.locator("#composer select[name=language]");
  check((await language.locator("option").first().textContent()) === "French, as they expect", "sellers expect French");
  check(await writer.locator("#composer select[name=is]").isHidden(), "no cause, nothing that is wrong with it");
  await writer.locator("#composer select[name=on]").selectOption({ label: "token-service" });
  await writer.locator("#composer select[name=is]").selectOption("Credentials");
  await writer.locator("#composer select[name=scope]").selectOption("Part");
  await writer.locator("#composer textarea").fill("Nous cherchons.");
  await writer.getByRole("button", { name: "Send" }).click();
  await commander.locator("#posts", { hasText: "Nous cherchons." }).waitFor({ timeout: 60000 });
  check(true, "everybody reads what was said outside");

  await lead.locator("#inject select[name=kind]").selectOption("executive");
  await lead.locator("#inject input[name=text]").fill("<img src=x onerror=alert(1)> When is it over?");
  await lead.getByRole("button", { name: "Let it happen" }).click();
  await writer.locator("#channel", { hasText: "When is it over?" }).waitFor();
  check((await writer.locator("#channel img").count()) === 0, "words stay words");
  await lead.locator("#inject select[name=kind]").selectOption("blind");
  check(await lead.locator("#inject input[name=text]").isHidden(), "the facilitator sees the fields that count");
  await lead.locator("#inject input[name=minutes]").fill("2");
  await lead.getByRole("button", { name: "Let it happen" }).click();
  await operator.locator("#signals", { hasText: "cannot be reached" }).waitFor();
  check(true, "a dashboard is lost");
  await lead.locator("#inject select[name=kind]").selectOption("fault");
  const faults = lead.locator("#inject select[name=fault] option");
  const all = await faults.count();
  await lead.locator("#inject input[name=find]").fill("cause");
  const found = await faults.allTextContents();
  check(found.length > 0 && found.length < all && found.every((it) => it.startsWith("cause")), "the facilitator finds a fault by a word");
  await lead.locator("#inject input[name=find]").press("Enter");
  const pace = lead.locator("#pace");
  await lead.locator("#land input").fill("240");
  await lead.getByRole("button", { name: "Land", exact: true }).click();
  await pace.filter({ hasText: "ends at" }).waitFor();
  await lead.getByRole("button", { name: "Do not land it" }).click();
  await pace.filter({ hasNotText: "ends at" }).waitFor();
  check(true, "a landing is taken back");
  check(!(await lead.locator("#teams").textContent()).includes(found[0]), "Enter looks for a fault and lets none happen");
  await lead.locator("#lead-note textarea").fill("They named somebody for the first look.");
  await lead.locator("#lead-note").getByRole("button").click();
  await lead.locator("#notes", { hasText: "named somebody" }).waitFor();
  await operator.locator("#signals figure").first().waitFor({ timeout: 120000 });
  check(!(await commander.locator("#marks").textContent()).includes("named somebody"), "notes of the facilitator wait for the end");
  check((await wall.locator("#cards article").count()) === 3, "the wall shows every team");
  check(await commander.locator("#board th", { hasText: "recovery" }).isVisible() && (await commander.locator("#board th", { hasText: "learning" }).count()) === 0, "teams see axes that tell nothing");
  check(await lead.locator("#board th", { hasText: "learning" }).isVisible(), "the facilitator sees all axes");

  await lead.locator("#recast-box summary").click();
  await lead.locator("#recast select").selectOption({ label: "Bo, Team 1" });
  check(await lead.locator("#recast input[value=operations]").isChecked(), "the facilitator sees who does what");
  await lead.locator("#recast input[value=communications]").check();
  await lead.getByRole("button", { name: "Change roles" }).click();
  await operator.locator("#composer").waitFor();
  check(true, "roles can be changed");

  for (const [page, name] of [[commander, "commander"], [operator, "operations"], [writer, "phone"], [lead, "facilitator"], [wall, "wall"]]) {
    await picture(page, name);
    await picture(page, `${name}-whole`, true);
    await fits(page);
  }
  for (const [page, name] of [[lead, "facilitator"], [wall, "wall"]]) {
    const size = page.viewportSize();
    await page.setViewportSize({ width: 390, height: 844 });
    await picture(page, `${name}-narrow`, true);
    await fits(page);
    await page.setViewportSize(size);
  }
  lead.on("dialog", (dialog) => dialog.accept());
  await lead.getByRole("button", { name: "End the incident now" }).click();
  for (const page of [commander, operator, writer]) await page.locator("#debrief h3").first().waitFor({ timeout: 120000 });
  await commander.locator("#marks", { hasText: "named somebody" }).waitFor();
  check(true, "then everybody reads them");
  await commander.locator("#take-on input[name=what]").fill("Secrets are renewed a month before they expire");
  await commander.locator("#take-on input[name=owner]").fill("Bo");
  await commander.locator("#take-on input[name=by]").fill("2027-01-31");
  await commander.getByRole("button", { name: "Take it on" }).click();
  await operator.locator("#follow-ups", { hasText: "Bo, by 2027-01-31" }).waitFor();
  check(true, "somebody takes a follow-up on");
  await commander.locator("#debrief h3", { hasText: "What each decision was worth" }).waitFor({ timeout: 240000 });
  check(true, "decisions are weighed");
  await lead.locator("#debriefs details").nth(2).waitFor();
  for (const [page, name] of [[commander, "debrief"], [wall, "wall-end"], [lead, "facilitator-end"], [writer, "phone-end"]]) {
    await picture(page, name, true);
    await fits(page);
  }
  check(troubles.length === 0, `no browser complained ${troubles.join("; ")}`);
} finally {
  await browser.close();
  host.kill("SIGINT");
}
process.exit(0);
