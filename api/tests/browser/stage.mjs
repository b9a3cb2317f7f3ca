// The stage of the journeys: a real browser, the development mailbox, paper and the gate.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const { API_URL, GATE_URL, GATE_TOKEN, GATE_NAME } = process.env;
assert.ok(API_URL && GATE_URL, "no platform to test: run `make test`");

const PATIENCE_MS = 20_000;

/** Runs `play(page)` in a browser of its own; a failure leaves a picture beside the logs. */
export async function withPage(play, { locale = "en-GB", javaScriptEnabled = true, ...more } = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
  });
  const context = await browser.newContext({
    locale,
    javaScriptEnabled,
    baseURL: API_URL,
    viewport: { width: 390, height: 844 },
    ...more,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints = listen(page);
  try {
    await play(page);
    assert.deepEqual(complaints, [], "the browser complained");
  } catch (error) {
    const state = process.env.GUICHET_STATE;
    if (state) await page.screenshot({ path: join(state, "log", "failed.png"), fullPage: true });
    throw error;
  } finally {
    await browser.close();
  }
}

/** What the browser says when a service is cut off: of a picture, a page, or the worker's script. */
const OUT_OF_REACH = /Failed to load resource|error occurred when fetching the script/;

/** Script errors and everything the content security policy refuses. */
function listen(page) {
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !OUT_OF_REACH.test(message.text())) {
      complaints.push(message.text());
    }
  });
  return complaints;
}

/** Asks again until `ask` gives something, within the time of our patience. */
export async function until(what, ask) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await ask();
    if (found) return found;
    assert.ok(Date.now() < deadline, `never came: ${what}`);
    await new Promise((wake) => setTimeout(wake, 150));
  }
}

/**
 * Asks on a connection that is not kept: while paper is read nothing else runs here, so that a
 * kept one, closed by the service meanwhile, would still look open when it is used again.
 */
export async function json(url, { headers, ...options } = {}) {
  const answer = await fetch(url, { ...options, headers: { ...headers, Connection: "close" } });
  assert.ok(answer.ok, `${url}: ${answer.status} ${answer.ok ? "" : await answer.text()}`);
  return answer.json();
}

/** The newest message to an address of which `suits` is true. */
export function message(to, what, suits) {
  const url = `${API_URL}/dev/mailbox.json?to=${encodeURIComponent(to)}`;
  return until(`${what} for ${to}`, async () => (await json(url)).find(suits));
}

export function newPerson(first_name = "Ines", last_name = "Moreau") {
  return {
    first_name,
    last_name,
    email: `${randomUUID()}@spectators.example`,
    password: "a calm grey heron",
  };
}

/** From nothing to signed in, with the code read from the mailbox. */
export async function signUp(page, person) {
  await page.goto("/sign-up");
  await page.fill("#first_name", person.first_name);
  await page.fill("#last_name", person.last_name);
  await page.fill("#email", person.email);
  await page.fill("#password", person.password);
  await page.click("main form[action='/sign-up'] button[type=submit]");
  await page.waitForURL("**/activate**");
  const mail = await message(person.email, "an activation code", (m) => codeIn(m));
  await page.fill("#code", codeIn(mail));
  await page.click("main form[action='/activate'] button[type=submit]");
  await page.waitForURL((url) => !url.pathname.startsWith("/activate"));
}

/** The six characters of an activation mail. */
export function codeIn(mail) {
  return mail.text.match(/^\s*([A-HJ-NP-Z2-9]{6})\s*$/m)?.[1];
}

/** Holds seats of a formula: the first category that still has them. */
export async function holdSeats(page, event, formula) {
  await page.goto(`/events/${event}`);
  const offer = page.locator(`input[name=offer][value*=${formula}]`).first();
  await offer.check({ force: true });
  await page.click(`main form[action='/events/${event}/hold'] button[type=submit]`);
  await page.waitForURL("**/basket");
}

/** Names the holders and orders; ends on the bank's page. */
export async function order(page, holders) {
  const first = page.locator("input[name=first_name]");
  assert.equal(await first.count(), holders.length);
  for (const [index, [first_name, last_name]] of holders.entries()) {
    await first.nth(index).fill(first_name);
    await page.locator("input[name=last_name]").nth(index).fill(last_name);
  }
  await page.check("#accept_terms");
  await page.click("main form[action='/orders'] .button-large");
  await page.waitForURL("**/sandbox-bank/**");
}

/** Presses a button of the bank, with what its webhook shall suffer. */
export async function atTheBank(page, decision, webhook) {
  if (webhook) {
    await page.click("summary");
    await page.check(`input[name=webhook][value=${webhook}]`);
  }
  await page.click(`button[name=decision][value=${decision}]`);
}

/** Waits for the page that tells how the payment ended. */
export async function outcome(page, words) {
  await until(`the words ${words}`, async () => {
    const title = await page.locator("main h1").first().textContent().catch(() => "");
    return words.test(title);
  });
}

/** The mail with the tickets and its PDF files. */
export async function ticketMail(person) {
  const isPdf = (file) => file.content_type.startsWith("application/pdf");
  const mail = await message(person.email, "the tickets", (m) => m.attachments.some(isPdf));
  return { mail, pdfs: mail.attachments.filter(isPdf).map((f) => Buffer.from(f.base64, "base64")) };
}

/** What independent decoders read on paper: one {qr, short} a page. */
export function readPaper(pdf) {
  const folder = mkdtempSync(join(tmpdir(), "guichet-paper-"));
  try {
    writeFileSync(join(folder, "tickets.pdf"), pdf);
    execFileSync("pdftoppm", ["-r", "200", "-png", "tickets.pdf", "page"], { cwd: folder });
    const pages = readdirSync(folder).filter((name) => name.endsWith(".png")).sort();
    return pages.map((name) => readPicture(join(folder, name)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readPicture(path) {
  const lines = execFileSync("zbarimg", ["-q", path], { encoding: "utf8" }).trim().split("\n");
  const read = (kind) => lines.find((line) => line.startsWith(kind))?.slice(kind.length);
  return { qr: read("QR-Code:"), short: read("CODE-128:") };
}

/** One scan at the gate, over its contract. */
export function scan(code, { gate = GATE_NAME, scan_id = randomUUID() } = {}) {
  return json(`${GATE_URL}/v1/scans`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${GATE_TOKEN}` },
    body: JSON.stringify({ scan_id, gate, code }),
  });
}

/** Codes of events: those that enter at the gate, and others on sale. */
export async function events() {
  const status = await json(`${GATE_URL}/v1/status`, {
    headers: { Authorization: `Bearer ${GATE_TOKEN}` },
  });
  const here = status.events.map((event) => event.code);
  const { events } = await json(`${API_URL}/api/v1/events?available=true`);
  const elsewhere = events.map((event) => event.code).filter((code) => !here.includes(code));
  return { here, elsewhere };
}
