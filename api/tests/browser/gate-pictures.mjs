// Takes the pictures of docs/gate.md: the tablet's page on a 10-inch tablet and on a phone, with
// people who do not exist. Run it when the page changes:
// node api/tests/browser/gate-pictures.mjs [folder]

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { person } from "./gate-mock.mjs";
import {
  PHONE, TABLET, cut, isFree, listKept, next, openTablet, present, readerTypes, stubReaders,
  verdict, withTablet,
} from "./gate-stage.mjs";
import { palettePng } from "./palette-png.mjs";

const FOLDER = process.argv[2] ?? join(import.meta.dirname, "../../../docs/screenshots/gate");
mkdirSync(FOLDER, { recursive: true });

/** One picture, or several beside each other in rows. */
async function keep(page, name, pictures, { columns = pictures.length, width } = {}) {
  const sheet = await page.context().newPage();
  const png = await palettePng(sheet, pictures, { columns, width });
  await sheet.close();
  writeFileSync(join(FOLDER, `${name}.png`), png);
  console.log(`${name}.png ${Math.round(png.length / 1024)} kB`);
}

async function story(size, name) {
  const options = { viewport: size, prepare: stubReaders, locale: "en-GB" };
  await withTablet(async ({ gate, page }) => {
    Object.assign(gate, {
      entered: 6214, expected: 11840, refused: 87,
      perMinute: [4, 6, 9, 12, 15, 14, 17, 18, 19, 17, 20, 18, 21, 19, 18],
      byReason: { already_scanned: 31, wrong_gate: 24, too_early: 15, unreadable: 9, forged: 8 },
    });
    const zoe = gate.issue(gate.main, person("Zoé", "Dupont-Martin"),
      { seat: "Block F · row 12 · seat 31" });
    const early = gate.issue(gate.main, person("Lena", "Vogel"));
    const [ana, rui, ...rest] = gate.issueParty(gate.main, [person("Ana", "Silva"),
      person("Rui", "Silva"), person("Mia", "Silva"), person("Leo", "Silva")]);
    const refusals = refusalsOf(gate);
    const later = gate.issue(gate.main, person("Ingrid", "Sørensen"));
    await openTablet(page, { event: "" });
    await listKept(page, gate);
    await page.evaluate(() => { window.reader = navigator.hid.plug("Honeywell Xenon 1950"); });
    await page.waitForSelector("#reader-chip[data-state=there]");
    const shot = async () => {
      await page.mouse.move(0, 0);
      return page.screenshot();
    };

    await present(page, zoe.full, "valid");
    const admit = await shot();
    await next(page);
    await present(page, early.full, "valid");
    await next(page);
    await page.waitForTimeout(400);
    const ready = await shot();
    await keep(page, `${name}-admit`, [ready, admit], { width: size.width });

    const reasons = [];
    for (const [code, status] of refusals(zoe)) {
      await present(page, code(), status);
      reasons.push(await shot());
      await next(page);
    }
    const columns = size === TABLET ? 4 : 6;
    await keep(page, `${name}-refuse`, reasons, { columns, width: size === TABLET ? 400 : 240 });

    await present(page, ana.full, "valid");
    await page.check(`#party-${rui.id}`);
    await page.check(`#party-${rest[0].id}`);
    const party = [await shot()];
    await page.click("#party-go");
    await page.waitForSelector("#party-list [data-state=scanned] ~ [data-state=scanned]");
    party.push(await shot());
    await next(page);
    await keep(page, `${name}-group`, party, { width: size.width });

    await page.click("#look");
    await page.waitForSelector("#ready[data-look=true]");
    await present(page, later.full, "valid");
    const look = await shot();
    await next(page);
    await page.click("#look");
    await present(page, later.full, "valid");
    await page.click("#identity-no");
    const why = await shot();
    await page.click("[data-outcome=other_person]");
    await verdict(page, "invalid");
    await keep(page, `${name}-look-identity`, [look, why, await shot()], { width: size.width });
    await next(page);

    await cut(page, gate);
    await present(page, rest[1].full, "valid");
    const offline = await shot();
    await next(page);
    await keep(page, `${name}-offline`, [await shot(), offline], { width: size.width });

    await page.evaluate(() => navigator.hid.unplug(window.reader));
    await page.waitForSelector("#lost:not([hidden])");
    await keep(page, `${name}-reader-lost`, [await shot()]);
    await page.click("#lost-ok");

    gate.change(rest[1], "x");
    rest[1].first_scan = { at: new Date(Date.now() - 70_000).toISOString(), gate: "South" };
    await gate.start();
    await page.waitForSelector("#conflict-chip:not([hidden])");
    await page.click("#open-history");
    await page.waitForSelector("#conflicts:not([hidden])");
    const history = await shot();
    await page.fill("#history-search", "gate");
    await page.waitForTimeout(100);
    const search = await shot();
    await keep(page, `${name}-history`, [history, search], { width: size.width });
    await page.keyboard.press("Escape");
    await page.click("#open-more");
    const more = await shot();
    await page.click("#open-test");
    await readerTypes(page, `901${"0123456789".repeat(25)}`, { country: "azerty" });
    await page.waitForSelector("#tests [data-read=true]");
    await keep(page, `${name}-more-test`, [more, await shot()], { width: size.width });
    await isFree(page);
  }, options);
}

/** Every reason of the contract with a code that earns it, in the order of the guide. */
function refusalsOf(gate) {
  const one = (event, first, last, how) => gate.issue(event, person(first, last), how);
  const gateOver = one(gate.next, "Tom", "Berger");
  const elsewhere = one(gate.other, "Lucía", "Ortega");
  const paid = one(gate.main, "Nils", "Holm", { state: "p" });
  const gone = one(gate.main, "Amina", "Diallo", { state: "d" });
  const real = one(gate.main, "Eva", "Novak");
  const early = one(gate.early, "Paul", "Lefèvre");
  const over = one(gate.over, "Greta", "Lind");
  const live = one(gate.live, "Kenji", "Mori");
  const hidden = one(gate.main, "Omar", "Haddad");
  hidden.hidden = true;
  const forged = real.full.slice(0, 100) + (real.full[100] === "7" ? "8" : "7")
    + real.full.slice(101);
  return (entered) => [
    [() => entered.full, "scanned"],
    [() => gateOver.full, "invalid"],
    [() => elsewhere.full, "invalid"],
    [() => paid.full, "invalid"],
    [() => gone.full, "expired"],
    [() => forged, "invalid"],
    [() => hidden.short, "invalid"],
    [() => "1234567890123456789012", "invalid"],
    [() => early.full, "invalid"],
    [() => over.full, "expired"],
    [() => live.full, "invalid"],
    [() => gate.liveCode(live, -3600), "invalid"],
  ];
}

for (const [size, name] of [[TABLET, "tablet"], [PHONE, "phone"]]) await story(size, name);
