// From a visitor to a spectator inside: sign up, buy a Duo, read the mail, enter with both codes.

import assert from "node:assert/strict";
import test from "node:test";
import {
  atTheBank, events, holdSeats, newPerson, order, outcome, readPaper, scan, signUp, ticketMail,
  until, withPage,
} from "./stage.mjs";

test("a visitor buys a Duo, receives it and enters with it", async () => {
  const { here: [event] } = await events();
  const person = newPerson("Inès", "Moreau-Ōta");
  await withPage(async (page) => {
    await signUp(page, person);
    await holdSeats(page, event, "duo");
    assert.match(await page.locator("main").innerText(), /\d+:\d\d/, "the timer is visible");
    await order(page, [["Inès", "Moreau-Ōta"], ["Дмитрий", "Соколов"]]);
    await atTheBank(page, "accept");
    await outcome(page, /See you there/);

    const { mail, pdfs } = await ticketMail(person);
    assert.ok(mail.text.length > 100 && mail.html.includes("<"), "text and HTML");
    const tickets = pdfs.flatMap(readPaper);
    assert.equal(tickets.length, 2);
    for (const { qr, short } of tickets) {
      assert.match(qr, /^\d{253}$/);
      assert.match(short, /^\d{22}$/);
    }
    await enterWithBoth(tickets);

    await page.goto("/account");
    const scanned = page.locator(".badge", { hasText: "Scanned" });
    await until("both tickets shown as Scanned", async () => {
      await page.reload();
      return (await scanned.count()) === 2;
    });
  });
});

async function enterWithBoth([first, second]) {
  const admitted = await scan(first.qr);
  assert.equal(admitted.verdict, "admit", JSON.stringify(admitted));
  assert.equal(admitted.status, "valid");
  assert.equal(admitted.reason, "ok");
  assert.equal(admitted.certainty, "confirmed");
  assert.ok(admitted.holder.first_name && admitted.holder.last_name && admitted.holder.email);

  const again = await scan(first.qr);
  assert.equal(again.verdict, "refuse");
  assert.equal(again.status, "scanned");
  assert.equal(again.reason, "already_scanned");
  assert.ok(again.first_scan.at && again.first_scan.gate, "when and where it entered");
  assert.equal((await scan(first.short)).reason, "already_scanned", "by either code");

  assert.equal((await scan(mangled(second.qr))).verdict, "refuse");
  assert.equal((await scan(mangled(second.short))).verdict, "refuse");
  assert.equal((await scan(second.short)).verdict, "admit");
  assert.equal((await scan(second.qr)).reason, "already_scanned");
}

/** One digit in the middle is another. */
function mangled(code) {
  const middle = Math.floor(code.length / 2);
  const other = (Number(code[middle]) + 1) % 10;
  return code.slice(0, middle) + other + code.slice(middle + 1);
}

test("a ticket of another event is told so", async () => {
  const { elsewhere: [event] } = await events();
  const person = newPerson();
  await withPage(async (page) => {
    await signUp(page, person);
    await holdSeats(page, event, "solo");
    await order(page, [["Ines", "Moreau"]]);
    await atTheBank(page, "accept");
    await outcome(page, /See you there/);
    const { pdfs } = await ticketMail(person);
    const refused = await scan(readPaper(pdfs[0])[0].qr);
    assert.equal(refused.verdict, "refuse");
    assert.equal(refused.reason, "wrong_event");
    assert.equal(refused.holder, undefined, "nothing is shown of a ticket that is not this gate's");
  });
});

test("the whole purchase works without JavaScript", async () => {
  const { here: [event] } = await events();
  const person = newPerson();
  const withoutScript = { javaScriptEnabled: false, locale: "fr-FR" };
  await withPage(async (page) => {
    await signUp(page, person);
    await holdSeats(page, event, "solo");
    await order(page, [["Ines", "Moreau"]]);
    await atTheBank(page, "accept");
    await until("the confirmation", async () => {
      await page.goto("/account");
      return (await page.locator(".badge", { hasText: "Transmis" }).count()) === 1;
    });
  }, withoutScript);
});
