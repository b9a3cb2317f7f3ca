// A walk by keyboard over the main pages: Tab comes to everything that can be pressed or filled
// in, in the order of the page, in sight, with a visible mark, and leaves again; the way to the
// content is the first stop; what is redrawn or closed never loses the place of who was there.

import assert from "node:assert/strict";
import test from "node:test";
import {
  atTheBank, events, holdSeats, newPerson, order, signUp, ticketMail, until, withPage,
} from "./stage.mjs";

/** In the page: what Tab should come to, in the order of the document, each with a number. */
function expected() {
  const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";
  const radios = new Set();
  let number = 0;
  for (const it of document.querySelectorAll(FOCUSABLE)) {
    const isHidden = !it.checkVisibility({ visibilityProperty: true })
      || it.type === "hidden" || it.disabled || it.tabIndex < 0;
    if (isHidden) continue;
    if (it.tabIndex > 0) throw new Error(`an order of its own: ${it.outerHTML}`);
    if (it.type === "radio") {
      // One stop for a group: its choice, or whichever comes first.
      const group = [...document.querySelectorAll(`input[type=radio][name="${it.name}"]`)]
        .filter((one) => one.form === it.form && !one.disabled);
      const stop = group.find((one) => one.checked) ?? group[0];
      if (it !== stop || radios.has(stop)) continue;
      radios.add(stop);
    }
    it.dataset.stop = number;
    number += 1;
  }
  return number;
}

/** In the page: where the focus is, and what there is to see of it. */
function stopHere() {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const [, ...parts] = getComputedStyle(it).getPropertyValue("--focus").match(/#(..)(..)(..)/);
  const focusColour = `rgb(${parts.map((part) => Number.parseInt(part, 16)).join(", ")})`;
  const isMarked = (one) => {
    const { outlineStyle, outlineWidth, boxShadow, stroke, strokeWidth } = getComputedStyle(one);
    const isOutlined = outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
    // On the map it is the edge of the drawing itself.
    const isDrawn = it instanceof SVGElement && one.matches("path, rect")
      && stroke === focusColour && Number.parseFloat(strokeWidth) >= 3;
    return isOutlined || isDrawn || boxShadow !== "none";
  };
  const holder = it.closest("label") ?? it;
  const box = holder.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 12)];
  const top = document.elementFromPoint(x, y);
  const text = (it.ariaLabel ?? it.innerText ?? "").trim() || it.id;
  const words = `<${it.tagName.toLowerCase()}> ${text}`;
  return {
    stop: it.dataset.stop === undefined ? null : Number(it.dataset.stop),
    words: words.slice(0, 80),
    isMarked: [it, holder, ...(it.labels ?? []), ...holder.querySelectorAll("*")].some(isMarked),
    isInSight: Boolean(top) && (holder.contains(top) || top.contains(holder)),
    spot: `${Math.round(x)},${Math.round(y)} of ${innerWidth}×${innerHeight} under `
      + `${top?.tagName} ${top?.className}`,
  };
}

/** Presses Tab from the top of the page to its end. */
async function walk(page) {
  const count = await page.evaluate(expected);
  const met = [];
  const faults = [];
  for (let presses = 0; presses <= 2 * count + 30; presses += 1) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(stopHere);
    // After the last one the browser's own buttons follow, and then the page again.
    if (!here || (met.length && here.stop === met[0])) break;
    // A date has parts of its own.
    if (here.stop !== null && here.stop === met.at(-1)) continue;
    if (here.stop === null) { faults.push(`unexpected: ${here.words}`); continue; }
    met.push(here.stop);
    if (!here.isMarked) faults.push(`no mark on ${here.words}`);
    if (!here.isInSight) faults.push(`out of sight: ${here.words}, ${here.spot}`);
  }
  const wanted = Array.from({ length: count }, (_, at) => at);
  if (met.join() !== wanted.join()) {
    const missed = wanted.filter((at) => !met.includes(at));
    const words = await page.evaluate((all) => all.map((at) =>
      document.querySelector(`[data-stop="${at}"]`)?.outerHTML.slice(0, 120)), missed);
    faults.push(`met ${met.length} of ${count}; missed ${words.join(" | ")}; order ${met.join()}`);
  }
  return faults;
}

async function walkAll(page, paths, faults = []) {
  for (const path of paths) {
    if (path) await page.goto(path);
    faults.push(...(await walk(page)).map((words) => `${new URL(page.url()).pathname} ${words}`));
  }
  return faults;
}

for (const [locale, viewport] of [
  ["fr-FR", { width: 1440, height: 900 }], ["ar", { width: 390, height: 844 }],
]) {
  const how = `${locale}, ${viewport.width} px`;
  test(`Tab comes to everything, in order and in sight, ${how}`, async () => {
    const { here: [open], elsewhere: [event] } = await events();
    const person = newPerson();
    await withPage(async (page) => {
      const faults = await walkAll(page, [
        "/", "/?q=judo&step_free=1", `/events/${event}`, "/sign-in", "/sign-up", "/activate",
        "/help", "/contact", "/terms", "/offline", "/nothing-here",
      ]);
      await signUp(page, person);
      await holdSeats(page, event, "duo");
      await holdSeats(page, open, "solo");
      await walkAll(page, [null], faults);
      await order(page, [["Inès", "Moreau"], ["Léa", "Moreau"], ["Noé", "Moreau"]]);
      await atTheBank(page, "accept");
      await page.locator(".tone-good").waitFor();
      await walkAll(page, [null], faults);
      await ticketMail(person);
      await walkAll(page, [
        "/account", "/account/settings", "/account/two-factors", "/account/close", "/account/cases",
      ], faults);
      await page.goto("/account");
      await page.locator(".ticket h3 a").first().click();
      await page.waitForURL("**/account/tickets/*");
      await walkAll(page, [null], faults);
      assert.deepEqual(faults, []);
    }, { locale, viewport, reducedMotion: "reduce" });
  });
}

test("Tab comes to the blocks of the map, once to the seats, and on to the end", async () => {
  const { elsewhere: [event] } = await events();
  await withPage(async (page) => {
    await page.goto(`/events/${event}/seats?block=0&formula=duo`);
    await page.locator(".seat-spot").first().waitFor();
    const stops = [];
    for (let presses = 0; presses < 400; presses += 1) {
      await page.keyboard.press("Tab");
      const kind = await page.evaluate(() => {
        const it = document.activeElement;
        if (it === document.body) return "end";
        if (it.matches(".footer li:last-child a")) return "last";
        return ["block", "seat-spot"].find((name) => it.classList.contains(name)) ?? "other";
      });
      stops.push(kind);
      if (kind === "end" || kind === "last") break;
      const here = await page.evaluate(stopHere);
      assert.ok(here.isMarked, `no mark on ${here.words}`);
    }
    assert.equal(stops.at(-1), "last", "no way out");
    const blocks = await page.locator("a.block").count();
    assert.equal(stops.filter((kind) => kind === "block").length, blocks);
    assert.equal(stops.filter((kind) => kind === "seat-spot").length, 1, "arrows go from there");
  }, { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
});

test("the first stop leads past the masthead", async () => {
  const { elsewhere: [event] } = await events();
  await withPage(async (page) => {
    for (const path of ["/", `/events/${event}`, "/sign-in", "/help", "/nothing-here"]) {
      await page.goto(path);
      await page.keyboard.press("Tab");
      const skip = page.locator(".skip");
      assert.ok(await skip.evaluate((it) => it === document.activeElement), path);
      const { y, height } = await skip.boundingBox();
      assert.ok(y >= 0 && height >= 24, "in sight");
      await page.keyboard.press("Enter");
      await until("the content", () => page.evaluate(() => document.activeElement.id === "main"));
      await page.keyboard.press("Tab");
      assert.ok(await page.evaluate(() => document.activeElement.closest("main, footer") !== null
        && !document.activeElement.closest(".masthead")), `${path}: the content is next`);
    }
  });
});

test("what unfolds and what is redrawn keeps the place of who is there", async () => {
  await withPage(async (page) => {
    await page.goto("/?q=judo");
    const summary = page.locator(".search-more summary");
    await summary.focus();
    await page.keyboard.press("Enter");
    assert.ok(await page.locator("#venue").isVisible(), "unfolded");
    await page.keyboard.press("Enter");
    assert.ok(!(await page.locator("#venue").isVisible()), "folded");
    assert.ok(await summary.evaluate((it) => it === document.activeElement));
    // A wish that is taken back goes away, with its own button.
    await page.locator(".chips a").first().focus();
    await page.keyboard.press("Enter");
    await until("all events again", () => !/q=judo/.test(page.url()));
    const focused = () => page.evaluate(() => document.activeElement !== document.body
      && document.activeElement.isConnected);
    await until("a place to go on from", focused);
    await page.locator("[data-search-link]", { hasText: "Calendar" }).focus();
    await page.keyboard.press("Enter");
    await page.locator("table.calendar").waitFor();
    await until("a place to go on from", focused);
    assert.equal(await page.locator("dialog, [role=dialog]").count(), 0, "nothing to be shut in");
  });
});

test("no page has a window that has to be closed", async () => {
  const { elsewhere: [event] } = await events();
  await withPage(async (page) => {
    const asked = [];
    page.on("dialog", (dialog) => { asked.push(dialog.message()); dialog.dismiss(); });
    await signUp(page, newPerson());
    await holdSeats(page, event, "duo");
    for (const path of [null, "/", `/events/${event}/seats?block=0`, "/account/settings"]) {
      if (path) await page.goto(path);
      const windows = await page.locator("dialog, [role=dialog], [popover]").count();
      assert.equal(windows, 0, page.url());
      await page.keyboard.press("Escape");
    }
    assert.deepEqual(asked, []);
  });
});
