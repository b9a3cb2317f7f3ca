// What can happen at the bank: refusal, walking away, 3-D Secure, and webhooks that go astray.

import assert from "node:assert/strict";
import test from "node:test";
import {
  atTheBank, events, holdSeats, newPerson, order, outcome, signUp, ticketMail, withPage,
} from "./stage.mjs";

/** Signs up, holds a Solo and stops at the bank's page. */
async function upToTheBank(page, person) {
  const { elsewhere: [event] } = await events();
  await signUp(page, person);
  await holdSeats(page, event, "solo");
  await order(page, [["Ines", "Moreau"]]);
}

test("a refused payment can be tried again and then accepted", async () => {
  const person = newPerson();
  await withPage(async (page) => {
    await upToTheBank(page, person);
    await atTheBank(page, "refuse");
    await outcome(page, /Payment refused/);
    await page.getByRole("link", { name: "Try the payment again" })
      .or(page.getByRole("button", { name: "Try the payment again" })).click();
    await page.waitForURL("**/sandbox-bank/**");
    await atTheBank(page, "accept");
    await outcome(page, /See you there/);
    assert.equal((await ticketMail(person)).pdfs.length > 0, true);
  });
});

test("walking away from the bank leaves the seats kept and nothing taken", async () => {
  await withPage(async (page) => {
    await upToTheBank(page, newPerson());
    await atTheBank(page, "abandon");
    await outcome(page, /Payment stopped|One moment/);
    await page.goto("/account");
    assert.match(await page.locator("main").innerText(), /To be paid/);
  });
});

test("3-D Secure asks once more and then accepts", async () => {
  await withPage(async (page) => {
    await upToTheBank(page, newPerson());
    await atTheBank(page, "challenge");
    await page.waitForURL("**/sandbox-bank/**");
    const code = page.locator("input[name=code]");
    if (await code.count()) {
      await code.fill((await page.locator("[data-challenge-code]").textContent()).trim());
    }
    await page.click("button[name=decision][value=accept]");
    await outcome(page, /See you there/);
  });
});

for (const fault of ["lost", "doubled", "delayed", "reordered"]) {
  test(`a webhook that is ${fault} still ends in one order and its ticket`, async () => {
    const person = newPerson();
    await withPage(async (page) => {
      await upToTheBank(page, person);
      await atTheBank(page, "accept", fault);
      await outcome(page, /See you there/);
      assert.equal((await ticketMail(person)).pdfs.length, 1);
    });
  });
}
