// The whole shop, page by page and state by state, as people meet it. Pictures are taken and
// axe-core looks wherever `stop(name)` is called: a page that is not here is looked at by nobody.

import { randomUUID } from "node:crypto";
import {
  atTheBank, events, holdSeats, newPerson, order, signUp, ticketMail, until,
} from "./stage.mjs";
import {
  changeEvent, eventOnSale, letExpire, makeEvents, shop, withShop, withWire,
} from "./states.mjs";
import { totp } from "./totp.mjs";

const FAMILY = [["Inès", "Moreau"], ["Léa", "Moreau"], ["Noé", "Moreau"], ["Ugo", "Moreau"]];
const FAILURES = [
  "bad-request", "forbidden", "rate-limited", "unavailable", "bug", "busy", "too-large",
  "unread",
];

const here = (page) => new URL(page.url()).pathname;
const newTag = () => `T${randomUUID().slice(0, 6).toUpperCase()}`;

async function see(page, stop, name, path) {
  await page.goto(path);
  await stop(name);
}

/** Sends a form as it is, as a browser without checks of its own would. */
async function sendAnyway(page, form, button = "button[type=submit]") {
  await page.evaluate((it) => {
    document.querySelector(it).setAttribute("novalidate", "");
    window.before = true;
  }, form);
  await page.click(`${form} ${button}`);
  await page.waitForFunction(() => !window.before && document.readyState === "complete");
}

/** What anybody reads without an account. */
export async function browse(page, stop) {
  const { elsewhere: [event] } = await events();
  for (const [name, path] of Object.entries({
    home: "/",
    "home-page-2": "/?page=2",
    "home-more": "/?step_free=1&together=4&max_price=60&sort=price",
    search: "/?q=jduo&together=2",
    "search-none": "/?q=zzzzqqq",
    calendar: "/?view=calendar",
    event: `/events/${event}`,
    "event-later": `/events/${await eventOnSale("not_yet")}`,
    map: `/events/${event}/seats`,
  })) await see(page, stop, name, path);
  await page.goto(`/events/${event}/seats?block=0&formula=duo`);
  await page.locator(".seat-spot").first().waitFor();
  await page.locator(".seat-spot.is-free").nth(5).click();
  await stop("map-seats");
  for (const [name, path] of Object.entries({
    "sign-in": "/sign-in",
    "sign-up": "/sign-up",
    activate: "/activate",
    forgotten: "/forgotten-password",
    help: "/help",
    contact: "/contact",
    "contact-sent": "/contact/sent?number=GC-7F3K-92",
    terms: "/terms",
    "legal-notice": "/legal-notice",
    privacy: "/privacy",
    cookies: "/cookies",
    accessibility: "/accessibility",
    offline: "/offline",
    "not-found": "/nothing-here",
    "not-found-event": "/events/NO-SUCH-EVENT",
    components: "/dev/components",
  })) await see(page, stop, name, path);
  for (const kind of FAILURES) await see(page, stop, `failure-${kind}`, `/dev/failures/${kind}`);
}

/** Forms that were filled in wrongly. */
export async function mistakes(page, stop) {
  await page.goto("/sign-in");
  await page.fill("#email", "nobody@spectators.example");
  await page.fill("#password", "not the password");
  await sendAnyway(page, "main form[action='/sign-in']");
  await stop("sign-in-wrong");
  await page.goto("/sign-up");
  await page.fill("#email", "nobody");
  await sendAnyway(page, "main form[action='/sign-up']");
  await stop("sign-up-wrong");
  await page.goto("/activate");
  await page.fill("#email", "nobody@spectators.example");
  await page.fill("#code", "ABC234");
  await sendAnyway(page, "main form[action='/activate']");
  await stop("activate-wrong");
  await page.goto("/forgotten-password");
  await page.fill("#email", "nobody@spectators.example");
  await sendAnyway(page, "main form[action='/forgotten-password']");
  await stop("new-password");
  await page.fill("#code", "ABC234");
  await sendAnyway(page, "main form[action='/forgotten-password/code']");
  await stop("new-password-wrong");
  await page.goto("/contact");
  const buffer = Buffer.from("MZ\x90\0");
  const file = { name: "scan.pdf", mimeType: "application/pdf", buffer };
  await page.setInputFiles("#files", [file]);
  await sendAnyway(page, "main form[action='/contact']");
  await stop("contact-wrong");
  await page.goto("/help");
  await page.locator(".fold summary").first().click();
  await page.fill("#answers", "zzzz");
  await stop("help-none");
}

/** The account of one person, from its making to its end. */
export async function account(page, stop) {
  const person = newPerson("Inès", "Moreau");
  await signUp(page, person);
  await see(page, stop, "account-empty", "/account");
  await see(page, stop, "cases-none", "/account/cases");
  await page.goto("/contact");
  await stop("contact-own");
  await page.selectOption("#subject", "claim");
  await page.fill("#text", "Bonjour,\n\nMa place était trempée et l’agent n’a rien pu faire.");
  await page.click("main form[action='/contact'] button[type=submit]");
  await page.waitForURL("**/account/cases/*");
  await stop("case");
  await see(page, stop, "cases", "/account/cases");
  await see(page, stop, "settings", "/account/settings");
  await sendAnyway(page, "main form[action='/account/settings/password']");
  await stop("settings-wrong");
  await page.fill("form[action='/account/settings/email'] #email", newPerson().email);
  await page.fill("#email-password", person.password);
  await page.click("form[action='/account/settings/email'] button[type=submit]");
  await page.locator("#old_code").waitFor();
  await stop("settings-email");
  await twoFactors(page, stop, person);
  await see(page, stop, "close", "/account/close");
  await page.fill("#password", person.password);
  await page.click("main form[action='/account/close'] button[type=submit]");
  await page.locator("main form").waitFor({ state: "detached" });
  await stop("closed");
}

async function twoFactors(page, stop, person) {
  await see(page, stop, "two-factors", "/account/two-factors");
  await page.fill("#password", person.password);
  await page.click("main button[type=submit]");
  await page.locator(".factor-qr svg").waitFor();
  await stop("two-factors-begun");
  const secret = (await page.locator(".factor-secret").innerText()).replaceAll(" ", "");
  await page.fill("#code", totp(secret));
  await page.click("main form[action$='/confirm'] button[type=submit]");
  await page.locator(".recovery-codes").waitFor();
  await stop("two-factors-codes");
  await see(page, stop, "two-factors-on", "/account/two-factors");
  await page.click("header form[action='/sign-out'] button");
  await page.goto("/sign-in");
  await page.fill("#email", person.email);
  await page.fill("#password", person.password);
  await page.click("main form[action='/sign-in'] button[type=submit]");
  await page.waitForURL("**/sign-in/code**");
  await stop("sign-in-code");
  // The next step's code: the last one was used up by switching on.
  await page.fill("#code", totp(secret, 1));
  await page.click("main button[type=submit]");
  await page.waitForURL("**/account");
}

/** From seats to tickets, and every other way a payment can end. */
export async function buy(page, stop) {
  const { here: [open], elsewhere: [event] } = await events();
  const person = newPerson("Inès", "Moreau");
  await signUp(page, person);
  await see(page, stop, "basket-empty", "/basket");
  await holdSeats(page, open, "duo");
  await holdSeats(page, event, "family");
  await stop("basket");
  await sendAnyway(page, "main form[action='/orders']", ".button-large");
  await stop("basket-wrong");
  await page.click("[data-line]:not(:has(.ticket:nth-of-type(3))) button[name=remove]");
  await until("one left", async () => (await page.locator("[data-line]").count()) === 1);
  await stop("basket-less");
  await page.route("**/sandbox-bank/**", (route) => route.abort("aborted"));
  const names = page.locator("input[name=first_name]");
  for (const [index, [first, last]] of FAMILY.entries()) {
    await names.nth(index).fill(first);
    await page.locator("input[name=last_name]").nth(index).fill(last);
  }
  await page.check("#accept_terms");
  await page.click("main form[action='/orders'] .button-large");
  await page.waitForURL("**/orders/*/pay");
  // It leads on by itself, to where nobody answers now.
  await until("the page on the way to the bank", () =>
    page.evaluate(() => { window.stop(); return true; }).catch(() => false));
  await stop("outcome-leaving");
  const id = here(page).split("/")[2];
  await page.unroute("**/sandbox-bank/**");
  await page.click("main a.button[href*='/sandbox-bank/']");
  await page.waitForURL("**/sandbox-bank/**");
  await stop("bank");
  await atTheBank(page, "challenge");
  await page.locator("#code").waitFor();
  await stop("bank-challenge");
  await page.click("button[name=decision][value=refuse]");
  await page.locator(".tone-alarm").waitFor();
  await stop("outcome-refused");
  await page.click(`main form[action='/orders/${id}/pay'] button`);
  await page.waitForURL("**/sandbox-bank/**");
  await atTheBank(page, "abandon");
  await page.locator(".tone-heed").waitFor();
  await stop("outcome-abandoned");
  await see(page, stop, "order-to-pay", `/account/orders/${id}`);
  await letExpire(id);
  await see(page, stop, "outcome-expired", `/orders/${id}/return`);
  await see(page, stop, "order-expired", `/account/orders/${id}`);

  await holdSeats(page, event, "solo");
  await order(page, FAMILY.slice(0, 1));
  await atTheBank(page, "abandon");
  await page.locator(".tone-heed").waitFor();
  const given = here(page).split("/")[2];
  await page.goto(`/account/orders/${given}`);
  await page.click("main form[action$='/cancel'] button");
  await page.waitForLoadState();
  await see(page, stop, "outcome-cancelled", `/orders/${given}/return`);

  await paid(page, stop, [person, open]);
}

/** A payment that arrives, its tickets, and one that is not sent yet. */
async function paid(page, stop, [person, open]) {
  await holdSeats(page, open, "duo");
  await order(page, FAMILY.slice(0, 2));
  await atTheBank(page, "accept");
  await page.locator(".tone-good").waitFor();
  await stop("outcome-paid");
  const id = here(page).split("/")[2];
  await ticketMail(person);
  await see(page, stop, "order-paid", `/account/orders/${id}`);
  await see(page, stop, "account", "/account");
  await page.locator(".ticket h3 a").first().click();
  await page.waitForURL("**/account/tickets/*");
  await stop("ticket");
  const ticket = here(page);
  await page.goto(`${ticket}/m`);
  await page.locator("[data-shown]").first().waitFor();
  await page.locator("[data-kept]").waitFor();
  await stop("m-ticket");
  await page.goto("/offline");
  await page.locator("[data-kept-tickets] a").waitFor();
  await stop("offline-kept");
  // Its tickets are sent a day before.
  await holdSeats(page, "FBL-101", "solo");
  await order(page, FAMILY.slice(0, 1));
  await atTheBank(page, "accept");
  await page.locator(".tone-good").waitFor();
  await page.goto("/account");
  await page.locator(".badge-paid").first().waitFor();
  await page.locator(".ticket:has(.badge-paid) h3 a").click();
  await page.waitForURL("**/account/tickets/*");
  await stop("ticket-late");
  await page.locator("main details.fold summary").first().click();
  await stop("ticket-name");
}

/** Events that cannot be bought, each for its own reason. */
export async function closed(page, stop) {
  const tag = newTag();
  await makeEvents(tag, {
    SOLD: { places: 1, days: 30 },
    HELD: { places: 1, days: 31 },
    OVER: { places: 20, days: -1 },
    OFF: { places: 20, days: 33 },
  });
  changeEvent(`${tag}-OFF`, "state = 'cancelled', cancelled_at = now()");
  await signUp(page, newPerson());
  await holdSeats(page, `${tag}-SOLD`, "solo");
  await order(page, FAMILY.slice(0, 1));
  await atTheBank(page, "accept");
  await page.locator(".tone-good").waitFor();
  await holdSeats(page, `${tag}-HELD`, "solo");
  for (const [name, mark] of [
    ["SOLD", ".state-sold"], ["HELD", ".state-sold"], ["OVER", ".state-over"],
    ["OFF", ".state-cancelled"],
  ]) {
    await until(`an event that is ${name}`, async () => {
      await page.goto(`/events/${tag}-${name}`);
      return page.locator(mark).count();
    });
    await stop(`event-${name.toLowerCase()}`);
  }
  await see(page, stop, "map-sold", `/events/${tag}-SOLD/seats?block=0&formula=solo`);
  await see(page, stop, "map-off", `/events/${tag}-OFF/seats`);
}

/** The waiting room at every step. */
export async function queue(page, stop) {
  const tag = newTag();
  const later = { places: 200, days: 40 };
  await makeEvents(tag, {
    LINE: later, FULL: { places: 1, days: 41 }, ENDED: later, DROPPED: later,
  });
  const made = (name) => shop("queue", "create", "--event", `${tag}-${name}`, "--by-hand",
    "--opens-at", new Date(Date.now() + 7_200_000).toISOString());
  const step = (id, mark) => until(`the queue at ${mark}`, async () => {
    await page.goto(`/queues/${id}`);
    return page.locator(mark).count();
  });
  const enter = async (id) => {
    await step(id, `form[action='/queues/${id}/enter']`);
    await page.click(`form[action='/queues/${id}/enter'] button`);
    await step(id, "[data-step=drawn_later]");
  };
  const line = made("LINE");
  await step(line, `form[action='/queues/${line}/enter']`);
  await stop("queue-outside");
  await until("an event with a queue", async () => {
    await page.goto(`/events/${tag}-LINE`);
    return page.locator(`main a[href='/queues/${line}']`).count();
  });
  await stop("event-queue");
  await signUp(page, newPerson());
  await holdSeats(page, `${tag}-FULL`, "solo");
  await order(page, FAMILY.slice(0, 1));
  await atTheBank(page, "accept");
  await page.locator(".tone-good").waitFor();
  await enter(line);
  await stop("queue-drawn-later");
  await see(page, stop, "draw-before", `/queues/${line}/draw`);
  shop("queue", "pace", line, "0");
  shop("queue", "open", line);
  await step(line, "[data-step=waiting]");
  await stop("queue-waiting");
  await see(page, stop, "draw", `/queues/${line}/draw`);
  shop("queue", "pace", line, "600");
  await step(line, `form[action='/queues/${line}/admission']`);
  await stop("queue-called");
  await page.click(`form[action='/queues/${line}/admission'] button`);
  await page.waitForURL(`**/events/${tag}-LINE`);
  await see(page, stop, "queue-inside", `/queues/${line}`);
  shop("queue", "close", line);
  await step(line, `main:not(:has(form)) a.button[href='/events/${tag}-LINE']`);
  await stop("queue-closed");

  const full = made("FULL");
  await enter(full);
  shop("queue", "open", full);
  await step(full, "[data-step=sold_out]");
  await stop("queue-sold-out");
  for (const [name, change] of [
    ["ENDED", "sale_closes_at = now()"],
    ["DROPPED", "state = 'cancelled', cancelled_at = now()"],
  ]) {
    const id = made(name);
    changeEvent(`${tag}-${name}`, change);
    await step(id, ".state-soon ~ p a.button[href='/']");
    await stop(`queue-${name.toLowerCase()}`);
  }
}

/** The shop in maintenance, and without the store that sells. */
export async function troubles(page, stop) {
  const { elsewhere: [event] } = await events();
  await withShop({ MAINTENANCE: "true" }, async (address) => {
    await see(page, stop, "maintenance", `${address}/`);
    await see(page, stop, "maintenance-event", `${address}/events/${event}`);
    await see(page, stop, "maintenance-hold", `${address}/events/${event}/hold?offer=A-solo`);
  });
  await withWire((wire, cut) => withShop({ REDIS_URL: wire }, async (address) => {
    await page.goto(`${address}/events/${event}`);
    cut();
    await see(page, stop, "no-store-home", `${address}/`);
    await see(page, stop, "no-store-event", `${address}/events/${event}`);
    await see(page, stop, "no-store-map", `${address}/events/${event}/seats`);
  }));
}

export const PARTS = { browse, mistakes, account, buy, closed, queue, troubles };
