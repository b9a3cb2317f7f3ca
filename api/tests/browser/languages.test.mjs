// The shop in five languages: the choice without scripts and by keyboard, a whole purchase in
// Arabic from right to left, pages that fit a narrow phone, and typefaces for their readers only.

import assert from "node:assert/strict";
import test from "node:test";
import {
  atTheBank, events, holdSeats, newPerson, order, outcome, signUp, ticketMail, until, withPage,
} from "./stage.mjs";

const LANGUAGES = { fr: "ltr", en: "ltr", es: "ltr", de: "ltr", ar: "rtl" };

for (const javaScriptEnabled of [true, false]) {
  test(`every language can be chosen and is kept, scripts ${javaScriptEnabled}`, async () => {
    await withPage(async (page) => {
      await page.goto("/?q=judo");
      for (const [lang, dir] of Object.entries(LANGUAGES)) {
        const link = page.locator(`.languages a[lang=${lang}]`);
        const { width, height } = await link.boundingBox();
        assert.ok(width >= 24 && height >= 24, "a target for a thumb");
        await link.focus();
        await page.keyboard.press("Enter");
        await page.locator(`html[lang=${lang}][dir=${dir}]`).waitFor();
        assert.match(page.url(), /\?q=judo/, "on the page where it was chosen");
        assert.equal(await page.locator(".languages a[aria-current]").getAttribute("lang"), lang);
      }
      await page.goto("/help");
      assert.equal(await page.getAttribute("html", "dir"), "rtl");
    }, { javaScriptEnabled, locale: "fr-FR" });
  });
}

test("a purchase in Arabic, from the search to the ticket", async () => {
  const person = newPerson("محمد", "عبد الله");
  await withPage(async (page) => {
    await page.goto("/");
    await page.fill("#q", "جودو");
    await until("results for judo", () => /q=/.test(page.url()));
    const card = page.locator("#found ul.cards li").first();
    await until("only judo", async () => /جودو/.test(await card.locator(".card-sport").innerText()));
    assert.match(await card.locator("h3").innerText(), /الجودو/, "a title that is translated");
    const programme = card.locator(".card-programme bdi");
    assert.equal(await programme.getAttribute("lang"), "en", "what is not says its language");

    const { elsewhere: [event] } = await events();
    await page.goto(`/events/${event}`);
    await page.locator(`input[name=offer][value*=duo]`).first().check({ force: true });
    await page.click(`main form[action='/events/${event}/hold'] button[type=submit]`);
    await page.waitForURL("**/sign-in**");
    assert.equal(await page.locator("main h1").innerText(), "تسجيل الدخول");
    await signUp(page, person);
    await holdSeats(page, event, "duo");
    assert.equal(await page.locator("main h1").innerText(), "سلتك");
    const button = page.locator("main form[action='/orders'] .button-large");
    assert.match(await button.innerText(), /الالتزام بالدفع/, "the button that binds says so");
    await order(page, [["محمد", "عبد الله"], ["Inès", "Moreau"]]);
    assert.equal(await page.getAttribute("html", "dir"), "rtl");
    await atTheBank(page, "accept");
    await outcome(page, /إلى اللقاء/);

    const { mail, pdfs } = await ticketMail(person);
    assert.match(mail.subject, /تذاكرك/);
    assert.equal(pdfs.length, 1);
    await page.goto("/account");
    await page.locator(".ticket").first().waitFor();
    assert.match(await page.locator(".ticket-holder").first().innerText(), /محمد عبد الله/);
    // A price and an hour are read in their own order within the line.
    const amount = await page.locator(".order-row .price").first().innerText();
    assert.match(amount, /^\u200f\u2068?[\d.,]+\u2069?\u00a0€$/);
  }, { locale: "ar" });
});

for (const locale of ["de-DE", "ar", "es-ES"]) {
  test(`no page is wider than a narrow phone, ${locale}`, async () => {
    const { elsewhere: [event] } = await events();
    await withPage(async (page) => {
      const wide = [];
      const look = async (path) => {
        if (path) await page.goto(path);
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        if (over > 0) wide.push(`${page.url()}: ${over} px`);
      };
      for (const path of [
        "/", "/?view=calendar", "/?q=zzzzqqq", `/events/${event}`,
        `/events/${event}/seats?block=0&formula=duo`, "/help", "/terms", "/legal-notice", "/privacy",
        "/cookies", "/accessibility", "/nothing-here", "/sign-in", "/sign-up", "/activate", "/contact",
        "/forgotten-password",
      ]) await look(path);
      await signUp(page, newPerson());
      await holdSeats(page, event, "family");
      await look();
      for (const path of ["/account", "/account/settings", "/account/close"]) await look(path);
      assert.deepEqual(wide, []);
    }, { locale, viewport: { width: 360, height: 740 } });
  });
}

test("only who reads Arabic loads its letters, and the first page stays light", async () => {
  for (const [locale, reads] of [["fr-FR", false], ["de-DE", false], ["ar", true]]) {
    await withPage(async (page) => {
      let bytes = 0;
      const fonts = [];
      const told = [];
      const note = (request) => told.push((async () => {
        const { responseBodySize, responseHeadersSize } = await request.sizes();
        bytes += responseBodySize + responseHeadersSize;
        if (request.resourceType() === "font") fonts.push(new URL(request.url()).pathname);
      })());
      page.on("requestfinished", note);
      await page.goto("/");
      await page.evaluate(() => document.fonts.ready);
      page.off("requestfinished", note);
      await Promise.all(told);
      assert.equal(fonts.some((font) => font.includes("arabic")), reads, `${locale}: ${fonts}`);
      console.log(`${locale}: ${Math.ceil(bytes / 1024)} kB`);
      assert.ok(bytes <= 150 * 1024, `${locale} weighs ${bytes}`);
    }, { locale });
  }
});
