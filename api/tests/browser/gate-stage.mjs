// The stage of the tablet's tests: the stand-in of the gate service, a browser, and readers of
// every kind, which speak as real ones do.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { GateMock } from "./gate-mock.mjs";

const PATIENCE_MS = 20_000;
export const TABLET = { width: 800, height: 1280 };
export const PHONE = { width: 360, height: 800 };
const BROWSER = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
};

/** Plays with a gate and a page; the profile is a folder of its own, gone afterwards. */
export async function withTablet(play, options = {}) {
  const {
    locale = "en-GB", viewport = TABLET, prepare, colorScheme = "light", complaints = [],
  } = options;
  const gate = await new GateMock().start();
  const profile = mkdtempSync(join(tmpdir(), "guichet-tablet-"));
  const context = await chromium.launchPersistentContext(profile, {
    ...BROWSER, locale, viewport, colorScheme, baseURL: gate.url,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(PATIENCE_MS);
  listen(page, complaints);
  try {
    const script = typeof prepare === "string" ? { content: prepare } : prepare;
    if (script) await page.addInitScript(script);
    await play({ gate, page, context, profile });
    assert.deepEqual(complaints, [], "the browser complained");
  } finally {
    await context.close();
    await gate.cut();
    rmSync(profile, { recursive: true, force: true });
  }
}

function listen(page, complaints) {
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    const isNetwork = /Failed to load resource|net::ERR|service worker/i.test(message.text());
    if (message.type() === "error" && !isNetwork) complaints.push(message.text());
  });
}

export async function until(what, ask) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await ask();
    if (found) return found;
    assert.ok(Date.now() < deadline, `never came: ${what}`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

// ---- the way in

export async function enrol(page, code = "NQRTH234") {
  await page.goto("/");
  await page.fill("#token", code);
  await page.fill("#tablet-name", "North 2");
  await page.click("#door-form button");
}

export async function choose(page, event = "ATH-07") {
  await page.waitForSelector("#choice:not([hidden])");
  await page.check(`#choice-events input[value='${event}']`);
  await page.click("#choice-form button");
}

export async function signIn(page, agent = "0412", pin = "271828") {
  await page.waitForSelector("#signin:not([hidden])");
  await page.fill("#agent", agent);
  await page.fill("#pin", pin);
  await page.click("#signin-form button");
}

export async function openTablet(page, { event = "ATH-07", agent, pin } = {}) {
  await enrol(page);
  await choose(page, event);
  await signIn(page, agent, pin);
  await page.waitForSelector("#ready:not([hidden])");
  await page.waitForFunction(() => navigator.serviceWorker?.controller !== null);
}

/** Until the tablet keeps as many tickets as the service lists. */
export async function listKept(page, gate) {
  await until("the list on the tablet", () => page.evaluate(async (count) => {
    const { countTickets } = await import("/tablet/store.js");
    return (await countTickets()) === count;
  }, gate.tickets.length));
}

export async function cut(page, gate) {
  await gate.cut();
  await page.waitForSelector("#link[data-state=alone]");
}

// ---- what is seen

export const verdict = (page, status) =>
  page.waitForSelector(`#verdict[data-status=${status}]:not([hidden])`);
export const text = (page, selector) => page.locator(selector).innerText();
export const isFree = (page) => page.waitForSelector("#verdict", { state: "hidden" });

/** Scans and waits for the verdict of this scan. */
export async function present(page, code, status) {
  await readerTypes(page, code);
  await verdict(page, status);
}

export async function next(page) {
  await page.click("#next");
  await isFree(page);
}

// ---- readers

/** What each country prints for 0 to 9 without Shift; and the place of A, Q, W, Y, Z and M. */
export const COUNTRIES = {
  qwerty: { printed: "0123456789" },
  azerty: { printed: "à&é\"'(-è_ç" },
  qwertz: { printed: "0123456789" },
  azerty_shifted: { printed: "0123456789", shift: true },
  qwerty_shifted: { printed: ")!@#$%^&*(", shift: true },
  qwertz_shifted: { printed: "=!\"§$%&/()", shift: true },
};

/**
 * Types as a reader does. `places: false` is a system that does not tell the place of a key;
 * `numpad` a reader that types on the number pad; `suffix` the keys at the end; `letters` what
 * becomes of some signs between two countries.
 */
export async function readerTypes(page, digits, how = {}) {
  const {
    country = "qwerty", places = true, numpad = false, suffix = ["Enter"], prefix = "",
    pauseMs = 0, letters = {},
  } = how;
  const { printed, shift = false } = COUNTRIES[country];
  const keys = await page.context().newCDPSession(page);
  const press = async (key) => {
    await keys.send("Input.dispatchKeyEvent", { type: "keyDown", ...key });
    await keys.send("Input.dispatchKeyEvent", { type: "keyUp", ...key, text: undefined });
  };
  for (const sign of prefix) await press({ code: places ? codeOf(sign) : "", key: sign, text: sign });
  for (const digit of digits) {
    const isDigit = /[0-9]/.test(digit);
    const sign = isDigit && !numpad ? printed[Number(digit)] : digit;
    const known = letters[digit.toLowerCase()];
    const code = known?.code ?? (isDigit ? `${numpad ? "Numpad" : "Digit"}${digit}` : codeOf(digit));
    const key = known?.key ?? sign;
    await press({ code: places ? code : "", key, text: key, modifiers: shift ? 8 : 0 });
    if (pauseMs > 0) await new Promise((wake) => setTimeout(wake, pauseMs));
  }
  for (const key of suffix) await press(SUFFIXES[key]);
  await keys.detach();
}

/** A reader of QWERTY on a tablet of AZERTY, and the other way round. */
export const AZERTY_TABLET = {
  a: { key: "q" }, q: { key: "a" }, z: { key: "w" }, w: { key: "z" }, m: { key: "," },
  ":": { key: "M" }, "-": { key: ")" },
};
export const AZERTY_READER = {
  a: { code: "KeyQ", key: "q" }, q: { code: "KeyA", key: "a" }, z: { code: "KeyW", key: "w" },
  w: { code: "KeyZ", key: "z" }, m: { code: "Semicolon", key: ";" },
  ":": { code: "Period", key: "." }, "-": { code: "Digit6", key: "6" },
};

const SUFFIXES = {
  Enter: { code: "Enter", key: "Enter", text: "\r" },
  Tab: { code: "Tab", key: "Tab" },
  "Ctrl+J": { code: "KeyJ", key: "j", modifiers: 2, windowsVirtualKeyCode: 74 },
  "Ctrl+M": { code: "KeyM", key: "m", modifiers: 2, windowsVirtualKeyCode: 77 },
};
const codeOf = (sign) => (/[a-z]/i.test(sign) ? `Key${sign.toUpperCase()}`
  : { "]": "BracketRight", ":": "Semicolon", "-": "Minus", "/": "Slash", ".": "Period" }[sign] ?? "");

/** Runs in the page before its own code: readers that are plugged in by `window.plug…`. */
export function stubReaders() {
  const report = (bytes, aim, continued) => {
    // Length, AIM id, 56 bytes of data, two reserved, and the byte that says that more follows.
    const data = new Uint8Array(63);
    data[0] = bytes.length;
    data.set(Array.from(aim, (sign) => sign.charCodeAt(0)), 1);
    data.set(bytes, 4);
    data[62] = continued ? 1 : 0;
    return new DataView(data.buffer);
  };
  class Hid extends EventTarget {
    devices = [];
    getDevices = async () => this.devices;
    requestDevice = async () => this.devices;
    plug(productName) {
      const device = {
        productName, opened: false, collections: [{ usagePage: 0x8c, usage: 2 }],
        open: async () => { device.opened = true; },
        reads(text, aim = "]Q1") {
          const bytes = new TextEncoder().encode(text);
          for (let at = 0; at < bytes.length; at += 56) {
            const continued = at + 56 < bytes.length;
            device.oninputreport({ reportId: 2, device,
              data: report(bytes.slice(at, at + 56), aim, continued) });
          }
        },
      };
      this.devices.push(device);
      this.dispatchEvent(Object.assign(new Event("connect"), { device }));
      return device;
    }
    unplug(device) {
      this.devices = this.devices.filter((one) => one !== device);
      device.opened = false;
      this.dispatchEvent(Object.assign(new Event("disconnect"), { device }));
    }
  }
  class Port extends EventTarget {
    readable = null;
    #controller = null;
    constructor(ids) {
      super();
      this.getInfo = () => ids;
    }
    async open({ baudRate }) {
      if (!baudRate) throw new TypeError("baudRate is needed");
      this.readable = new ReadableStream({ start: (control) => { this.#controller = control; } });
    }
    async close() { this.readable = null; }
    sends(text) { this.#controller.enqueue(new TextEncoder().encode(text)); }
    breaks() {
      this.readable = null;
      this.#controller.error(new DOMException("The device has been lost.", "NetworkError"));
    }
  }
  class Serial extends EventTarget {
    ports = [];
    getPorts = async () => this.ports;
    requestPort = async () => this.ports[0];
    plug(ids) {
      const port = new Port(ids);
      this.ports.push(port);
      const event = new Event("connect");
      Object.defineProperty(event, "target", { value: port });
      this.dispatchEvent(event);
      return port;
    }
  }
  Object.defineProperty(navigator, "hid", { value: new Hid(), configurable: true });
  Object.defineProperty(navigator, "serial", { value: new Serial(), configurable: true });
}
