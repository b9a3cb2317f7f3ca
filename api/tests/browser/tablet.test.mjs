// The agent's tablet: a reader that types, a verdict in full screen, and nobody's data left over.

import assert from "node:assert/strict";
import test from "node:test";
import {
  GATE_NAME, GATE_TOKEN, GATE_URL, atTheBank, events, holdSeats, newPerson, order, outcome,
  readPaper, signUp, ticketMail, until, withPage,
} from "./stage.mjs";
import { readerTypes, text, verdict } from "./gate-stage.mjs";

async function openTablet(page) {
  await page.setViewportSize({ width: 768, height: 1024 });
  await page.goto(GATE_URL);
  await page.fill("#token", GATE_TOKEN);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#ready:not([hidden])");
}

/** A ticket for the event at this gate, as it is printed. */
async function buyTicket(page, person) {
  const { here: [event] } = await events();
  await signUp(page, person);
  await holdSeats(page, event, "solo");
  await order(page, [[person.first_name, person.last_name]]);
  await atTheBank(page, "accept");
  await outcome(page, /See you there/);
  const { pdfs } = await ticketMail(person);
  return readPaper(pdfs[0])[0];
}

test("a reader set to another country lets a ticket in, once, and shows whose it is", async () => {
  const person = newPerson("Zoé", "Dupont-Ďurišová");
  await withPage(async (page) => {
    const { qr, short } = await buyTicket(page, person);
    await openTablet(page);
    await readerTypes(page, qr, { country: "azerty" });
    await verdict(page, "valid");
    assert.equal(await text(page, "#verdict-word"), "Valid");
    assert.equal(await text(page, ".holder-name"), "Dupont-Ďurišová Zoé");
    assert.equal(await text(page, "#holder-email"), person.email);
    assert.equal(await text(page, "#place-formula"), "Solo");
    assert.match(await text(page, "#place-seat"), /\d/);

    // A laser reader on the short code, without Enter, on a keyboard that is shifted.
    await readerTypes(page, short, { country: "qwerty_shifted", suffix: [] });
    await verdict(page, "scanned");
    const first = await text(page, "#verdict-first");
    assert.match(first, /^Entered at \d\d:\d\d:\d\d, /);
    assert.ok(first.endsWith(GATE_NAME));

    await page.keyboard.press("Escape");
    assert.ok(!(await page.content()).includes("Dupont"), "no name stays in the page");
    const lines = page.locator("#scans li");
    await until("both in the history", async () => (await lines.count()) >= 2);
    await until("the later one on top", async () =>
      /Scanned/.test(await lines.first().innerText()));
  });
});

test("a wrong token opens nothing", async () => {
  await withPage(async (page) => {
    await page.goto(GATE_URL);
    await page.fill("#token", "not the token of this gate");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#door-wrong:not([hidden])");
    assert.equal(await text(page, "#door-wrong"), "This code is not known here.");
    assert.equal(await page.locator("#ready").isVisible(), false);
  });
});

const ticket = {
  id: "0", event: "DEMO-NOW", event_title: "Village", serial: 12, category: "A", formula: "family",
  seat: "North · F · 12", state: "scanned",
};
const holder = { first_name: "Zoé", last_name: "Dupont", email: "zoe@example.org" };
const ANSWERS = {
  valid: { verdict: "admit", reason: "ok", ticket, holder, certainty: "local" },
  invalid: { verdict: "refuse", reason: "forged", certainty: "confirmed" },
  scanned: {
    verdict: "refuse", reason: "already_scanned", ticket, holder, certainty: "confirmed",
    first_scan: { at: "2026-01-02T03:04:05Z", gate: "Gate-B" },
  },
  expired: { verdict: "refuse", reason: "event_over", ticket, holder, certainty: "confirmed" },
};
const WORDS = {
  "fr-FR": { valid: "Valide", invalid: "Invalide", scanned: "Scanné", expired: "Périmé" },
  "en-GB": { valid: "Valid", invalid: "Invalid", scanned: "Scanned", expired: "Expired" },
};

for (const [locale, words] of Object.entries(WORDS)) {
  test(`each verdict has its word, its reason and its icon in ${locale}`, async () => {
    await withPage(async (page) => {
      let status = "valid";
      await page.route("**/v1/scans", (route) =>
        route.fulfill({ json: { status, ...ANSWERS[status] } }));
      await openTablet(page);
      for (status of Object.keys(ANSWERS)) {
        await readerTypes(page, "1".repeat(253));
        await verdict(page, status);
        assert.equal(await text(page, "#verdict-word"), words[status]);
        assert.ok((await text(page, "#verdict-why")).length > 5);
        assert.equal(await page.getAttribute("#verdict-icon", "href"), `#icon-${status}`);
        const box = await page.locator("#verdict").boundingBox();
        assert.deepEqual([box.width, box.height], [768, 1024], "the whole screen");
        assert.equal(await page.locator("#holder").isVisible(), status !== "invalid");
        assert.equal(await page.locator("#verdict-local").isVisible(), status === "valid");
        assert.equal(await page.locator("#verdict-first").isVisible(), status === "scanned");
        await page.keyboard.press("Escape");
      }
    }, { locale });
  });
}

test("whose ticket it was is gone after twenty seconds", async () => {
  await withPage(async (page) => {
    await page.route("**/v1/scans", (route) =>
      route.fulfill({ json: { status: "valid", ...ANSWERS.valid } }));
    await page.clock.install();
    await openTablet(page);
    await readerTypes(page, "1".repeat(253));
    await verdict(page, "valid");
    await page.clock.runFor(19_000);
    assert.ok(await page.locator("#holder-last").isVisible());
    await page.clock.runFor(1_500);
    assert.equal(await page.locator("#verdict").isVisible(), false);
    assert.ok(!(await page.content()).includes("Dupont"));
  });
});
