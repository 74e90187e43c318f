// With SEV1_ASSETS=1 pages, script and style come from the working tree, so that looking at a change of
// theirs needs no build.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const assets = join(dirname(fileURLToPath(import.meta.url)), "../../assets/gameday");
const file = (name) => readFileSync(join(assets, name), "utf8");

export async function fromTree(page) {
  if (!process.env.SEV1_ASSETS) return;
  for (const [name, contentType] of [["sev1.js", "text/javascript"], ["sev1.css", "text/css"]]) {
    await page.route(`**/${name}`, (route) => route.fulfill({ contentType, body: file(name) }));
  }
  for (const name of ["play", "lead", "wall"]) {
    await page.route((url) => url.pathname === `/${name}`, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/(<body[^>]*>)[\s\S]*(<\/body>)/, (_, before, after) => before + file(`${name}.html`) + after);
      await route.fulfill({ response, body });
    });
  }
}

// After coming in, which ends in a redirect that cannot be caught.
export async function again(page) {
  if (process.env.SEV1_ASSETS) await page.reload();
}

// A page that was put in place counts as one from elsewhere, which may not speak to this machine.
export const flags = process.env.SEV1_ASSETS ? ["--disable-features=LocalNetworkAccessChecks"] : [];
