// Nobody is left outside: axe-core at every stop of the tour, light and dark; the whole purchase by
// keyboard alone, with seats chosen on the map; and what the map says to those who do not see it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";
import {
  events, holdSeats, newPerson, outcome, signUp, until, withPage,
} from "./stage.mjs";
import { PARTS } from "./tour.mjs";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const axeSource = readFileSync(axe, "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe-core finds wrong with the page that is shown: rule and element. */
async function violations(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate((tags) => window.axe.run(document, {
    runOnly: { type: "tag", values: tags }, resultTypes: ["violations"],
  }), RULES);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => {
    const { target, any } = node;
    return `${id}: ${target.join(" ")} ${any[0]?.message ?? ""}`;
  }));
}

/** What moves although the reader asked for stillness. */
function moving() {
  const all = [...document.querySelectorAll("*")].filter((it) => {
    const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(it);
    return animationName !== "none" || Number.parseFloat(transitionDuration) > 0
      || scrollBehavior === "smooth";
  });
  return all.length + document.getAnimations().length;
}

for (const locale of ["fr-FR", "ar"]) {
  for (const [part, walk] of Object.entries(PARTS)) {
    const where = `${part}, ${locale}`;
    test(`axe-core finds nothing, light and dark, and nothing moves: ${where}`, async () => {
      await withPage(async (page) => {
        const found = [];
        await walk(page, async (name) => {
          await page.evaluate(() => window.stop());
          for (const colorScheme of ["light", "dark"]) {
            await page.emulateMedia({ colorScheme });
            const words = await violations(page);
            found.push(...words.map((it) => `${name}, ${colorScheme}: ${it}`));
          }
          if (await page.evaluate(moving)) found.push(`${name} moves`);
          const over = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          if (over > 0) found.push(`${name} is ${over} px too wide`);
        });
        assert.deepEqual(found, []);
      }, { locale, reducedMotion: "reduce", viewport: { width: 360, height: 780 } });
    });
  }
}

/** Presses Tab until an element has the focus. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 250; presses += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((it) => document.activeElement?.matches(it), selector)) return;
  }
  assert.fail(`Tab never came to ${selector} on ${page.url()}`);
}

test("the whole purchase works by keyboard alone, seats chosen on the map", async () => {
  const { elsewhere: [event] } = await events();
  const person = newPerson();
  await withPage(async (page) => {
    await signUp(page, person);
    await page.goto(`/events/${event}`);
    await tabTo(page, `a[href='/events/${event}/seats']`);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/seats");
    await tabTo(page, ".map-plan a[data-block='0']");
    await page.keyboard.press("Enter");
    await page.locator(".seat-spot").first().waitFor();
    await tabTo(page, ".seat-spot");
    const before = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    const label = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    assert.notEqual(label, before, "arrows walk from seat to seat");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator(".seat-spot.is-chosen").count(), 2, "a Duo");
    const words = await page.locator("#seat-choice option:checked").textContent();
    assert.ok(words.startsWith(label.split(",")[0]), `the list says the same: ${words}`);
    await tabTo(page, "form[data-hold] button[type=submit]");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/basket");
    for (const id of ["first_name-1", "last_name-1", "first_name-2", "last_name-2"]) {
      await tabTo(page, `#${id}`);
      await page.keyboard.press("Control+A");
      await page.keyboard.type("Morgane");
    }
    await tabTo(page, "#accept_terms");
    await page.keyboard.press("Space");
    await tabTo(page, "form[action='/orders'] .button-large");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/sandbox-bank/**");
    await tabTo(page, "button[name=decision][value=accept]");
    await page.keyboard.press("Enter");
    await outcome(page, /See you there/);
  });
});

test("the map shows at once what others take", async () => {
  const { elsewhere } = await events();
  const event = elsewhere[3];
  await withPage(async (page) => {
    await page.goto(`/events/${event}/seats?block=0&formula=solo`);
    await page.locator(".seat-spot.is-free").first().waitFor();
    await until("the stream", () => page.evaluate(() => document.querySelector("[data-map]").dataset.heard));
    const free = await page.locator(".seat-spot.is-free").count();
    await withPage(async (other) => {
      await signUp(other, newPerson());
      await holdSeats(other, event, "duo");
    });
    await until("two seats fewer", async () => (await page.locator(".seat-spot.is-free").count()) === free - 2);
  }, { viewport: { width: 1440, height: 900 } });
});

test("the search shows results as one types, and the address follows", async () => {
  await withPage(async (page) => {
    await page.goto("/");
    await page.fill("#q", "jduo");
    await until("results for judo", async () => /q=jduo/.test(page.url()));
    assert.match(await page.locator("#found").innerText(), /results for “judo”/);
    await page.locator("[data-search-link]", { hasText: "Calendar" }).click();
    await page.locator("table.calendar").waitFor();
    assert.match(page.url(), /view=calendar/);
    await page.goBack();
    await page.locator("ul.cards").waitFor();
    assert.equal(await page.inputValue("#q"), "jduo");
    await page.reload();
    assert.equal(await page.inputValue("#q"), "jduo", "the address is enough");
  });
});

test("without scripts seats are chosen from the list", async () => {
  const { elsewhere: [event] } = await events();
  await withPage(async (page) => {
    await signUp(page, newPerson());
    await page.goto(`/events/${event}/seats`);
    await page.selectOption("#block-choice", { index: 2 });
    await page.check("input[name=formula][value=duo]", { force: true });
    await page.click("form[data-pick] button[type=submit]");
    await page.selectOption("#seat-choice", { index: 3 });
    await page.click("form[data-hold] button[type=submit]");
    await page.waitForURL("**/basket");
    assert.equal(await page.locator("input[name=first_name]").count(), 2);
  }, { javaScriptEnabled: false, locale: "fr-FR" });
});
