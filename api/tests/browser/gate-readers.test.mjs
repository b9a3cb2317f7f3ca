// Every reader, every country: what is read is the same, with the network and without it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { person } from "./gate-mock.mjs";
import {
  AZERTY_READER, AZERTY_TABLET, cut, listKept, next, openTablet, readerTypes, stubReaders, text, until,
  verdict, withTablet,
} from "./gate-stage.mjs";

const WEDGES = ["azerty", "qwerty", "qwertz", "azerty_shifted", "qwerty_shifted", "qwertz_shifted"];
const TEN = "0123456789";

/** What the agent sees, to compare. */
const seen = (page) => page.evaluate(() => ({
  status: document.getElementById("verdict").dataset.status,
  why: document.getElementById("verdict-why").textContent,
  name: document.querySelector(".holder-name").textContent,
}));

/** Presents and reads the verdict of this very scan. */
async function shows(page, present, status) {
  await present();
  await verdict(page, status);
  const found = await seen(page);
  await next(page);
  return found;
}

for (const isCut of [false, true]) {
  const network = isCut ? "cut" : "up";
  test(`wedges of three countries read 253 and 22 digits, network ${network}`, async () => {
    await withTablet(async ({ gate, page }) => {
      const tickets = WEDGES.map((_, at) => gate.issue(gate.main, person("Zoé", `Dupont ${at}`)));
      await openTablet(page);
      await listKept(page, gate);
      if (isCut) await cut(page, gate);
      for (const [at, country] of WEDGES.entries()) {
        const ticket = tickets[at];
        const types = (code, how) => () => readerTypes(page, code, { country, ...how });
        const admitted = await shows(page, types(ticket.full), "valid");
        assert.equal(admitted.name.trim(), `Dupont ${at} Zoé`, country);
        const again = await shows(page, types(ticket.short), "scanned");
        assert.equal(again.name.trim(), `Dupont ${at} Zoé`, country);
        // A system that does not tell the place of a key: only what is printed remains.
        const printed = await shows(page, types(ticket.short, { places: false }), "scanned");
        assert.deepEqual(printed, again, country);
        const full = await shows(page, types(ticket.full, { places: false }), "scanned");
        assert.deepEqual(full, again, country);
      }
    });
  });
}

test("endings, beginnings and number pads of readers", async () => {
  await withTablet(async ({ gate, page }) => {
    const { full, short } = gate.issue(gate.main, person("Rui", "Silva"), { state: "x" });
    await openTablet(page);
    const ways = [
      { suffix: [] }, { suffix: ["Tab"] }, { suffix: ["Enter", "Ctrl+J"] }, { suffix: ["Ctrl+M"] },
      { suffix: ["Ctrl+J"] }, { numpad: true }, { prefix: "]Q1" }, { prefix: "]C0", suffix: [] },
    ];
    for (const how of ways) {
      for (const code of [full, short]) {
        await shows(page, () => readerTypes(page, code, how), "scanned");
      }
    }
    assert.equal(gate.scans.length, 2 * ways.length, "each was read once");
    assert.ok(gate.scans.every((scan) => scan.read_by === "wedge"));
  });
});

test("two codes in one burst are two scans, each of them seen", async () => {
  await withTablet(async ({ gate, page }) => {
    const [first, second, third] = ["Ana", "Eva", "Mia"].map((name) =>
      gate.issue(gate.main, person(name, "Burst")));
    await openTablet(page);
    await readerTypes(page, first.full + second.full + third.short, { suffix: [] });
    await verdict(page, "valid");
    for (const name of ["Burst Ana", "Burst Eva", "Burst Mia"]) {
      await until(name, async () => (await text(page, ".holder-name")) === name);
    }
    assert.deepEqual(gate.scans.map((scan) => scan.serial), [1, 2, 3]);
  });
});

test("a reader that stutters is one scan", async () => {
  await withTablet(async ({ gate, page }) => {
    const { short } = gate.issue(gate.main, person("Ana", "Twice"));
    await openTablet(page);
    await readerTypes(page, short);
    await readerTypes(page, short);
    await verdict(page, "valid");
    await page.waitForTimeout(600);
    assert.equal(gate.scans.length, 1);
    assert.equal((await seen(page)).status, "valid");
  });
});

test("wherever the focus is, a field keeps what was in it; fingers are left alone", async () => {
  await withTablet(async ({ gate, page }) => {
    const { full } = gate.issue(gate.main, person("Ana", "Focus"), { state: "x" });
    await openTablet(page);
    // Fingers on the page: no code, and no button pressed.
    await readerTypes(page, TEN + TEN + "22", { pauseMs: 70 });
    assert.equal(await page.locator("#verdict").isVisible(), false);

    await page.click("#open-history");
    await page.fill("#history-search", "South");
    await page.focus("#history-search");
    await readerTypes(page, full, { country: "azerty" });
    await verdict(page, "scanned");
    assert.equal(await page.inputValue("#history-search"), "South");
    await next(page);

    await page.click("#open-more");
    await page.focus("#sign-out");
    await readerTypes(page, full);
    await verdict(page, "scanned");
    assert.equal(await page.locator("#signin").isVisible(), false, "Enter pressed no button");
    assert.equal(gate.scans.length, 2);
  });
});

test("what is no code of ours is refused as unreadable, and changes nothing", async () => {
  await withTablet(async ({ gate, page }) => {
    const { full, short } = gate.issue(gate.main, person("Ana", "Noise"));
    await openTablet(page);
    // Never the code itself, whatever its last digit is.
    const mistyped = short.slice(0, 21) + (Number(short[21]) + 1) % 10;
    const noises = [
      "https://tickets.example/abcdef/1234567890", full.slice(0, 120), mistyped,
      TEN.repeat(3), full + "1", TEN.repeat(300),
    ];
    for (const noise of noises) {
      await shows(page, () => readerTypes(page, noise), "invalid");
      assert.equal(gate.scans.at(-1).reason, "unreadable", noise.slice(0, 40));
    }
    assert.equal(gate.tickets[0].state, "s");
  });
});

test("a HID POS reader: continued reports, its name, and an alarm when it is unplugged", async () => {
  await withTablet(async ({ gate, page }) => {
    const { full, short } = gate.issue(gate.main, person("Leo", "Report"));
    await openTablet(page);
    await page.evaluate(() => { window.reader = navigator.hid.plug("Zebra DS2278"); });
    await until("its name", async () => (await text(page, "#reader-chip")) === "Zebra DS2278");
    const reads = (code, aim) => () =>
      page.evaluate(([digits, id]) => window.reader.reads(digits, id), [code, aim]);
    const admitted = await shows(page, reads(full, "]Q1"), "valid");
    assert.equal(admitted.name.trim(), "Report Leo");
    await shows(page, reads(`${short}\r\n`, "]C0"), "scanned");
    // Alone as well: the next report is decided here.
    await listKept(page, gate);
    await cut(page, gate);
    await shows(page, reads(full, "]Q1"), "scanned");

    await page.evaluate(() => navigator.hid.unplug(window.reader));
    await page.waitForSelector("#lost:not([hidden])");
    assert.match(await text(page, "#lost"), /Zebra DS2278/);
    await page.evaluate(() => { window.reader = navigator.hid.plug("Zebra DS2278"); });
    await page.waitForSelector("#lost", { state: "hidden" });
    await shows(page, reads(full, "]Q1"), "scanned");
    assert.deepEqual(gate.scans.map((scan) => scan.read_by), ["hid", "hid"]);
  }, { prepare: stubReaders });
});

test("a serial reader: text in pieces, without an ending, and an alarm when it breaks", async () => {
  await withTablet(async ({ gate, page }) => {
    const { full, short } = gate.issue(gate.main, person("Mia", "Serial"));
    await openTablet(page);
    await page.evaluate(() => {
      window.port = navigator.serial.plug({ usbVendorId: 0x0c2e, usbProductId: 0x0b6a });
    });
    await until("its name", async () => (await text(page, "#reader-chip")) === "Honeywell 0c2e:0b6a");
    const sends = (...parts) => () => page.evaluate((all) => {
      for (const one of all) window.port.sends(one);
    }, parts);
    const admitted = await shows(page, sends(full.slice(0, 90), full.slice(90), "\r\n"), "valid");
    assert.equal(admitted.name.trim(), "Serial Mia");
    await shows(page, sends(`]C0${short}`), "scanned");
    await listKept(page, gate);
    await cut(page, gate);
    await shows(page, sends(`${full}\r`), "scanned");
    await page.evaluate(() => window.port.breaks());
    await page.waitForSelector("#lost:not([hidden])");
    assert.match(await text(page, "#lost"), /Honeywell/);
    assert.deepEqual(gate.scans.map((scan) => scan.read_by), ["serial", "serial"]);
  }, { prepare: stubReaders });
});

test("the camera reads where the browser does, and lets go when closed", async () => {
  await withTablet(async ({ gate, page }) => {
    const { full } = gate.issue(gate.main, person("Eva", "Camera"));
    await openTablet(page);
    await page.evaluate((code) => { window.inView = [{ rawValue: code, format: "qr_code" }]; }, full);
    await page.click("#open-camera");
    await verdict(page, "valid");
    assert.equal(gate.scans[0].read_by, "camera");
    assert.equal(await page.evaluate(() => window.stopped), 1, "the camera is let go");
  }, {
    prepare: () => {
      window.inView = [];
      window.stopped = 0;
      window.BarcodeDetector = class {
        static getSupportedFormats = async () => ["qr_code", "code_128"];
        detect = async () => window.inView;
      };
      const stream = () => {
        const canvas = document.createElement("canvas");
        canvas.getContext("2d").fillRect(0, 0, 10, 10);
        const made = canvas.captureStream();
        for (const track of made.getTracks()) {
          const stop = track.stop.bind(track);
          track.stop = () => { window.stopped += 1; stop(); };
        }
        return made;
      };
      // A blank page has no devices.
      if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = async () => stream();
    },
  });
});

test("the self-test tells what the reader reads and which layout it has", async () => {
  await withTablet(async ({ gate, page }) => {
    await openTablet(page);
    const codes = await page.evaluate(async () =>
      (await import("/tablet/testcodes.js")).TEST_CODES);
    const byKind = Object.fromEntries(codes.map(({ kind, digits }) => [kind, digits]));
    await readerTypes(page, byKind.code128, { country: "azerty" });
    await page.waitForSelector("#test-panel:not([hidden])");
    assert.match(await text(page, "#test-finding"), /laser/);
    assert.match(await text(page, "#test-layout"), /AZERTY/);
    await readerTypes(page, byKind.qr, { suffix: [] });
    await until("the layout", async () => /the same/.test(await text(page, "#test-layout")));
    for (const { digits } of codes) await readerTypes(page, digits);
    await until("all ticked", async () =>
      (await page.locator("#tests [data-read=true]").count()) === codes.length);
    assert.match(await text(page, "#test-finding"), /reads the tickets/);
    assert.equal(gate.scans.length, 0, "a test code is no scan");
  });
});

test("no test code is a ticket", async () => {
  await withTablet(async ({ gate, page }) => {
    gate.issue(gate.main, person("Ana", "Real"));
    await openTablet(page);
    await listKept(page, gate);
    const results = await page.evaluate(async () => {
      const { TEST_CODES } = await import("/tablet/testcodes.js");
      const { sight } = await import("/tablet/decide.js");
      const list = { event: () => undefined, events: () => [] };
      return Promise.all(TEST_CODES.map(async ({ digits }) => (await sight(digits, list)).refused));
    });
    assert.deepEqual(results,
      ["overflow", "overflow", "unreadable", "unreadable", "unreadable", "unreadable"]);
  });
});

test("an independent decoder reads every code of the printed card", async () => {
  await withTablet(async ({ page }) => {
    await page.goto("/tablet/card");
    await page.waitForSelector("#codes figure");
    const codes = await page.evaluate(async () =>
      (await import("/tablet/testcodes.js")).TEST_CODES);
    const folder = mkdtempSync(join(tmpdir(), "guichet-card-"));
    try {
      for (const { kind, digits } of codes) {
        const path = join(folder, `${kind}.png`);
        await page.locator(`figure[data-kind=${kind}]`).screenshot({ path });
        const read = execFileSync("zbarimg", ["-q", "--raw", path], { encoding: "utf8" }).trim();
        assert.equal(read, digits, kind);
        assert.ok(readFileSync(path).length > 0);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    const paper = (await page.pdf({ format: "A4" })).toString("latin1");
    assert.equal(paper.match(/\/Type\s*\/Page\b/g).length, 1, "one sheet");
  }, { viewport: { width: 1200, height: 1400 } });
});

const ENROLLERS = {
  "QWERTY on QWERTY": {},
  "QWERTY on AZERTY": { country: "azerty", letters: AZERTY_TABLET },
  "AZERTY on QWERTY": { country: "qwerty_shifted", letters: AZERTY_READER },
};

for (const [pair, how] of Object.entries(ENROLLERS)) {
  test(`a tablet is enrolled by a scanned code, ${pair}`, async () => {
    await withTablet(async ({ gate, page }) => {
      gate.enrolments.set("NAZQMW23", { state: "good" });
      await page.goto("/");
      await page.waitForSelector("#door:not([hidden])");
      await readerTypes(page, "guichet-enrol:NAZQMW23", how);
      await page.waitForSelector("#choice:not([hidden])");
      assert.equal(gate.enrolments.get("NAZQMW23").state, "used");
    });
  });
}
