// Three real browsers in one room, a facilitator and a wall play `spapi-auth` to its debrief.
// Usage: node tests/gameday/browser.mjs SEV1 [FOLDER_FOR_PICTURES]; needs Chromium and playwright-core.
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const { chromium } = createRequire(join(process.cwd(), "package.json"))("playwright-core");
const [sev1, pictures] = process.argv.slice(2);
const folder = join(mkdtempSync(join(tmpdir(), "sev1-")), "room");
const host = spawn(sev1, ["host", "spapi-auth", "--seed", "3", "--port", "0", "--folder", folder], { stdio: ["ignore", "pipe", "inherit"] });
const links = {};
for await (const line of createInterface({ input: host.stdout })) {
  const [key, value] = line.split(/\s{2,}/);
  links[key] = value;
  if (line.startsWith("Ctrl+C")) break;
}
const check = (holds, what) => { if (!holds) throw new Error(what); console.log(`ok ${what}`); };
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
const troubles = [];
async function open(width, height) {
  const context = await browser.newContext({ viewport: { width, height } });
  const page = await context.newPage();
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
  await page.getByRole("button", { name: "Join" }).click();
  await page.waitForURL("**/play");
  return page;
}
const picture = (page, name, whole = true) => pictures && page.screenshot({ path: join(pictures, `${name}.png`), fullPage: whole });

try {
  const lead = await open(1280, 900);
  await lead.goto(links.Facilitator);
  check(new URL(lead.url()).pathname === "/lead", "the secret leaves the address bar");
  const wall = await open(1920, 1080);
  await wall.goto(links.Wall.split(" ")[0]);
  const commander = await seat("Ada", ["commander"], 1280, 900);
  const operator = await seat("Bo", ["operations"], 1440, 900);
  const writer = await seat("Cy", ["communications"], 390, 844);
  check(await operator.locator("#composer").isHidden(), "operations has no composer");
  check(await writer.locator("#console").isHidden(), "communications has no console");

  await lead.getByRole("button", { name: "20×" }).click();
  await lead.getByRole("button", { name: "Start or go on" }).click();
  await commander.locator("#pager li").first().waitFor({ timeout: 60000 });
  await lead.getByRole("button", { name: "5×", exact: true }).click();
  await commander.locator("#offers summary", { hasText: "Acknowledge" }).first().click();
  await commander.getByRole("button", { name: "Acknowledge", exact: true }).click();
  await commander.locator("#pager", { hasText: ", acknowledged" }).waitFor();
  check(true, "the commander acknowledges");

  // By keyboard alone: a part of the map, then a look at it.
  const part = operator.locator("#map g[role=button]").first();
  await part.focus();
  await operator.keyboard.press("Enter");
  await operator.locator("#offers summary", { hasText: "logs" }).or(operator.locator("#offers summary")).first().focus();
  await operator.keyboard.press("Enter");
  await operator.locator("#offers details[open] button").first().click();
  await operator.locator("#evidence details").first().waitFor({ timeout: 60000 });
  check(true, "operations finds evidence");

  await writer.locator("#composer select[name=scope]").selectOption("Part");
  await writer.locator("#composer textarea").fill("We are looking into it.");
  await writer.getByRole("button", { name: "Send" }).click();
  await commander.locator("#posts", { hasText: "We are looking into it." }).waitFor({ timeout: 60000 });
  check(true, "everybody reads what was said outside");

  await lead.locator("#inject select[name=kind]").selectOption("executive");
  await lead.locator("#inject input[name=text]").fill("<img src=x onerror=alert(1)> When is it over?");
  await lead.getByRole("button", { name: "Let it happen" }).click();
  await writer.locator("#channel", { hasText: "When is it over?" }).waitFor();
  check((await writer.locator("#channel img").count()) === 0, "words stay words");
  await lead.locator("#inject select[name=kind]").selectOption("blind");
  await lead.locator("#inject input[name=text]").fill("2");
  await lead.getByRole("button", { name: "Let it happen" }).click();
  await operator.locator("#signals", { hasText: "cannot be reached" }).waitFor();
  check(true, "a dashboard is lost");
  await operator.locator("#signals figure").first().waitFor({ timeout: 120000 });

  for (const [page, name] of [[commander, "commander"], [operator, "operations"], [writer, "phone"], [lead, "facilitator"], [wall, "wall"]]) await picture(page, name);
  for (const page of [commander, operator, writer, lead, wall]) {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    check(over <= 0, `nothing is wider than its ${page.viewportSize().width} px`);
    const nameless = await page.evaluate(() => [...document.querySelectorAll("button, input, select, textarea, [role=button], [role=img]")].filter((it) => !(it.labels?.length || it.getAttribute("aria-label") || it.textContent.trim())).length);
    check(nameless === 0, "everything has a name");
  }
  lead.on("dialog", (dialog) => dialog.accept());
  await lead.getByRole("button", { name: "End the incident now" }).click();
  for (const page of [commander, operator, writer]) await page.locator("#debrief h3").first().waitFor({ timeout: 120000 });
  await picture(commander, "debrief");
  await picture(wall, "wall-end");
  check(troubles.length === 0, `no browser complained ${troubles.join("; ")}`);
} finally {
  await browser.close();
  host.kill("SIGINT");
}
