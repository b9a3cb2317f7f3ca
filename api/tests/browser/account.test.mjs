// One's own account: two factors, another address, a session that is lost on the way to the bank,
// and closing for good.

import assert from "node:assert/strict";
import test from "node:test";
import { codeIn, events, holdSeats, message, newPerson, signUp, withPage } from "./stage.mjs";
import { totp } from "./totp.mjs";

async function signIn(page, person) {
  await page.fill("#email", person.email);
  await page.fill("#password", person.password);
  await page.click("main form[action='/sign-in'] button[type=submit]");
}

async function signOut(page) {
  await page.click("header form[action='/sign-out'] button");
  await page.waitForURL((url) => url.pathname === "/");
}

/** Switches two factors on; the secret, and the codes to keep. */
async function switchOn(page, person) {
  await page.goto("/account/two-factors");
  await page.fill("#password", person.password);
  await page.click("main button[type=submit]");
  await page.locator(".factor-qr svg").waitFor();
  const secret = (await page.locator(".factor-secret").innerText()).replaceAll(" ", "");
  await page.fill("#code", totp(secret));
  await page.click("main form[action$='/confirm'] button[type=submit]");
  const kept = await page.locator(".recovery-codes li").allInnerTexts();
  assert.equal(kept.length, 10);
  return { secret, kept };
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : ", without JavaScript too";
  test(`with two factors one signs in with a code from the telephone${how}`, async () => {
    await withPage(async (page) => {
      const person = newPerson();
      await signUp(page, person);
      const { secret, kept } = await switchOn(page, person);
      await message(person.email, "the news", (mail) => /Two factors are on/.test(mail.subject));
      await signOut(page);
      await page.goto("/account/settings");
      await signIn(page, person);
      await page.waitForURL("**/sign-in/code**");
      await page.fill("#code", "12345");
      await page.click("main button[type=submit]");
      await page.getByRole("alert").waitFor();
      // The next step's code: the last one was used up by switching on.
      await page.fill("#code", totp(secret, 1));
      await page.click("main button[type=submit]");
      await page.waitForURL("**/account/settings");
      await signOut(page);
      await page.goto("/sign-in");
      await signIn(page, person);
      await page.click("main summary");
      await page.fill("#recovery", kept[0].toLowerCase());
      await page.click("main button[type=submit]");
      await page.waitForURL("**/account");
    }, { javaScriptEnabled });
  });
}

test("an account moves to another address with a code from both", async () => {
  await withPage(async (page) => {
    const person = newPerson();
    const next = newPerson().email;
    await signUp(page, person);
    await page.goto("/account/settings");
    await page.fill("form[action='/account/settings/email'] #email", next);
    await page.fill("#email-password", person.password);
    await page.click("form[action='/account/settings/email'] button[type=submit]");
    await page.locator("#old_code").waitFor();
    const isNew = (mail) => /two codes/.test(mail.text) && codeIn(mail);
    const old = await message(person.email, "a code to the old address", isNew);
    const fresh = await message(next, "a code to the new address", isNew);
    await page.fill("#old_code", codeIn(old));
    await page.fill("#new_code", codeIn(fresh));
    await page.click("form[action='/account/settings/email/confirm'] button[type=submit]");
    await page.getByRole("status").filter({ hasText: "new address" }).waitFor();
    await signOut(page);
    await page.goto("/sign-in");
    await signIn(page, { ...person, email: next });
    await page.waitForURL("**/account");
  });
});

test("a session that ends on the way to the bank costs no seat", async () => {
  await withPage(async (page) => {
    const { elsewhere: [event] } = await events();
    const person = newPerson();
    await signUp(page, person);
    await holdSeats(page, event, "duo");
    // Signed out here by somebody at another device.
    await page.context().clearCookies({ name: "guichet" });
    const fields = await page.locator("input[name=first_name]").all();
    for (const [place, field] of fields.entries()) {
      await field.fill(`Ada${place}`);
      await page.locator("input[name=last_name]").nth(place).fill("Lovelace");
    }
    await page.check("input[name=accept_terms]");
    await page.click("main form[action='/orders'] .button-large");
    // Nothing was ordered; the way back leads over the sign-in to the same seats.
    await page.waitForURL("**/sign-in?next=/basket");
    await signIn(page, person);
    await page.waitForURL("**/basket");
    assert.equal(await page.locator("input[name=first_name]").count(), 2);
    await page.locator("[data-expires]").waitFor();
  });
});

test("a session that is ended from another device is over, and that one is told apart", async () => {
  await withPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    const browser = page.context().browser();
    const other = await browser.newContext({
      baseURL: new URL(page.url()).origin,
      userAgent: "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0",
    });
    const phone = await other.newPage();
    await phone.goto("/sign-in");
    await signIn(phone, person);
    await phone.waitForURL("**/account");
    await page.goto("/account/settings");
    const row = page.locator(".session-list li").filter({ hasText: "Firefox on Android" });
    await row.getByRole("button").click();
    await page.getByRole("status").filter({ hasText: "signed out" }).waitFor();
    await phone.goto("/account");
    await phone.waitForURL("**/sign-in**");
  });
});

test("an account is closed for good, and its password opens nothing", async () => {
  await withPage(async (page) => {
    const person = newPerson();
    await signUp(page, person);
    await page.goto("/account/close");
    await page.fill("#password", person.password);
    await page.click("main form[action='/account/close'] button[type=submit]");
    await page.getByRole("heading", { name: "Your account is closed" }).waitFor();
    await page.goto("/sign-in");
    await signIn(page, person);
    await page.getByRole("alert").waitFor();
  });
});
