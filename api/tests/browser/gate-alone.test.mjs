// The tablet alone: the same verdicts as the gate service, told afterwards, and nothing readable
// on its disk.

import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { FILES, person } from "./gate-mock.mjs";
import {
  cut, listKept, next, openTablet, present, readerTypes, signIn, text, until, verdict, withTablet,
} from "./gate-stage.mjs";

const VECTORS = new URL("../../../docs/credential-vectors.json", import.meta.url);

test("the page reads every test vector of the credential as specified", async () => {
  const vectors = JSON.parse(readFileSync(VECTORS, "utf8"));
  await withTablet(async ({ page }) => {
    await page.goto("/");
    const found = await page.evaluate(async ({ events, tickets, cases }) => {
      const credential = await import("/tablet/credential.js");
      const { sight } = await import("/tablet/decide.js");
      const base64 = (hex) => credential.base64Of(credential.bytesOfHex(hex));
      const known = events.map((event) => ({
        number: event.number,
        sealing_key: base64(event.sealing_key_hex),
        keys: Object.fromEntries(event.signing_keys.map((key) =>
          [key.slot, base64(key.public_key_hex)])),
      }));
      const listed = tickets.map((ticket) => ({
        e: ticket.event, n: ticket.serial, i: ticket.issue, id: ticket.ticket_id,
        k: base64(ticket.keys_digest_hex), c: base64(ticket.short_digest_hex),
        h: { ...ticket.holder, by_keys: ticket.holder.key_by_keys,
          by_short: ticket.holder.key_by_short },
      }));
      const list = {
        event: (number) => known.find((event) => event.number === number),
        events: () => known,
        ticket: async (event, serial) =>
          listed.find((ticket) => ticket.e === event && ticket.n === serial),
        byShort: async (event, digest) =>
          listed.find((ticket) => ticket.e === event && ticket.c === digest),
      };
      const resultOf = async ({ presented, at }) => {
        const seen = await sight(presented, list);
        if (seen.refused) return seen.refused;
        if (!seen.ticket) return "unknown";
        if (seen.keys && seen.issue !== seen.ticket.i) return "other_issue";
        const digest = seen.keys && credential.base64Of(await credential.keysDigest(seen.keys));
        if (seen.keys && digest !== seen.ticket.k) return "keys_differ";
        if (seen.time === undefined) return "accepted";
        const { holds } = await credential.checkLive(seen.keys, seen.time, at);
        return holds ? "accepted" : "live_code_stale";
      };
      const results = [];
      for (const one of cases) results.push(await resultOf(one));
      const records = [];
      for (const [at, ticket] of tickets.entries()) {
        for (const digits of [ticket.digits, ticket.short_code]) {
          const seen = await sight(digits, list);
          const by = seen.keys ? { keys: seen.keys } : { short: seen.short };
          records.push([at, await credential.openHolder(seen.ticket.h, seen.ticket.id,
            seen.event, by)]);
        }
      }
      return { results, records };
    }, vectors);
    assert.ok(vectors.cases.length > 50);
    vectors.cases.forEach((one, at) => assert.equal(found.results[at], one.result, one.name));
    for (const [at, record] of found.records) {
      assert.deepEqual(record, vectors.tickets[at].holder_record);
    }
  });
});

/** A ticket of each reason and the codes that earn it. */
function everyReason(gate) {
  const one = (event, last, how) => gate.issue(event, person("Eva", last), how);
  const good = one(gate.main, "Good");
  const live = one(gate.live, "Live");
  const real = one(gate.main, "Real");
  const at = 120;
  const forged = real.full.slice(0, at) + (real.full[at] === "7" ? "8" : "7")
    + real.full.slice(at + 1);
  const unknown = one(gate.main, "Unknown");
  const old = one(gate.main, "Replaced");
  const replaced = old.full;
  gate.codes.delete(old.full);
  Object.assign(old, { issue: 1 });
  gate.sealed(old);
  gate.codes.set(replaced, { ...old, state: "d" });
  unknown.hidden = true;
  gate.tickets.splice(gate.tickets.indexOf(unknown), 1);
  return {
    codes: [
      one(gate.other, "Elsewhere").full, one(gate.next, "South").full,
      one(gate.main, "Paid", { state: "p" }).full, one(gate.main, "Gone", { state: "d" }).full,
      one(gate.main, "In", { state: "x" }).short, forged, replaced, unknown.full, unknown.short,
      "1234567890123456789012", "https://example.org/a/ticket", one(gate.early, "Early").full,
      one(gate.over, "Over").full, live.full, live.short,
    ],
    live, good,
  };
}

const shown = (page) => page.evaluate(() => {
  const read = (id) => document.getElementById(id).textContent;
  return {
    word: read("verdict-word"), why: read("verdict-why"), last: read("holder-last"),
    first: read("holder-first"), email: read("holder-email"), seat: read("place-seat"),
    where: read("verdict-where"), event: read("verdict-event"),
  };
});

test("alone or not, the agent sees the same for every reason", async () => {
  await withTablet(async ({ gate, page }) => {
    const { codes, live, good } = everyReason(gate);
    await openTablet(page, { event: "" });
    await listKept(page, gate);
    const liveCodes = () => [gate.liveCode(live), gate.liveCode(live, -3600)];
    const look = async (code) => {
      await readerTypes(page, code);
      await page.waitForSelector("#verdict:not([hidden])");
      const seen = await shown(page);
      await next(page);
      return seen;
    };
    await page.click("#look");
    const online = [];
    for (const code of [...codes, good.full, ...liveCodes()]) online.push(await look(code));
    await cut(page, gate);
    const alone = [];
    for (const code of [...codes, good.full, ...liveCodes()]) alone.push(await look(code));
    assert.deepEqual(alone, online);
    const reasons = new Set(online.map((seen) => seen.why));
    assert.equal(reasons.size, 13, [...reasons].join("; "));
    assert.equal(gate.told.length, 0);
  });
});

test("what was decided alone is told when the service is back, and a conflict is shown", async () => {
  await withTablet(async ({ gate, page }) => {
    const [first, second] = ["Ana", "Eva"].map((name) => gate.issue(gate.main, person(name, "Cut")));
    await openTablet(page);
    await listKept(page, gate);
    await cut(page, gate);
    await present(page, first.full, "valid");
    assert.equal(await text(page, "#verdict-local"), "Decided by this tablet alone. Will be sent.");
    assert.equal(await text(page, ".holder-name"), "Cut Ana");
    await page.click("#identity-ok");
    await present(page, second.short, "valid");
    await next(page);
    await present(page, first.short, "scanned");
    assert.match(await text(page, "#verdict-first"), /^Entered at .*, North$/);
    await next(page);
    await until("three to be sent", async () => /3 to be sent/.test(await text(page, "#link")));

    // Meanwhile the second one entered elsewhere.
    gate.change(second, "x");
    second.first_scan = { at: new Date().toISOString(), gate: "South" };
    await gate.start();
    await until("all told", () => gate.told.length === 3 && gate.outcomes.length === 1);
    const { scan_id } = gate.told[0];
    assert.deepEqual(gate.outcomes, [{ scan_id, outcome: "checked" }]);
    assert.deepEqual(gate.told.map((scan) => scan.reason), ["ok", "ok", "already_scanned"]);
    assert.deepEqual(gate.told.map((scan) => scan.ticket_id), [first.id, second.id, first.id]);
    assert.ok(gate.told.every((scan) => scan.agent === "0412" && scan.keys));
    await page.waitForSelector("#conflict-chip:not([hidden])");
    await page.click("#conflict-chip");
    const conflict = await text(page, "#conflicts");
    assert.match(conflict, /South/);
    assert.match(conflict, /North/);
    await page.waitForSelector("#link[data-state=up]");
    const kept = await page.evaluate(async () =>
      (await (await import("/tablet/store.js")).untoldScans()).length);
    assert.equal(kept, 0);
  });
});

test("who was let in by the service is not let in again by the tablet alone", async () => {
  await withTablet(async ({ gate, page }) => {
    const ticket = gate.issue(gate.main, person("Ana", "Once"));
    await openTablet(page);
    await listKept(page, gate);
    await present(page, ticket.full, "valid");
    await next(page);
    await cut(page, gate);
    await present(page, ticket.full, "scanned");
  });
});

test("nor are the others of a party that the service let in", async () => {
  await withTablet(async ({ gate, page }) => {
    const [first, second] = gate.issueParty(gate.main,
      ["Ana", "Rui"].map((name) => person(name, "Silva")));
    await openTablet(page);
    await listKept(page, gate);
    // Cut before the list could say so.
    await page.route("**/v1/list*", (route) => route.abort());
    await present(page, first.full, "valid");
    await page.click("#party-go");
    await page.waitForSelector("#party-list [data-state=scanned]");
    await next(page);
    await cut(page, gate);
    await present(page, second.full, "scanned");
  });
});

test("a service that stops answering in the middle of a scan leaves one scan, not two", async () => {
  await withTablet(async ({ gate, page }) => {
    const ticket = gate.issue(gate.main, person("Ana", "Halfway"));
    await openTablet(page);
    await listKept(page, gate);
    // Decided by the service, but the answer never arrives.
    await page.route("**/v1/scans", async (route) => {
      if (route.request().method() === "POST") await route.fetch();
      await route.abort();
    });
    await present(page, ticket.full, "valid");
    // Asked again, it is the same scan to the service.
    assert.equal(new Set(gate.scans.map((scan) => scan.scan_id)).size, 1);
    await page.unroute("**/v1/scans");
    await until("told", () => gate.told.length === 1);
    assert.equal(gate.told[0].scan_id, gate.scans[0].scan_id, "the same scan");
  });
});

test("the page opens without the service, and goes on where it was", async () => {
  await withTablet(async ({ gate, page }) => {
    const [first, second] = ["Ana", "Eva"].map((name) =>
      gate.issue(gate.main, person(name, "Reload")));
    await openTablet(page);
    await listKept(page, gate);
    await cut(page, gate);
    await present(page, first.full, "valid");
    await page.reload();
    await page.waitForSelector("#ready:not([hidden])");
    await page.waitForSelector("#link[data-state=alone]");
    await present(page, first.full, "scanned");
    await next(page);
    await present(page, second.full, "valid");
    await gate.start();
    await until("all told", () => gate.told.length === 3);
    // After a restart no code is left to tell: the ticket and its keys' digest are.
    assert.equal(gate.told[0].code, undefined);
    assert.equal(gate.told[0].ticket_id, first.id);
  });
});

test("without the service no shift begins, and no ticket is decided by nobody", async () => {
  await withTablet(async ({ gate, page }) => {
    const ticket = gate.issue(gate.main, person("Ana", "Nobody"));
    await openTablet(page);
    await listKept(page, gate);
    await page.click("#open-more");
    await page.click("#sign-out");
    await page.waitForSelector("#signin:not([hidden])");
    await gate.cut();
    await page.reload();
    await page.waitForSelector("#signin:not([hidden])");
    await readerTypes(page, ticket.full);
    await signIn(page);
    await until("it says why", async () =>
      /needed to start a shift/.test(await text(page, "#signin-wrong")));
    assert.equal(await page.locator("#verdict").isVisible(), false);
  });
});

test("a family is admitted alone from what the code itself opens", async () => {
  await withTablet(async ({ gate, page }) => {
    const family = gate.issueParty(gate.main,
      ["Ana", "Rui", "Mia", "Leo"].map((name) => person(name, "Silva")));
    await openTablet(page);
    await listKept(page, gate);
    await cut(page, gate);
    await present(page, family[0].full, "valid");
    assert.equal(await page.locator("#party-list li").count(), 3);
    await page.check(`#party-${family[2].id}`);
    await page.click("#party-go");
    await page.waitForSelector("#party-list [data-state=scanned]");
    await next(page);
    await present(page, family[2].short, "scanned");
    await next(page);
    await present(page, family[3].full, "valid");
    await gate.start();
    await until("all told", () => gate.told.length === 4);
    assert.equal(gate.told[1].party_of, gate.told[0].scan_id);
    assert.equal(gate.told[1].ticket_id, family[2].id);
  });
});

test("a change of the list reaches the tablet within seconds", async () => {
  await withTablet(async ({ gate, page }) => {
    const ticket = gate.issue(gate.main, person("Ana", "Refunded"));
    await openTablet(page);
    await listKept(page, gate);
    gate.change(ticket, "d");
    await until("the change", () => page.evaluate(async ([event, serial]) => {
      const { ticket: find } = await import("/tablet/store.js");
      return (await find(event, serial)).s === "d";
    }, [ticket.event.number, ticket.serial]));
    await cut(page, gate);
    await present(page, ticket.full, "expired");
  });
});

test("sealed names leave the tablet some hours after their event", async () => {
  await withTablet(async ({ gate, page }) => {
    const past = gate.addEvent("OLD-01", "Yesterday", { gates: ["North"], from: -30, to: -20 });
    const [old, now] = [past, gate.main].map((event) => gate.issue(event, person("Ana", "Purged")));
    await openTablet(page);
    await listKept(page, gate);
    const isSealed = (ticket) => page.evaluate(async ([event, serial]) => {
      const { ticket: find } = await import("/tablet/store.js");
      return Boolean((await find(event, serial)).h);
    }, [ticket.event.number, ticket.serial]);
    await until("the purge", async () => !(await isSealed(old)));
    assert.equal(await isSealed(now), true);
  });
});

// ---- what is on the disk

/** Every file below a folder that holds one of the texts, in any of the ways they are written. */
function holding(folder, texts) {
  const wanted = texts.flatMap((one) =>
    [Buffer.from(one, "utf8"), Buffer.from(one, "utf16le"), Buffer.from(one, "latin1")]);
  const found = [];
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    const bytes = readFileSync(path);
    if (wanted.some((one) => bytes.includes(one))) found.push(name);
  }
  return found;
}

test("the tablet's disk shows no name, no e-mail and no code", async () => {
  const holders = [person("Zébulon", "Quartermaine"), person("Wilhelmina", "Featherstone")];
  await withTablet(async ({ gate, page, context, profile }) => {
    const [first, second] = holders.map((holder) => gate.issue(gate.main, holder));
    const family = gate.issueParty(gate.main,
      ["Persephone", "Ignatius"].map((name) => person(name, "Cholmondeley")));
    await openTablet(page);
    await listKept(page, gate);
    await present(page, first.full, "valid");
    assert.equal(await text(page, "#holder-last"), "Quartermaine");
    await next(page);
    await cut(page, gate);
    await present(page, second.full, "valid");
    await page.click("#identity-no");
    await page.click("[data-outcome=no_document]");
    await next(page);
    await present(page, family[0].full, "valid");
    await page.click("#party-go");
    await page.waitForSelector("#party-list [data-state=scanned]");
    await next(page);
    // What would be found if it were there: the search can fail.
    await page.evaluate(() => new Promise((done) => {
      const asked = indexedDB.open("control");
      asked.onupgradeneeded = () => asked.result.createObjectStore("plain");
      asked.onsuccess = () => {
        const transaction = asked.result.transaction("plain", "readwrite", { durability: "strict" });
        transaction.objectStore("plain").put({ last_name: "Controlbury" }, 1);
        transaction.oncomplete = done;
      };
    }));
    const folder = join(profile, "Default", "IndexedDB");
    const texts = [
      ...holders.flatMap(({ first_name, last_name, email }) => [first_name, last_name, email]),
      "Persephone", "Ignatius", "Cholmondeley",
      first.full, first.short, second.full, second.short, family[0].full,
    ];
    await context.close();
    assert.ok(holding(folder, ["Controlbury"]).length > 0, "the search finds what is there");
    assert.ok(holding(folder, [second.id]).length > 0, "the scan is kept");
    assert.deepEqual(holding(profile, texts), []);
  });
});

test("a revoked tablet forgets everything within seconds", async () => {
  await withTablet(async ({ gate, page }) => {
    const ticket = gate.issue(gate.main, person("Ana", "Vanishing"));
    await openTablet(page);
    await listKept(page, gate);
    await present(page, ticket.full, "valid");
    gate.revoked = true;
    await page.waitForSelector("#revoked:not([hidden])");
    assert.match(await text(page, "#revoked"), /revoked/);
    assert.equal(await page.locator("#verdict").isVisible(), false);
    const left = await page.evaluate(async () => ({
      local: localStorage.length,
      session: sessionStorage.length,
      caches: await caches.keys(),
      tickets: (await (await import("/tablet/store.js")).countTickets()),
    }));
    assert.deepEqual(left, { local: 0, session: 0, caches: [], tickets: 0 });
    assert.ok(!(await page.content()).includes("Vanishing"));
    await page.reload();
    await page.waitForSelector("#door:not([hidden])");
  });
});

test("a session that ended asks for the PIN, and keeps what waits", async () => {
  await withTablet(async ({ gate, page }) => {
    const ticket = gate.issue(gate.main, person("Ana", "Shift"));
    await openTablet(page);
    await listKept(page, gate);
    await cut(page, gate);
    await present(page, ticket.full, "valid");
    gate.sessions.clear();
    await gate.start();
    await page.waitForSelector("#signin:not([hidden])");
    assert.equal(gate.told.length, 0);
    await signIn(page);
    await page.waitForSelector("#ready:not([hidden])");
    await until("told after all", () => gate.told.length === 1);
  });
});

test("a browser that cannot verify by itself says so and decides nothing alone", async () => {
  await withTablet(async ({ gate, page }) => {
    const ticket = gate.issue(gate.main, person("Ana", "Unable"));
    await openTablet(page);
    await page.click("#open-more");
    await until("it says so", async () => /cannot verify/.test(await text(page, "#list-state")));
    await page.keyboard.press("Escape");
    await gate.cut();
    await readerTypes(page, ticket.full);
    await verdict(page, "none");
    assert.match(await text(page, "#verdict-why"), /Nothing is decided/);
  }, {
    prepare: () => {
      const verify = SubtleCrypto.prototype.importKey;
      SubtleCrypto.prototype.importKey = function importKey(form, key, how, ...rest) {
        if (how?.name === "Ed25519") return Promise.reject(new DOMException("", "NotSupportedError"));
        return verify.call(this, form, key, how, ...rest);
      };
    },
  });
});

test("the page keeps every one of its files for when the service is gone", () => {
  const text_ = readFileSync(
    new URL("../../../gate-scanner/src/tablet/page/sw.js", import.meta.url), "utf8");
  const kept = [...text_.matchAll(/^ {2}"(\/[^"]*)",$/gm)].map(([, path]) => path);
  const served = [...FILES.keys()].filter((path) => path !== "/sw.js");
  assert.deepEqual(kept.toSorted(), served.toSorted());
});
