// Pictures of every page of the shop for people to look at: `make screens` against a running
// `make up`. Three widths, light and dark, into docs/screens/, which is not kept.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import {
  atTheBank, holdSeats, json, newPerson, order, signUp, ticketMail,
} from "./stage.mjs";

const { API_URL, LOCALE = "fr-FR" } = process.env;
const folder = process.argv[2] ?? "docs/screens";
mkdirSync(folder, { recursive: true });

const all = [];
for (let page = 1, pages = 1; page <= pages; page += 1) {
  const found = await json(`${API_URL}/api/v1/events?page=${page}`);
  pages = found.pages;
  all.push(...found.events);
}
const [open, another] = all.filter((event) => event.sale.state === "open");
const later = all.find((event) => event.sale.state === "not_yet");

const pages = {
  home: "/",
  calendar: "/?view=calendar",
  search: "/?q=jduo&together=2",
  nothing: "/?q=zzzzqqq",
  event: `/events/${open.code}`,
  later: later && `/events/${later.code}`,
  map: `/events/${open.code}/seats`,
  seats: `/events/${open.code}/seats?block=0&formula=duo`,
  "sign-in": "/sign-in",
  "sign-up": "/sign-up",
  activate: "/activate",
  forgotten: "/forgotten-password",
  "new-password": "/forgotten-password/code",
  terms: "/terms",
  "legal-notice": "/legal-notice",
  privacy: "/privacy",
  cookies: "/cookies",
  accessibility: "/accessibility",
  help: "/help",
  sent: "/contact/sent?number=GC-7F3K-92",
  offline: "/offline",
  "bad-request": "/account/cases/none",
  "not-found": "/nothing-here",
  components: "/dev/components",
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const shoot = async (page, name, tone, width) => {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (over > 0) console.error(`${name} is ${over} px too wide at ${width}`);
  await page.screenshot({ path: join(folder, `${name}-${width}-${tone}.png`), fullPage: true });
};
const everyWidth = async (page, name, path, tone) => {
  for (const width of [360, 768, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(path);
    await shoot(page, name, tone, width);
  }
};
for (const colorScheme of process.env.TONES?.split(" ") ?? ["light", "dark"]) {
  const context = await browser.newContext({
    locale: LOCALE, colorScheme, baseURL: API_URL, reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const here = () => new URL(page.url()).pathname;
  await everyWidth(page, "contact", "/contact", colorScheme);
  // Between asking for a new password and choosing it there is a cookie.
  await page.goto("/forgotten-password");
  await page.fill("#email", newPerson().email);
  await page.click("main form[action='/forgotten-password'] button[type=submit]");
  await page.waitForURL("**/forgotten-password/code**");
  const person = newPerson();
  await signUp(page, person);
  const own = { cases: "/account/cases" };
  await everyWidth(page, "cases-none", "/account/cases", colorScheme);
  await everyWidth(page, "basket-empty", "/basket", colorScheme);
  await page.goto("/contact");
  await page.selectOption("#subject", "claim");
  await page.fill("#text", "Bonjour,\n\nMa place était trempée et l’agent n’a rien pu faire.");
  await page.click("main form[action='/contact'] button[type=submit]");
  await page.waitForURL("**/account/cases/*");
  own.case = here();
  await holdSeats(page, open.code, "duo");
  await order(page, [["Inès", "Moreau"], ["Léa", "Moreau"]]);
  own.bank = page.url();
  await atTheBank(page, "accept");
  await ticketMail(person);
  await page.goto("/account");
  await page.locator(".ticket h3 a").first().click();
  await page.waitForURL("**/account/tickets/*");
  own.ticket = here();
  own["m-ticket"] = `${here()}/m`;
  await page.goto("/account");
  own.order = await page.locator(".order-row a").first().getAttribute("href");
  await holdSeats(page, open.code, "family");
  await holdSeats(page, another.code, "duo");
  Object.assign(own, {
    basket: "/basket", account: "/account", settings: "/account/settings", close: "/account/close",
    "contact-own": "/contact",
  });
  for (const width of [360, 768, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    for (const [name, path] of Object.entries({ ...pages, ...own })) {
      if (!path) continue;
      // Seats are drawn after the page; the stream never lets the network rest.
      await page.goto(path);
      if (name === "seats") await page.locator(".seat-spot").first().waitFor();
      await shoot(page, name, colorScheme, width);
    }
  }
  await context.close();
}
await browser.close();
