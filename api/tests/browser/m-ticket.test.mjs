// The ticket on the phone: opened once with a network, shown without, and entering with it.

import assert from "node:assert/strict";
import test from "node:test";
import {
  atTheBank, events, holdSeats, newPerson, order, outcome, scan, signUp, ticketMail, until,
  withPage,
} from "./stage.mjs";

const shown = (page) => page.locator("[data-shown]");
const codeOf = (page, at) => shown(page).nth(at).getAttribute("data-shown");

test("an M-ticket is opened once, shown in airplane mode, and enters", async () => {
  const { here: [event] } = await events();
  const person = newPerson("Noé", "Ōtani");
  await withPage(async (page) => {
    await signUp(page, person);
    await holdSeats(page, event, "duo");
    await order(page, [["Noé", "Ōtani"], ["Maë", "Ōtani"]]);
    await atTheBank(page, "accept");
    await outcome(page, /See you there/);
    await ticketMail(person);

    await page.goto("/account");
    await page.locator(".ticket h3 a").first().click();
    await page.getByRole("link", { name: "Show on this phone" }).click();
    await shown(page).nth(1).waitFor();
    await page.locator("[data-kept]").waitFor();
    assert.equal(await shown(page).count(), 2, "both tickets of the Duo");
    assert.ok(await page.locator("svg.m-qr path").first().getAttribute("d"), "drawn");

    await page.context().setOffline(true);
    await page.reload();
    await shown(page).nth(1).waitFor();
    const [first, second] = [await codeOf(page, 0), await codeOf(page, 1)];
    assert.match(first, /^\d{261}$/);
    await until("another code in the next quarter of a minute", async () =>
      (await codeOf(page, 0)) !== first);
    const next = await codeOf(page, 0);
    assert.equal(next.slice(0, 253), first.slice(0, 253), "the credential stays");

    const other = String((Number(second.slice(253)) + 1) % 1e8).padStart(8, "0");
    const stale = second.slice(0, 253) + other;
    assert.equal((await scan(stale)).reason, "live_code_stale");
    assert.equal((await scan(next)).verdict, "admit");
    assert.equal((await scan(await codeOf(page, 0))).reason, "already_scanned");
    assert.equal((await scan(await codeOf(page, 1))).verdict, "admit");

    await page.context().setOffline(false);
    await page.goto("/account");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL((url) => url.pathname === "/");
    const kept = await page.evaluate(() => caches.keys());
    assert.ok(!kept.includes("guichet-m-tickets"), "no ticket is kept");
  });
});
