// What a tablet alone must not do: let in a party for a picture, miss a change of the event, stay
// alone beside a service that answers, or keep a list that another tab was told to erase.

import assert from "node:assert/strict";
import test from "node:test";
import { person } from "./gate-mock.mjs";
import {
  cut, listKept, next, openTablet, present, text, until, withTablet,
} from "./gate-stage.mjs";

test("where only live codes enter, a picture of one that entered opens no party", async () => {
  await withTablet(async ({ gate, page }) => {
    const [first] = gate.issueParty(gate.live, ["Ana", "Rui"].map((name) => person(name, "Silva")));
    await openTablet(page, { event: "" });
    await listKept(page, gate);
    await cut(page, gate);
    const isOffered = () => page.locator("#party").isVisible();
    await present(page, gate.liveCode(first), "valid");
    assert.equal(await isOffered(), true);
    await next(page);
    for (const picture of [first.full, first.short, gate.liveCode(first, -3600)]) {
      await present(page, picture, "scanned");
      assert.equal(await isOffered(), false, `${picture.length} digits`);
      await next(page);
    }
    await present(page, gate.liveCode(first), "scanned");
    assert.equal(await isOffered(), true, "the holder is there, and so may the other be");
  });
});

test("an event that takes live codes alone from now on does so on the tablet too", async () => {
  await withTablet(async ({ gate, page }) => {
    const ticket = gate.issue(gate.main, person("Ana", "Changed"));
    await openTablet(page);
    await listKept(page, gate);
    // No ticket changes with it, so the cursor stays.
    gate.main.live_only = true;
    await until("the event as it is now", () => page.evaluate(async (number) => {
      const { fact } = await import("/tablet/store.js");
      return (await fact("list")).events.find((event) => event.number === number).live_only;
    }, gate.main.number));
    await cut(page, gate);
    await present(page, ticket.full, "invalid");
    await next(page);
    await present(page, gate.liveCode(ticket), "valid");
  });
});

// ---- what the service does not take

/** The service refuses all that has one ticket in it: the whole call, or that line of it. */
async function refuse(page, ticket, how) {
  await page.route("**/v1/told", async (route) => {
    const { scans } = route.request().postDataJSON();
    const bad = scans.find((scan) => scan.ticket_id === ticket.id);
    if (!bad) return route.continue();
    if (how.status) {
      return route.fulfill({ status: how.status, json: { status: how.status, code: how.code } });
    }
    const answers = scans.map(({ scan_id }) =>
      ({ scan_id, kept: scan_id !== bad.scan_id, conflict: false }));
    return route.fulfill({ json: { answers } });
  });
}

for (const [name, how] of Object.entries({
  "a call for one scan of it": { status: 422, code: "invalid" },
  "a call as too large": { status: 413, code: "too_large" },
  "one scan": {},
})) {
  test(`a service that refuses ${name} still decides, and takes the others`, async () => {
    await withTablet(async ({ gate, page }) => {
      const [first, bad, last, after] = ["Ana", "Eva", "Rui", "Mia"].map((one) =>
        gate.issue(gate.main, person(one, "Told")));
      await openTablet(page);
      await listKept(page, gate);
      await refuse(page, bad, how);
      await cut(page, gate);
      for (const ticket of [first, bad, last]) {
        await present(page, ticket.full, "valid");
        await next(page);
      }
      await gate.start();
      await page.waitForSelector("#link[data-state=up]");
      await until("that one is set aside", async () =>
        /1 not taken by the service/.test(await text(page, "#link")));
      if (how.status) {
        const told = gate.told.map((scan) => scan.ticket_id);
        assert.deepEqual(told, [first.id, last.id]);
      }
      await until("the history says so", async () =>
        /not taken by the service/.test(await text(page, "#scans")));
      await present(page, after.full, "valid");
      assert.equal(gate.scans.at(-1).ticket_id, after.id, "the service decides");
      assert.equal(gate.scans.at(-1).certainty, "confirmed");
      await next(page);
      // Once the service knows better it has that scan too.
      await page.unroute("**/v1/told");
      await page.reload();
      await until("told after all", () => gate.told.some((scan) => scan.ticket_id === bad.id));
      await until("nothing is left", async () => !/not taken/.test(await text(page, "#link")));
    });
  });
}

test("a service that has enough for the moment is told later, and decides meanwhile", async () => {
  await withTablet(async ({ gate, page }) => {
    const [ticket, after] = ["Ana", "Eva"].map((one) =>
      gate.issue(gate.main, person(one, "Later")));
    await openTablet(page);
    await listKept(page, gate);
    await refuse(page, ticket, { status: 429, code: "rate_limited" });
    await cut(page, gate);
    await present(page, ticket.full, "valid");
    await next(page);
    await gate.start();
    await page.waitForSelector("#link[data-state=up]");
    await present(page, after.full, "valid");
    assert.equal(gate.scans.at(-1).certainty, "confirmed");
    await next(page);
    assert.match(await text(page, "#link"), /1 to be sent/);
    await page.unroute("**/v1/told");
    await until("told", () => gate.told.length === 1);
  });
});

test("what is no code is not told with its text", async () => {
  await withTablet(async ({ gate, page }) => {
    const ticket = gate.issue(gate.main, person("Ana", "Poster"));
    await openTablet(page);
    await listKept(page, gate);
    await cut(page, gate);
    await present(page, "https://example.org/a/poster", "invalid");
    await next(page);
    await present(page, ticket.full, "valid");
    await gate.start();
    await until("both told", () => gate.told.length === 2);
    assert.deepEqual(gate.told.map((scan) => [scan.reason, scan.code]),
      [["unreadable", undefined], ["ok", ticket.full]]);
  });
});

// ---- several tabs

test("a revoked tablet erases its list though another tab has it open", async () => {
  await withTablet(async ({ gate, page, context }) => {
    gate.issue(gate.main, person("Ana", "Twice"));
    await openTablet(page);
    await listKept(page, gate);
    // One that only has it open, and one that decides.
    const idle = await context.newPage();
    await idle.goto("/tablet/store.js");
    const count = async () => (await import("/tablet/store.js")).countTickets();
    assert.equal(await idle.evaluate(count), 1);
    const other = await context.newPage();
    await other.goto("/");
    await other.waitForSelector("#ready:not([hidden]), #signin:not([hidden])");
    gate.revoked = true;
    await page.waitForSelector("#revoked:not([hidden])");
    await other.waitForSelector("#revoked:not([hidden])");
    assert.equal(await idle.evaluate(count), 0);
    assert.equal(await page.evaluate(count), 0);
  });
});
