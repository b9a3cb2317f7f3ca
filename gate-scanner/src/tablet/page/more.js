// What is not needed for each ticket: readers, figures of the shift, the post and the self-test.

import * as alone from "/tablet/alone.js";
import * as door from "/tablet/door.js";
import * as gate from "/tablet/gate.js";
import * as panels from "/tablet/panels.js";
import * as readers from "/tablet/readers.js";
import * as store from "/tablet/store.js";
import { TEST_CODES, testCodeOf } from "/tablet/testcodes.js";
import { clock, fill, number, t } from "/tablet/texts.js";

const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
/** Test codes read since the self-test was opened: kind of code to how it came. */
let tested = new Map();
let hooks = {};

export function start(given) {
  hooks = given;
  $("open-more").addEventListener("click", () => {
    panels.show($("more-panel"));
    show();
  });
  $("open-test").addEventListener("click", openTest);
  $("reader-chip").addEventListener("click", () => {
    panels.show($("more-panel"));
    show();
  });
  for (const kind of ["hid", "serial"]) {
    $(`connect-${kind}`).addEventListener("click", () => readers.connect(kind).catch(() => {}));
  }
  $("change").addEventListener("click", () => {
    panels.closeAll();
    door.dropChoice();
    door.showChoice();
  });
  $("sign-out").addEventListener("click", () => {
    panels.closeAll();
    door.signOut();
  });
}

export function show() {
  showChip();
  if (!panels.isShown($("more-panel"))) return;
  showReaders();
  showFigures();
  showPost();
}

// ---- readers

export function showChip() {
  const { plugged, lost, typedAt } = readers.seen();
  $("reader-chip").hidden = false;
  $("reader-chip").dataset.state = lost ? "lost" : plugged.length > 0 || typedAt ? "there" : "none";
  $("reader-chip").textContent = lost ? t().readerLost
    : plugged.length > 0 ? plugged.at(-1).name
    : typedAt ? t().readerTyped : t().readerNoneShort;
}

function showReaders() {
  const { plugged, typedAt } = readers.seen();
  const lines = plugged.map(({ name, kind }) => item(name, t().kinds[kind]));
  if (typedAt) {
    const when = clock(typedAt).text;
    lines.push(item(fill(t().readerTypedAt, { when }), ""));
  }
  if (lines.length === 0) lines.push(item(t().readerNone, ""));
  $("readers").replaceChildren(...lines);
  const ways = readers.ways();
  $("connect-hid").hidden = !ways.hid;
  $("connect-serial").hidden = !ways.serial;
  $("no-ways").hidden = ways.hid || ways.serial;
}

function item(title, detail) {
  const line = document.createElement("li");
  const name = document.createElement("b");
  name.textContent = title;
  const rest = document.createElement("span");
  rest.textContent = detail;
  line.append(name, rest);
  return line;
}

// ---- figures

function showFigures() {
  const counts = hooks.status()?.counts;
  const reasons = Object.entries(counts?.by_reason ?? {}).filter(([reason]) => reason !== "ok");
  reasons.sort(([, a], [, b]) => b - a);
  $("reasons").replaceChildren(...reasons.map(([reason, count]) =>
    item(t().reason[reason] ?? reason, number(count))));
  if (reasons.length === 0) $("reasons").append(item(t().noRefusals, ""));
  const minutes = counts?.per_minute ?? [];
  const most = Math.max(...minutes, 1);
  $("minutes").replaceChildren(...minutes.map((count, at) => {
    const bar = document.createElementNS(SVG, "rect");
    const height = Math.max((count / most) * 38, 1);
    Object.entries({ x: at * 10 + 1, y: 40 - height, width: 8, height })
      .forEach(([name, value]) => bar.setAttribute(name, value));
    return bar;
  }));
}

async function showPost() {
  const agent = gate.session()?.agent;
  const { gate: name, event } = door.choice() ?? {};
  const tablet = hooks.status()?.tablet?.name;
  $("post").textContent = [name, event, agent && `${t().agent} ${agent.number}`,
    tablet && `${t().tablets} ${tablet}`].filter(Boolean).join(" · ");
  $("sign-out").hidden = !agent;
  $("supervisor").hidden = agent?.role !== "supervisor";
  $("list-state").classList.toggle("note", !alone.canDecide());
  if (!hooks.canVerify()) $("list-state").textContent = t().listUnable;
  else if (!alone.canDecide()) $("list-state").textContent = t().listNone;
  else {
    const count = number(await store.countTickets());
    $("list-state").textContent = fill(t().listState, { count });
  }
}

// ---- self-test

function openTest() {
  if (!panels.isShown($("test-panel"))) tested = new Map();
  panels.show($("test-panel"));
  showTest();
}

/** A test code is never a ticket: it opens the self-test wherever the agent is. */
export function takeTest({ text, by, layout }) {
  openTest();
  tested.set(testCodeOf(text).kind, { by, layout });
  showTest();
}

function showTest() {
  $("tests").replaceChildren(...TEST_CODES.map(({ kind, name, isTicket }) => {
    const line = item(name, isTicket ? t().needed : t().optional);
    line.dataset.read = tested.has(kind);
    return line;
  }));
  const reads = (kind) => tested.has(kind);
  const all = reads("qr") && reads("qr_live") && reads("code128");
  $("test-finding").textContent = all ? t().selfTestYes
    : tested.size === 0 ? t().selfTestNot
    : reads("qr") || reads("qr_live") ? t().selfTestPart : t().selfTestShort;
  $("test-finding").dataset.good = all;
  const last = [...tested.values()].at(-1);
  $("test-layout").hidden = !last;
  if (last) $("test-layout").textContent = layoutFound(last);
}

function layoutFound({ by, layout }) {
  if (by !== "wedge") return `${t().kinds[by] ?? by} · ${t().layoutPlain}`;
  if (layout === "same") return t().layoutSame;
  return fill(t().layoutOther, { layout: layout ? layout.replace("_", " ").toUpperCase() : "?" });
}
