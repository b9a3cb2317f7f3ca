// Pictures of every page of the shop, in every state, for people to look at: `make screens`,
// whose settings are told in infra/dev/screens.sh. Into docs/screens/<language>/, not kept.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { takeDocs } from "./screens-docs.mjs";
import { API_URL } from "./stage.mjs";
import { PARTS } from "./tour.mjs";

const list = (name, otherwise) => (process.env[name] || otherwise).split(" ");
const locales = list("SCREENS_LOCALE", "fr-FR");
const themes = list("SCREENS_THEME", "light");
const widths = list("SCREENS_WIDTH", "360 768 1440").map(Number);
const only = list("SCREENS_ONLY", "");
const docs = process.argv[2] ?? "docs";
const failed = [];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});

/** A stop of the tour: the page that is shown, in every width and theme. */
function photographer(page, folder) {
  return async (name) => {
    if (!only.some((beginning) => name.startsWith(beginning))) return;
    // A page that looks again by itself would go away in the middle.
    await page.evaluate(() => { window.stop(); return document.fonts.ready; });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of themes) {
        await page.emulateMedia({ colorScheme });
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth);
        if (over > 0) console.error(`${name} is ${over} px too wide at ${width}`);
        const path = join(folder, `${name}-${width}${colorScheme === "dark" ? "-dark" : ""}.png`);
        await page.screenshot({ path, fullPage: true });
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  };
}

async function takeAll(locale) {
  const folder = join(docs, "screens", locale.slice(0, 2));
  if (only[0] === "") rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [part, walk] of Object.entries(PARTS)) {
    const context = await browser.newContext({
      locale, baseURL: API_URL, reducedMotion: "reduce", viewport: { width: 1440, height: 900 },
    });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    try {
      await walk(page, photographer(page, folder));
    } catch (error) {
      failed.push(part);
      console.error(`${locale}, ${part}, at ${page.url()}: ${error.stack}`);
    }
    await context.close();
  }
}

if (only[0] === "docs") await takeDocs(browser, join(docs, "screenshots"));
else for (const locale of locales) await takeAll(locale);
await browser.close();
process.exit(failed.length);
