// The pictures of README and docs/design.md, each several pages beside each other, in few colours
// so that the repository stays small: `make screens SCREENS_ONLY=docs`.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { palettePng } from "./palette-png.mjs";
import { API_URL } from "./stage.mjs";
import { PARTS } from "./tour.mjs";

const HEIGHT = 720;
const desk = (name, more) => ({ name, width: 1280, height: 1000, ...more });
const phone = (name, more) => ({ name, width: 390, height: 844, ...more });
const dark = { colorScheme: "dark" };
const arabic = { locale: "ar" };

const SHEETS = {
  overview: [desk("home"), phone("event"), phone("ticket")],
  shop: [desk("calendar"), phone("home-more"), phone("map-seats", { from: ".map-bar" })],
  seats: [desk("map-seats"), phone("map")],
  buying: [phone("basket"), phone("bank"), phone("outcome-paid"), phone("m-ticket")],
  account: [desk("settings"), phone("account"), phone("case")],
  "two-factors": [desk("two-factors-begun"), phone("sign-in-code")],
  waiting: [phone("event-later"), phone("queue-waiting"), phone("event-sold"), phone("event-held")],
  failures: [
    phone("not-found"), phone("maintenance"), phone("offline-kept"), phone("outcome-refused"),
  ],
  arabic: [desk("home", arabic), phone("event", arabic), phone("basket", arabic)],
  dark: [desk("home", dark), phone("event", dark), phone("settings", dark)],
};

const shots = Object.values(SHEETS).flat();
const localeOf = ({ locale = "en-GB" }) => locale;

async function take(page, shot) {
  const { width, height, colorScheme = "light", from } = shot;
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme });
  await page.evaluate((it) => {
    if (it) document.querySelector(it).scrollIntoView();
    else window.scrollTo(0, 0);
  }, from);
  shot.picture = await page.screenshot();
}

/** Every sheet into `folder`. */
export async function takeDocs(browser, folder) {
  mkdirSync(folder, { recursive: true });
  for (const locale of new Set(shots.map(localeOf))) {
    for (const walk of Object.values(PARTS)) {
      const context = await browser.newContext({
        locale, baseURL: API_URL, reducedMotion: "reduce", viewport: { width: 1440, height: 900 },
      });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      await walk(page, async (name) => {
        const wanted = shots.filter((it) => it.name === name && localeOf(it) === locale);
        if (!wanted.length) return;
        await page.evaluate(() => { window.stop(); return document.fonts.ready; });
        for (const shot of wanted) await take(page, shot);
        await page.setViewportSize({ width: 1440, height: 900 });
      });
      await context.close();
    }
  }
  const canvas = await browser.newPage();
  for (const [name, sheet] of Object.entries(SHEETS)) {
    const png = await palettePng(canvas, sheet.map((it) => it.picture), { height: HEIGHT });
    writeFileSync(join(folder, `${name}.png`), png);
    console.log(`${name}.png ${Math.ceil(png.length / 1024)} kB`);
  }
  await canvas.close();
}
