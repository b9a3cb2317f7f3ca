// A family: four seats together on the map, paid, and on the phone in airplane mode.

import assert from "node:assert/strict";
import test from "node:test";
import {
  atTheBank, events, newPerson, order, outcome, scan, signUp, ticketMail, until, withPage,
} from "./stage.mjs";

test("a Family is chosen on the seat map, paid, and enters from a phone without network", async () => {
  const { here: [event] } = await events();
  const person = newPerson("Noé", "Ōtani");
  await withPage(async (page) => {
    await signUp(page, person);
    await page.goto(`/events/${event}/seats`);
    const blocks = page.locator(".block:not(.is-full)");
    const spot = page.locator(".seat-spot.is-free");
    await blocks.first().click();
    // The label, once the page has stopped moving to the block.
    await page.locator(".formula-pick:has(input[value=family])").first().click();
    await spot.first().waitFor();
    const chosen = page.locator(".seat-spot.is-chosen");
    // The block is drawn anew for the other formula: whoever presses too early presses again.
    let at = 0;
    await until("four seats, chosen by one press", async () => {
      const free = await spot.count();
      if (free && await chosen.count() !== 4) {
        await spot.nth(at++ % free).click({ timeout: 1000 }).catch(() => {});
      }
      return await chosen.count() === 4;
    });
    await page.locator(`main form[action='/events/${event}/hold'] [type=submit]:visible`)
      .last().click();
    await page.waitForURL("**/basket");
    await order(page, ["Noé", "Maë", "Ana", "Ugo"].map((name) => [name, "Ōtani"]));
    await atTheBank(page, "accept");
    await outcome(page, /See you there/);
    await ticketMail(person);
    await page.goto("/account");
    await page.locator(".ticket h3 a").first().click();
    await page.getByRole("link", { name: "Show on this phone" }).click();
    await page.locator("[data-kept]").waitFor();
    await page.context().setOffline(true);
    await page.reload();
    const shown = page.locator("[data-shown]");
    await shown.nth(3).waitFor();
    for (let at = 0; at < 4; at += 1) {
      const code = await shown.nth(at).getAttribute("data-shown");
      assert.equal((await scan(code)).verdict, "admit");
    }
  });
});

test("who asked for less motion sees none", async () => {
  const { elsewhere: [event] } = await events();
  await withPage(async (page) => {
    for (const path of ["/", `/events/${event}`, `/events/${event}/seats?block=0`]) {
      await page.goto(path);
      const moving = await page.evaluate(() => [...document.querySelectorAll("*")].filter((it) => {
        const { animationName, transitionDuration } = getComputedStyle(it);
        return animationName !== "none" || Number.parseFloat(transitionDuration) > 0;
      }).length);
      assert.equal(moving, 0, path);
      assert.equal(await page.evaluate(() => document.getAnimations().length), 0, path);
    }
  }, { reducedMotion: "reduce" });
});
