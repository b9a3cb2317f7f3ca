// A basket of two events: held one after the other, named on one page, ordered and paid at once.

import assert from "node:assert/strict";
import test from "node:test";
import {
  atTheBank, events, holdSeats, message, newPerson, order, outcome, signUp, until, withPage,
} from "./stage.mjs";

const THREE = [["Inès", "Moreau"], ["Léa", "Moreau"], ["Inès", "Moreau"]];

/** Signs up and holds a Duo of one event and a Solo of another. */
async function fill(page, person, [one, two]) {
  await signUp(page, person);
  await holdSeats(page, one, "duo");
  await page.getByRole("link", { name: /Add another event|Ajouter une autre rencontre/ }).click();
  await page.waitForURL((url) => url.pathname === "/");
  await holdSeats(page, two, "solo");
  assert.equal(await page.locator("[data-line]").count(), 2);
}

test("a basket of two events is one order, one payment and three tickets", async () => {
  const { elsewhere } = await events();
  const person = newPerson("Inès", "Moreau");
  await withPage(async (page) => {
    await fill(page, person, elsewhere);
    await page.goto("/");
    assert.match(await page.locator("header a[href='/basket']").innerText(), /2/);
    await page.click("header a[href='/basket']");
    assert.equal(await page.locator("[data-expires]").count(), 1, "one timer for all");
    const secondsLeft = async () => {
      const [minutes, seconds] = (await page.locator(".timer output").innerText()).split(":");
      return Number(minutes) * 60 + Number(seconds);
    };
    const left = await secondsLeft();
    assert.ok(left > 500 && left <= 600, `${left} s`);
    await page.locator("#first_name-2").fill("Léa");
    await page.click("[data-copy-surname]");
    assert.equal(await page.inputValue("#last_name-2"), "Moreau");
    await page.reload();
    const later = await secondsLeft();
    assert.ok(later <= left, `the time goes on: ${left}, ${later}`);
    await order(page, THREE);
    await atTheBank(page, "accept");
    await outcome(page, /See you there/);
    assert.equal(await page.locator("header a[href='/basket']").count(), 0);
    assert.equal(await page.locator(".columns h2").count(), 2, "both events are named");
    for (let mails = new Set(); mails.size < 2;) {
      const isNew = (mail) => mail.attachments.length && !mails.has(mail.subject);
      mails.add((await message(person.email, "tickets of each event", isNew)).subject);
    }
    await page.goto("/account");
    assert.equal(await page.locator("article.ticket").count(), 3);
    assert.match(await page.locator(".order-row").innerText(), /and one other event/);
    // Back to the basket: it is empty, and nothing can be ordered twice.
    await page.goto("/basket");
    await page.locator(".empty").waitFor();
  });
});

test("the same basket is on another device, and is ordered there once", async () => {
  const { elsewhere } = await events();
  const person = newPerson("Inès", "Moreau");
  await withPage(async (page) => {
    await fill(page, person, elsewhere);
    await withPage(async (other) => {
      await other.goto("/basket");
      await other.fill("#email", person.email);
      await other.fill("#password", person.password);
      await other.click("main form[action='/sign-in'] button[type=submit]");
      await other.waitForURL("**/basket");
      assert.equal(await other.locator("[data-line]").count(), 2);
      await order(other, THREE);
    });
    // The first device still shows it: ordering says where it is.
    await page.locator("#first_name-2").fill("Léa");
    await page.click("[data-copy-surname]");
    await page.check("#accept_terms");
    await page.click("main form[action='/orders'] .button-large");
    await page.locator("main a[href$='/pay']").waitFor();
    assert.equal(await page.locator("[data-line]").count(), 0);
    await page.click("main a[href$='/pay']");
    await page.waitForURL("**/sandbox-bank/**");
    // The page that a form was answered with is left out of the way back.
    await page.goBack();
    if (!page.url().endsWith("/basket")) await page.goBack();
    assert.match(await page.locator("main").innerText(), /wait for their payment/);
  });
});

test("a basket of two events works without JavaScript, one of them given back", async () => {
  const { elsewhere } = await events();
  await withPage(async (page) => {
    await fill(page, newPerson("Inès", "Moreau"), elsewhere);
    await page.locator("#first_name-2").fill("Léa");
    const solo = page.locator("[data-line]").filter({ hasNot: page.locator("fieldset + fieldset") });
    await solo.locator("button[name=remove]").click();
    await page.locator(".notice-good").waitFor();
    assert.equal(await page.locator("[data-line]").count(), 1);
    const names = page.locator("input[name=first_name]");
    const typed = [await names.nth(0).inputValue(), await names.nth(1).inputValue()];
    assert.deepEqual(typed.sort(), ["Inès", "Léa"], "what was typed stays");
    await order(page, THREE.slice(0, 2));
    await atTheBank(page, "accept");
    await until("two tickets", async () => {
      await page.goto("/account");
      return (await page.locator("article.ticket").count()) === 2;
    });
  }, { javaScriptEnabled: false, locale: "fr-FR" });
});

test("a basket of two events is ordered by keyboard, and Enter in a field orders", async () => {
  const { elsewhere } = await events();
  await withPage(async (page) => {
    await fill(page, newPerson("Inès", "Moreau"), elsewhere);
    const isAt = (selector) => page.evaluate((it) => document.activeElement.matches(it), selector);
    const tabTo = (selector) => until(`the focus on ${selector}`, async () => {
      await page.keyboard.press("Tab");
      return isAt(selector);
    });
    for (const number of [1, 2, 3]) {
      for (const field of ["first_name", "last_name"]) {
        await tabTo(`#${field}-${number}`);
        await page.keyboard.press("Control+A");
        await page.keyboard.type("Morgane");
      }
    }
    await tabTo("#accept_terms");
    await page.keyboard.press("Space");
    await page.locator("#last_name-1").focus();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/sandbox-bank/**");
  });
});
