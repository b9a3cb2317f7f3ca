// Writing to the organiser: with files, with what should not be sent, and without scripts.

import assert from "node:assert/strict";
import test from "node:test";
import { message, newPerson, signUp, withPage } from "./stage.mjs";

const PDF = Buffer.from("%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\nstartxref\n0\n%%EOF\n");
const PROGRAM = Buffer.from(
  "%PDF-1.4\n1 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj\nstartxref\n0\n%%EOF\n");
const WORDS = "<script>alert(1)</script> \u202egpj.exe ‏=cmd'; DROP TABLE users; -- 👨‍👩‍👧‍👦";

const file = (name, buffer, mimeType = "application/pdf") => ({ name, buffer, mimeType });

async function fill(page, files = []) {
  await page.selectOption("#subject", "claim");
  await page.fill("#text", WORDS);
  await page.setInputFiles("#files", files);
}

const go = (page) => page.click("main form[action='/contact'] button[type=submit]");

test("a claim with a file is followed in the account; what is hostile is only text", async () => {
  await withPage(async (page) => {
    const dialogs = [];
    page.on("dialog", (dialog) => { dialogs.push(dialog.message()); dialog.dismiss(); });
    const person = newPerson();
    await signUp(page, person);
    await page.goto("/contact");
    for (const [name, bytes, words] of [
      ["invoice.pdf", PROGRAM, /contains a program/],
      ["invoice.pdf", Buffer.from("MZ\x90\0"), /not a PDF/],
      ["scan.pdf", Buffer.alloc(20 << 20, "x"), /larger than 5 MB/],
    ]) {
      await fill(page, [file(name, bytes)]);
      await go(page);
      await page.locator("#files-error").waitFor();
      assert.match(await page.locator("#files-error").innerText(), words);
      assert.equal(await page.inputValue("#text"), WORDS, "nothing that was typed is lost");
      assert.equal(await page.inputValue("#subject"), "claim");
    }
    await fill(page, [file("proof.pdf", PDF)]);
    await go(page);
    await page.waitForURL("**/account/cases/*");
    const number = await page.locator("h1").innerText();
    assert.match(number, /^GC-[0-9A-Z]{4}-[0-9A-Z]{2}$/);
    assert.ok((await page.locator(".message-text").innerText()).includes("<script>alert(1)</script>"));
    const [download] = await Promise.all([
      page.waitForEvent("download"), page.click(".message-files a"),
    ]);
    assert.ok(download.suggestedFilename().endsWith(".pdf"));
    await message(person.email, "the number", (mail) => mail.subject.includes(number));
    await page.fill("#text", "One thing more");
    await page.click("main form[action$='/messages'] button[type=submit]");
    await page.waitForURL("**?done=written");
    assert.equal(await page.locator(".message").count(), 2);
    assert.deepEqual(dialogs, []);
  });
});

test("who is not signed in writes without scripts and follows the link of the mail", async () => {
  await withPage(async (page) => {
    const { email } = newPerson();
    await page.goto("/contact");
    await fill(page);
    await page.fill("#email", email);
    await go(page);
    await page.waitForURL("**/contact/sent**");
    const number = await page.locator(".case-number").innerText();
    const mail = await message(email, "the number", (m) => m.subject.includes(number));
    await page.goto(mail.text.match(/https?:\S+\/contact\/cases\/\S+/)[0]);
    assert.equal(await page.locator("h1").innerText(), number);
  }, { javaScriptEnabled: false, locale: "fr-FR" });
});
