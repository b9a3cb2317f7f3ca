// A shift on the real gate service: a tablet is enrolled, an agent signs in, a pair enters, the
// network is cut, and what the tablet decided alone is in the ledger afterwards.

import assert from "node:assert/strict";
import test from "node:test";
import {
  GATE_NAME, GATE_TOKEN, GATE_URL, atTheBank, events, holdSeats, json, newPerson, order, outcome,
  readPaper, signUp, ticketMail, until, withPage,
} from "./stage.mjs";
import { isFree, next, present, readerTypes, text, verdict } from "./gate-stage.mjs";

const { AGENT_NUMBER, AGENT_PIN, GATE_ENROLMENT_CODE } = process.env;
const bearer = { headers: { Authorization: `Bearer ${GATE_TOKEN}` } };

/** Two tickets for the event at this gate, as they are printed. */
async function buyPair(page, person, other) {
  const { here: [event] } = await events();
  await signUp(page, person);
  await holdSeats(page, event, "duo");
  await order(page, [[person.first_name, person.last_name], other]);
  await atTheBank(page, "accept");
  await outcome(page, /See you there/);
  const { pdfs } = await ticketMail(person);
  return pdfs.flatMap(readPaper);
}

async function startShift(page) {
  await page.setViewportSize({ width: 800, height: 1280 });
  await page.goto(GATE_URL);
  await page.waitForSelector("#door:not([hidden])");
  await readerTypes(page, `guichet-enrol:${GATE_ENROLMENT_CODE}`);
  await page.waitForSelector("#choice:not([hidden]), #signin:not([hidden])");
  if (await page.locator("#choice").isVisible()) await page.click("#choice-form button");
  await page.fill("#agent", AGENT_NUMBER);
  await page.fill("#pin", AGENT_PIN);
  await page.click("#signin-form button");
  await page.waitForSelector("#ready:not([hidden])");
}

/** Until the tablet keeps the tickets with these codes. */
const keeps = (page, codes) => until("the tickets on the tablet", () => page.evaluate(async (all) => {
  const { sight } = await import("/tablet/decide.js");
  const alone = await import("/tablet/alone.js");
  const store = await import("/tablet/store.js");
  const about = alone.list();
  if (!about) return false;
  const list = {
    event: (number) => about.events.find((event) => event.number === number),
    events: () => about.events, ticket: store.ticket, byShort: store.byShort,
  };
  const seen = await Promise.all(all.map((code) => sight(code, list)));
  return seen.every(({ ticket }) => ticket?.s === "s");
}, codes));

const history = async () => (await json(`${GATE_URL}/v1/scans?limit=100`, bearer)).scans;

test("a whole shift, with the network and without it", async () => {
  const first = newPerson("Zoé", "Dupont-Ďurišová");
  const later = newPerson("Ana", "Ferreira");
  await withPage(async (page) => {
    const pair = await buyPair(page, first, ["Rui", "Silva"]);
    await page.context().clearCookies();
    const alonePair = await buyPair(page, later, ["Mia", "Costa"]);
    assert.equal(pair.length + alonePair.length, 4);
    await startShift(page);
    assert.equal(await text(page, "#gate"), GATE_NAME);
    await page.waitForSelector("#link[data-state=up]");

    // The party of the one who is here, in one gesture.
    await present(page, pair[0].qr, "valid");
    const names = [await text(page, ".holder-name"), await text(page, "#party-list b")];
    assert.deepEqual(names.toSorted(), ["Dupont-Ďurišová Zoé", "Silva Rui"]);
    await page.click("#party-go");
    await page.waitForSelector("#party-list [data-state=scanned]");
    await page.click("#identity-ok");
    await isFree(page);
    await present(page, pair[1].short, "scanned");
    await next(page);
    await readerTypes(page, "1234567890123456789012");
    await verdict(page, "invalid");
    await next(page);

    // Alone: the same tickets are told apart by what the tablet keeps.
    await keeps(page, alonePair.map(({ qr }) => qr));
    await page.route("**/v1/**", (route) => route.abort());
    await present(page, pair[0].short, "scanned");
    await next(page);
    await present(page, alonePair[0].qr, "valid");
    assert.equal(await text(page, "#verdict-local"), "Decided by this tablet alone. Will be sent.");
    assert.ok(["Ferreira Ana", "Costa Mia"].includes(await text(page, ".holder-name")));
    await page.click("#party-go");
    await page.waitForSelector("#party-list [data-state=scanned]");
    await page.click("#identity-ok");
    await isFree(page);
    const before = await history();
    await page.unroute("**/v1/**");
    await until("three more in the ledger", async () =>
      (await history()).length === before.length + 3);
    const told = (await history()).filter((scan) => scan.on_tablet);
    assert.equal(told.length, 3);
    assert.deepEqual(told.map((scan) => scan.reason).toSorted(), ["already_scanned", "ok", "ok"]);
    assert.ok(told.every((scan) => scan.agent === AGENT_NUMBER && !scan.conflict));

    // What the tablet let in is in: for the service as well.
    await page.waitForSelector("#link[data-state=up]");
    await present(page, alonePair[1].qr, "scanned");
    await next(page);
    await page.click("#open-history");
    await until("the shift", async () => (await page.locator("#history-list li").count()) >= 7);
    await page.locator("#history-list button").first().click();
    await until("the ticket's own", async () => (await page.locator("#ticket-list li").count()) >= 2);
    assert.ok(!(await page.content()).includes("Ferreira"), "no name in a history");
  });
});
