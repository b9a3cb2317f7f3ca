// Lighthouse's four scores of the pages that people meet first, as on a telephone with a slow
// network: `make lighthouse`. The ticket's page is measured as its owner sees it.

import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import {
  API_URL, atTheBank, events, holdSeats, newPerson, order, outcome, signUp, ticketMail,
} from "./stage.mjs";

const LEAST = 95;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const { default: lighthouse } = await import(
  pathToFileURL(join(process.env.LIGHTHOUSE, "core", "index.js")).href);
const reports = process.argv[2];
const wanted = process.env.NAMES?.split(" ");

const port = await new Promise((found) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => found(port));
  });
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", `--remote-debugging-port=${port}`],
});
const context = await browser.newContext({ locale: "fr-FR", baseURL: API_URL });
const page = await context.newPage();
page.setDefaultTimeout(20_000);
const person = newPerson();
const { here: [event] } = await events();
await signUp(page, person);
await holdSeats(page, event, "duo");
await order(page, [["Ines", "Moreau"], ["Lea", "Moreau"]]);
await atTheBank(page, "accept");
await outcome(page, /bientôt|là-bas|y êtes|See you/i);
await ticketMail(person);
await page.goto("/account");
await page.locator(".ticket h3 a").first().click();
await page.waitForURL("**/account/tickets/**");
const ticket = new URL(page.url()).pathname;
const cookies = await context.cookies();
const session = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");

let failed = false;
const measure = async (name, path, extraHeaders) => {
  if (wanted && !wanted.includes(name)) return;
  const { lhr, report } = await lighthouse(API_URL + path, {
    port, logLevel: "error", output: "html", onlyCategories: CATEGORIES, locale: "en",
    extraHeaders,
  });
  writeFileSync(join(reports, `${name}.html`), report);
  const scores = CATEGORIES.map((id) => Math.round(lhr.categories[id].score * 100));
  const low = scores.some((score) => score < LEAST);
  failed ||= low;
  const told = CATEGORIES.map((id, at) => `${id} ${scores[at]}`).join("  ");
  const kilobytes = Math.ceil(lhr.audits["total-byte-weight"].numericValue / 1024);
  console.log(`${name.padEnd(8)} ${told}  ${kilobytes} kB${low ? "  too low" : ""}`);
  for (const id of CATEGORIES) {
    for (const { id: audit, weight } of lhr.categories[id].auditRefs) {
      const { score, title, displayValue } = lhr.audits[audit];
      if (low && weight > 0 && score !== null && score < 0.9) {
        console.log(`         ${id}: ${audit}: ${title} ${displayValue ?? ""}`);
      }
    }
  }
};
await measure("home", "/");
await measure("search", "/?q=judo");
await measure("event", `/events/${event}`);
await measure("ticket", ticket, { Cookie: session });
await measure("m-ticket", `${ticket}/m`, { Cookie: session });
await browser.close();
process.exit(failed ? 1 : 0);
