// A shift at the gate: signing in, identity, parties, looking only, history, supervisors; in both
// languages and at arm's length.

import assert from "node:assert/strict";
import test from "node:test";
import { person } from "./gate-mock.mjs";
import {
  PHONE, TABLET, choose, enrol, isFree, next, openTablet, present, readerTypes, signIn, stubReaders, text,
  until, verdict, withTablet,
} from "./gate-stage.mjs";

test("enrolling, choosing and signing in, with every refusal told", async () => {
  await withTablet(async ({ gate, page }) => {
    gate.enrolments.set("PASTCDE2", { state: "old" }).set("USEDCDE2", { state: "used" });
    const refusals = {
      WRNGCDE2: /not known/, PASTCDE2: /no longer valid/, USEDCDE2: /used already/,
      "no token of this gate": /not known/,
    };
    for (const [code, why] of Object.entries(refusals)) {
      await enrol(page, code);
      await until(code, async () => why.test(await page.locator("#door-wrong").textContent()));
      assert.equal(await page.evaluate(() => localStorage.getItem("guichet.token")), null);
    }
    await enrol(page);
    await choose(page);
    await signIn(page, "0412", "000000");
    await until("the refusal", async () =>
      (await text(page, "#signin-wrong")) === "Wrong number or PIN.");
    assert.equal(await page.inputValue("#pin"), "");
    await signIn(page);
    await page.waitForSelector("#ready:not([hidden])");
    assert.equal(await text(page, "#gate"), "North");
    assert.equal(await text(page, "#event"), "Athletics, evening finals");
    // Once enrolled, always: only the shift is started anew.
    await page.click("#open-more");
    await page.click("#sign-out");
    await page.waitForSelector("#signin:not([hidden])");
    await until("no session", () => gate.sessions.size === 0);
    await page.reload();
    await page.waitForSelector("#signin:not([hidden])");
  });
});

test("a ticket of another event than the chosen one is told where it belongs", async () => {
  await withTablet(async ({ gate, page }) => {
    const early = gate.issue(gate.early, person("Eva", "Concert"));
    const south = gate.issue(gate.next, person("Eva", "South"));
    await openTablet(page, { event: "ATH-07" });
    await present(page, early.full, "invalid");
    assert.equal(await text(page, "#verdict-why"), "Ticket of another event");
    assert.match(await text(page, "#verdict-where"), /^Ticket for: Closing concert/);
    await next(page);
    await present(page, south.full, "invalid");
    assert.equal(await text(page, "#verdict-where"), "Enters at: South");
  });
});

test("identity checked frees the screen; refused keeps the door shut, with its reason", async () => {
  await withTablet(async ({ gate, page }) => {
    const [first, second] = ["Ana", "Eva"].map((name) => gate.issue(gate.main, person(name, "Face")));
    await openTablet(page);
    await present(page, first.full, "valid");
    await page.click("#identity-ok");
    await isFree(page);
    await present(page, second.full, "valid");
    await page.click("#identity-no");
    await page.click("[data-outcome=other_person]");
    await verdict(page, "invalid");
    assert.equal(await text(page, "#verdict-word"), "Refused");
    assert.match(await text(page, "#verdict-why"), /Another person/);
    assert.ok(!(await page.content()).includes("Face"), "the name is gone");
    assert.deepEqual(gate.outcomes.map(({ outcome, reason }) => [outcome, reason]),
      [["checked", undefined], ["refused", "other_person"]]);
  });
});

test("who it was is gone from the page after twenty seconds", async () => {
  await withTablet(async ({ gate, page }) => {
    const ticket = gate.issue(gate.main, person("Ana", "Fleeting"));
    await openTablet(page);
    await page.clock.install();
    await present(page, ticket.full, "valid");
    await page.clock.runFor(19_000);
    assert.equal(await text(page, "#holder-last"), "Fleeting");
    await page.clock.runFor(1500);
    assert.equal(await page.locator("#verdict").isVisible(), false);
    assert.ok(!(await page.content()).includes("Fleeting"));
  });
});

test("a family enters in one gesture; who comes later keeps a code of their own", async () => {
  await withTablet(async ({ gate, page }) => {
    const family = gate.issueParty(gate.main,
      ["Ana", "Rui", "Mia", "Leo"].map((name) => person(name, "Silva")));
    gate.change(family[3], "d");
    await openTablet(page);
    await present(page, family[0].full, "valid");
    assert.equal(await text(page, "#party-go"), "All here: admit 2");
    assert.ok(await page.locator(`#party-${family[3].id}`).isDisabled(), "a refunded one");
    await page.check(`#party-${family[1].id}`);
    assert.equal(await text(page, "#party-go"), "Admit 1");
    await page.click("#party-go");
    await until("one more", () => family[1].state === "x");
    assert.equal(await text(page, "#party-go"), "Admit 1");
    assert.equal(family[2].state, "s");
    await next(page);
    await present(page, family[2].short, "valid");
    await next(page);
    assert.equal(gate.scans.filter((scan) => scan.verdict === "admit").length, 3);
  });
});

test("all of a family with one press", async () => {
  await withTablet(async ({ gate, page }) => {
    const family = gate.issueParty(gate.main,
      ["Ana", "Rui", "Mia", "Leo"].map((name) => person(name, "Silva")));
    await openTablet(page);
    await present(page, family[0].full, "valid");
    await page.click("#party-go");
    await until("all in", async () =>
      (await text(page, "#party-note")) === "The whole party has entered.");
    assert.ok(family.every((ticket) => ticket.state === "x"));
  });
});

test("looking only lets nobody in and looks like nothing else", async () => {
  await withTablet(async ({ gate, page }) => {
    const ticket = gate.issue(gate.main, person("Ana", "Look"));
    await openTablet(page);
    await page.click("#look");
    assert.match(await text(page, "#present-how"), /nobody enters/);
    await present(page, ticket.full, "valid");
    assert.equal(await text(page, "#verdict-look"), "Look only · no entry");
    assert.equal(await text(page, "#verdict-why"), "This ticket would enter");
    assert.equal(await page.locator("#identity-ok").isVisible(), false);
    assert.equal(ticket.state, "s");
    await next(page);
    await page.click("#look");
    await present(page, ticket.full, "valid");
    assert.equal(await page.locator("#verdict-look").isVisible(), false);
    assert.equal(ticket.state, "x");
  });
});

test("the history is searched, and a ticket tells all of its scans", async () => {
  await withTablet(async ({ gate, page }) => {
    const [first, second] = ["Ana", "Eva"].map((name) => gate.issue(gate.main, person(name, "Past")));
    await openTablet(page);
    await present(page, first.full, "valid");
    await present(page, second.full, "valid");
    await present(page, first.short, "scanned");
    await next(page);
    await page.click("#open-history");
    await until("three", async () => (await page.locator("#history-list li").count()) === 3);
    await page.click("[data-filter=refuse]");
    assert.equal(await page.locator("#history-list li").count(), 1);
    await page.click("[data-filter='']");
    await page.fill("#history-search", "no. 2");
    assert.equal(await page.locator("#history-list li").count(), 1);
    await page.fill("#history-search", "nothing of the kind");
    assert.ok(await page.locator("#history-empty").isVisible());
    await page.fill("#history-search", "no. 1");
    await page.locator("#history-list button").first().click();
    await until("its scans", async () => (await page.locator("#ticket-list li").count()) === 2);
    assert.match(await text(page, "#ticket-title"), /ATH-07 no\. 1/);
    assert.ok(!(await page.content()).includes("Past"), "no names in a history");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.waitForSelector("#history-panel", { state: "hidden" });
  });
});

test("live counts: entered, expected, rate, and refused by reason", async () => {
  await withTablet(async ({ gate, page }) => {
    const ticket = gate.issue(gate.main, person("Ana", "Count"));
    Object.assign(gate, { entered: 1200, expected: 5000, perMinute: new Array(15).fill(7) });
    await openTablet(page);
    await present(page, ticket.full, "valid");
    await present(page, ticket.short, "scanned");
    await next(page);
    await until("the counts", async () => (await text(page, "#count-in")) === "1,201");
    assert.equal(await text(page, "#count-expected"), "5,000");
    assert.equal(await text(page, "#count-rate"), "7");
    await until("the refusal", async () => (await text(page, "#count-out")) === "1");
    await page.click("#open-more");
    assert.match(await text(page, "#reasons"), /This ticket has already entered\s+1/);
    assert.equal(await page.locator("#minutes rect").count(), 15);
  });
});

test("a supervisor finds by name with a reason, and what was found goes with the panel", async () => {
  await withTablet(async ({ gate, page }) => {
    gate.issue(gate.main, person("Ana", "Sought"));
    await openTablet(page, { agent: "0001", pin: "314159" });
    await page.click("#open-more");
    await page.click("#open-search");
    await page.fill("#search-name", "sought");
    await page.fill("#search-why", "phone is dead");
    await page.click("#search-form button");
    await until("the ticket", async () => /Sought Ana/.test(await text(page, "#found")));
    assert.deepEqual(gate.searches, [{ name: "sought", reason: "phone is dead", agent: "0001" }]);
    await page.keyboard.press("Escape");
    await page.waitForSelector("#search-panel", { state: "hidden" });
    assert.ok(!(await page.content()).includes("Sought"));
  });
});

test("a second entry takes two persons; an agent alone overrides nothing", async () => {
  await withTablet(async ({ gate, page }) => {
    const ticket = gate.issue(gate.main, person("Ana", "Again"));
    await openTablet(page, { agent: "0001", pin: "314159" });
    await present(page, ticket.full, "valid");
    await present(page, ticket.short, "scanned");
    await page.click("#open-override");
    await page.fill("#override-why", "went out to the ambulance");
    await page.fill("#second-agent", "0001");
    await page.fill("#second-pin", "314159");
    await page.click("#override button:not(.plain)");
    await until("refused", async () => /another agent/.test(await text(page, "#override-wrong")));
    await page.fill("#second-agent", "0412");
    await page.fill("#second-pin", "271828");
    await page.click("#override button:not(.plain)");
    await verdict(page, "valid");
    await next(page);
    await readerTypes(page, "1234567890123456789012");
    await verdict(page, "invalid");
    assert.equal(await page.locator("#open-override").isVisible(), false, "never for no ticket");
    await next(page);
    await page.click("#open-more");
    await page.click("#sign-out");
    await signIn(page);
    await page.waitForSelector("#ready:not([hidden])");
    await present(page, ticket.short, "scanned");
    assert.equal(await page.locator("#open-override").isVisible(), false);
  });
});

const WORDS = {
  "fr-FR": ["Valide", "Scanné", "Invalide", "Périmé"],
  "en-GB": ["Valid", "Scanned", "Invalid", "Expired"],
};

for (const [locale, words] of Object.entries(WORDS)) {
  for (const [name, viewport] of Object.entries({ tablet: TABLET, phone: PHONE })) {
    test(`each word fits and is large, in ${locale} on a ${name}`, async () => {
      await withTablet(async ({ gate, page }) => {
        const long = { ...person("Maximiliane", "Wolfeschlegelsteinhausen-Montgomery"),
          email: "maximiliane.wolfeschlegelsteinhausen@spectators.example" };
        const ticket = gate.issue(gate.main, long, { formula: "family" });
        const gone = gate.issue(gate.main, person("Ana", "Gone"), { state: "d" });
        await openTablet(page);
        const codes = [ticket.full, ticket.short, "1234567890123456789012", gone.full];
        const statuses = ["valid", "scanned", "invalid", "expired"];
        for (const [at, status] of statuses.entries()) {
          await present(page, codes[at], status);
          assert.equal(await text(page, "#verdict-word"), words[at]);
          const { width } = await page.locator("#verdict").boundingBox();
          assert.equal(width, viewport.width, "the whole screen");
          const fits = await page.evaluate(() => {
            const plate = document.getElementById("verdict");
            const word = document.getElementById("verdict-word");
            const range = document.createRange();
            range.selectNodeContents(word);
            const box = range.getBoundingClientRect();
            return {
              sideways: plate.scrollWidth <= plate.clientWidth,
              inside: box.right <= plate.clientWidth,
              share: parseFloat(getComputedStyle(word).fontSize) / plate.clientWidth,
            };
          });
          assert.ok(fits.sideways && fits.inside, `${words[at]} fits`);
          assert.ok(fits.share > 0.2, `${words[at]} is large: ${fits.share}`);
          await next(page);
        }
      }, { locale, viewport });
    });
  }
}

test("no screen scrolls sideways on a phone, in French", async () => {
  await withTablet(async ({ gate, page }) => {
    gate.issue(gate.main, person("Ana", "Narrow"));
    const fits = async (what) => assert.ok(await page.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll(".panel:not([hidden])")]
        .every((one) => one.scrollWidth <= one.clientWidth)), what);
    await page.goto("/");
    await page.waitForSelector("#door:not([hidden])");
    await fits("door");
    await enrol(page);
    await page.waitForSelector("#choice:not([hidden])");
    await fits("choice");
    await choose(page);
    await page.waitForSelector("#signin:not([hidden])");
    await fits("sign-in");
    await signIn(page, "0001", "314159");
    await page.waitForSelector("#ready:not([hidden])");
    await fits("ready");
    for (const [button, panel] of [["#open-typed", "#typed-panel"],
      ["#open-history", "#history-panel"], ["#open-more", "#more-panel"]]) {
      await page.click(button);
      await page.waitForSelector(`${panel}:not([hidden])`);
      await fits(panel);
      if (panel !== "#more-panel") await page.keyboard.press("Escape");
    }
    for (const [button, panel] of [["#open-test", "#test-panel"], ["#open-search", "#search-panel"]]) {
      await page.click(button);
      await fits(panel);
      await page.keyboard.press("Escape");
    }
  }, { locale: "fr-FR", viewport: PHONE });
});

test("a code typed by hand is grouped, and checked before it is sent", async () => {
  await withTablet(async ({ gate, page }) => {
    const { short } = gate.issue(gate.main, person("Ana", "Typed"));
    await openTablet(page);
    await page.click("#open-typed");
    await page.locator("#digits").pressSequentially("1234567890123456789012", { delay: 60 });
    assert.equal(await page.inputValue("#digits"), "1234 5678 9012 3456 7890 12");
    await page.click("#typed button:not(.plain)");
    await page.waitForSelector("#typed-wrong:not([hidden])");
    await page.fill("#digits", short);
    await page.keyboard.press("Enter");
    await verdict(page, "valid");
    assert.equal(gate.scans[0].read_by, "typed");
  });
});

test("each verdict sounds and feels like no other, and so does a lost reader", async () => {
  await withTablet(async ({ gate, page }) => {
    const ticket = gate.issue(gate.main, person("Ana", "Loud"));
    const gone = gate.issue(gate.main, person("Eva", "Loud"), { state: "d" });
    await openTablet(page);
    await page.evaluate(() => { window.reader = navigator.hid.plug("Zebra"); });
    const heard = new Set();
    const felt = new Set();
    const listen = async () => {
      const found = await page.evaluate(() => {
        const now = { tones: window.tones.join(), pulses: window.pulses.join() };
        window.tones = [];
        window.pulses = [];
        return now;
      });
      assert.ok(found.tones && found.pulses);
      heard.add(found.tones);
      felt.add(found.pulses);
    };
    const all = [[ticket.full, "valid"], [ticket.short, "scanned"], [gone.full, "expired"],
      ["1234567890123456789012", "invalid"]];
    for (const [code, status] of all) {
      await present(page, code, status);
      await listen();
      await next(page);
    }
    await page.evaluate(() => navigator.hid.unplug(window.reader));
    await page.waitForSelector("#lost:not([hidden])");
    await listen();
    assert.equal(heard.size, 5);
    assert.equal(felt.size, 5);
    // It goes on until somebody has understood.
    await until("again", () => page.evaluate(() => window.tones.length > 0));
    await page.click("#lost-ok");
    await page.waitForSelector("#lost", { state: "hidden" });
  }, {
    prepare: `(${stubReaders})(); (${stubSenses})();`,
  });
});

/** In the page: what is played and felt is written down. */
function stubSenses() {
  window.tones = [];
  window.pulses = [];
  navigator.vibrate = (pulses) => window.pulses.push(pulses.join("-"));
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function note(...when) {
    window.tones.push(this.frequency.value);
    return start.apply(this, when);
  };
}

test("the page can be installed", async () => {
  await withTablet(async ({ page }) => {
    await openTablet(page);
    const client = await page.context().newCDPSession(page);
    const { errors } = await client.send("Page.getAppManifest");
    assert.deepEqual(errors, []);
    const { installabilityErrors } = await client.send("Page.getInstallabilityErrors");
    const real = installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito");
    assert.deepEqual(real, []);
  });
});
