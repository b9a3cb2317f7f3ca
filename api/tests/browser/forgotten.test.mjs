// A forgotten password, with scripts and without: from the page of signing in to a new password.

import assert from "node:assert/strict";
import { test } from "node:test";
import { codeIn, message, newPerson, signUp, withPage } from "./stage.mjs";

const PATH = "/forgotten-password";

async function signIn(page, person) {
  await page.goto("/sign-in");
  await page.fill("#email", person.email);
  await page.fill("#password", person.password);
  await page.click("main form[action='/sign-in'] button[type=submit]");
}

for (const javaScriptEnabled of [true, false]) {
  test(`a forgotten password is replaced, scripts ${javaScriptEnabled}`, async () => {
    const person = newPerson();
    await withPage((page) => signUp(page, person));
    await withPage(async (page) => {
      await page.goto("/sign-in?next=/account/settings");
      await page.click(`a[href^="${PATH}"]`);
      await page.fill("#email", person.email);
      await page.click(`main form[action='${PATH}'] button[type=submit]`);
      await page.waitForURL(`**${PATH}/code**`);
      const suits = (mail) => /new password/i.test(mail.text) && codeIn(mail);
      const code = codeIn(await message(person.email, "a code", suits));
      const former = person.password;
      person.password = "another grey heron";
      await page.fill("#code", code);
      await page.fill("#password", person.password);
      await page.click(`main form[action='${PATH}/code'] button[type=submit]`);
      await page.waitForURL("**/sign-in**");
      assert.ok(await page.locator(".notice-good").isVisible());
      await signIn(page, { ...person, password: former });
      assert.ok(await page.locator("[role=alert]").isVisible());
      await signIn(page, person);
      await page.waitForURL("**/account");
    }, { javaScriptEnabled });
  });
}
