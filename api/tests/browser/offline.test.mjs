// Without a network: a page that says so, with what is on the device all the same.

import assert from "node:assert/strict";
import test from "node:test";
import {
  atTheBank, events, holdSeats, newPerson, order, outcome, signUp, ticketMail, until, withPage,
} from "./stage.mjs";

const isKept = (page) => page.evaluate(async () =>
  Boolean(await (await caches.open("guichet-offline")).match("/offline")));

test("a page without a network says so, in the reader's language", async () => {
  await withPage(async (page) => {
    await page.goto("/");
    await until("the page is kept", () => isKept(page));
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.context().setOffline(true);
    await page.goto("/help");
    assert.equal(await page.locator("h1").innerText(), "Pas de réseau");
    assert.ok(await page.locator("[data-none-kept]").isVisible());
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).margin), "0px", "styled");
    await page.context().setOffline(false);
    await until("the page itself, once the network is back", async () =>
      /^Aide/.test(await page.title()));
  }, { locale: "fr-FR" });
});

test("it leads to the M-tickets that are on the phone", async () => {
  const { here: [event] } = await events();
  const person = newPerson("Noé", "Ōtani");
  await withPage(async (page) => {
    await signUp(page, person);
    await holdSeats(page, event, "family");
    await order(page, ["Noé", "Maë", "Ana", "Ugo"].map((name) => [name, "Ōtani"]));
    await atTheBank(page, "accept");
    await outcome(page, /See you there/);
    await ticketMail(person);
    await page.goto("/account");
    await until("the page is kept", () => isKept(page));
    await page.locator(".ticket h3 a").first().click();
    await page.getByRole("link", { name: "Show on this phone" }).click();
    await page.locator("[data-kept]").waitFor();
    await page.context().setOffline(true);
    await page.goto("/account/orders");
    const link = page.locator("[data-kept-tickets] a");
    assert.match(await link.innerText(), /Noé Ōtani · Maë Ōtani/);
    await link.click();
    await page.locator("[data-shown]").nth(3).waitFor();
  });
});
