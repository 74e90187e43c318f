// Takes the pictures of a game day that the README shows: participant, facilitator, wall.
// Usage: node tests/gameday/pictures.mjs SEV1 FOLDER; needs Chromium and playwright-core.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRequire } from "node:module";
import { host as start, sit } from "./robot.mjs";
import { again, flags, fromTree } from "./tree.mjs";

const { chromium } = createRequire(join(process.cwd(), "package.json"))("playwright-core");
const [sev1, into] = process.argv.slice(2);
const folder = join(mkdtempSync(join(tmpdir(), "sev1-")), "room");
const { child, links } = await start(sev1, ["checkout-5xx", "--seed", "2", "--teams", "4", "--port", "0", "--folder", folder]);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", ...flags] });
async function open(width, height, url) {
  const page = await (await browser.newContext({ viewport: { width, height }, colorScheme: "dark" })).newPage();
  await fromTree(page);
  await page.goto(url);
  if (url !== links.Join) await again(page);
  return page;
}
const shot = (page, name) => page.screenshot({ path: join(into, `gameday-${name}.png`) });

try {
  const lead = await open(1440, 1000, links.Facilitator.split(" ")[0]);
  const wall = await open(1920, 1080, links.Wall.split(" ")[0]);
  const play = await open(1440, 1000, links.Join);
  await play.getByLabel("Your name").fill("Bo");
  for (const role of ["operations", "communications"]) await play.locator(`input[value=${role}]`).check();
  await play.getByRole("button", { name: "Join" }).click();
  await play.waitForURL("**/play");
  await again(play);
  const all = ["commander", "operations", "communications"];
  const ada = await sit(links, 0, "Ada", ["commander", "scribe"]);
  const [dee, eli, fay] = [await sit(links, 1, "Dee", all), await sit(links, 2, "Eli", all), await sit(links, 3, "Fay", all)];
  await lead.getByRole("button", { name: "20×" }).click();
  await lead.getByRole("button", { name: "Start or go on" }).click();
  await Promise.all([ada, dee, eli, fay].map((it) => it.wait((it) => (it.parts.pager || []).length > 0)));
  for (const it of [ada, dee, fay]) { await it.take(null, "Acknowledge"); await it.take(null, "Declare", 1); }
  await ada.act({ say: { text: "Bo, the logs of checkout please." } });
  await play.locator("#map g[role=button]", { hasText: "checkout" }).first().click();
  await play.locator("#offers summary", { hasText: "logs" }).first().click();
  await play.locator("#offers details[open] button").first().click();
  await dee.take("checkout", "Roll back", 0.25);
  await fay.take("pricing", "Scale", 24);
  await fay.act({ post: { to: "Status", scope: "Few", text: "Some of you may see errors." } });
  await ada.act({ suspect: { on: ada.part("checkout"), is: "BadRelease", confidence: 0.7 } });
  await dee.until("09:00");
  await dee.take("checkout", "Roll back", 1);
  await ada.until("12:00");
  await ada.act({ note: { text: "A quarter of checkout goes back to the old release." } });
  await ada.act({ say: { text: "Roll back a quarter. Then tell the status page." } });
  await play.locator("#evidence details").first().waitFor({ timeout: 60000 });
  await dee.until("16:00");
  await lead.getByRole("button", { name: "Pause" }).click();
  await new Promise((done) => setTimeout(done, 3000));
  await play.evaluate(() => window.scrollTo(0, 0));
  await lead.evaluate(() => window.scrollTo(0, 0));
  await shot(play, "participant");
  await shot(lead, "facilitator");
  await shot(wall, "wall");
  if (process.env.SEV1_ALL) {
    for (const [page, name] of [[play, "participant"], [lead, "facilitator"]]) await page.screenshot({ path: join(into, `${name}-whole.png`), fullPage: true });
    for (const [page, name] of [[play, "participant"], [lead, "facilitator"], [wall, "wall"]]) {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.screenshot({ path: join(into, `${name}-narrow.png`), fullPage: true });
    }
  }
} finally {
  await browser.close();
  child.kill("SIGKILL");
}
process.exit(0);
