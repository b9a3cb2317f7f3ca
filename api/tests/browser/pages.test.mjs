// Pages as a visitor meets them: languages, search, and errors that stay on the page.

import assert from "node:assert/strict";
import test from "node:test";
import { events, withPage } from "./stage.mjs";

test("the language follows the browser and the switch changes it for good", async () => {
  await withPage(async (page) => {
    await page.goto("/");
    assert.equal(await page.getAttribute("html", "lang"), "fr");
    await page.getByRole("link", { name: /English|EN/ })
      .or(page.getByRole("button", { name: /English|EN/ })).first().click();
    assert.equal(await page.getAttribute("html", "lang"), "en");
    await page.goto("/sign-in");
    assert.equal(await page.getAttribute("html", "lang"), "en");
  }, { locale: "fr-FR" });
});

test("a search shows cards, and says so when nothing is found", async () => {
  await withPage(async (page) => {
    await page.goto("/?q=zzzzqqq");
    assert.equal(await page.locator("a[href^='/events/']").count(), 0);
    await page.goto("/");
    const { elsewhere } = await events();
    assert.ok(elsewhere.length > 10);
    assert.ok((await page.locator("a[href^='/events/']").count()) >= 10);
  });
});

test("an unknown page and an unknown event are told as pages", async () => {
  await withPage(async (page) => {
    for (const path of ["/nothing-here", "/events/NO-SUCH-EVENT"]) {
      const answer = await page.goto(path);
      assert.equal(answer.status(), 404);
      assert.match(answer.headers()["content-type"], /text\/html/);
    }
  });
});

test("a wrong password is refused on the page, and the address stays typed", async () => {
  await withPage(async (page) => {
    await page.goto("/sign-in");
    await page.fill("#email", "nobody@spectators.example");
    await page.fill("#password", "not the password");
    await page.click("main form[action='/sign-in'] button[type=submit]");
    await page.locator("[role=alert]").first().waitFor();
    assert.equal(await page.inputValue("#email"), "nobody@spectators.example");
  });
});

test("the first page is light, with its fonts and pictures", async () => {
  const { elsewhere: [event] } = await events();
  for (const path of ["/", "/?view=calendar", `/events/${event}`, `/events/${event}/seats?block=0`]) {
    await withPage(async (page) => {
      const weights = {};
      const told = [];
      const note = (request) => told.push((async () => {
        const kind = request.resourceType();
        const { responseBodySize, responseHeadersSize } = await request.sizes();
        weights[kind] = (weights[kind] ?? 0) + responseBodySize + responseHeadersSize;
      })());
      page.on("requestfinished", note);
      await page.goto(path);
      await page.evaluate(() => document.fonts.ready);
      page.off("requestfinished", note);
      await Promise.all(told);
      const total = Object.values(weights).reduce((sum, bytes) => sum + bytes, 0);
      console.log(`${path}: ${Math.ceil(total / 1024)} kB`, JSON.stringify(weights));
      assert.ok(total <= 150 * 1024, `${path} weighs ${total}`);
      assert.ok(weights.script <= 40 * 1024 && weights.stylesheet <= 20 * 1024, path);
    });
  }
});
