// The scans of the shift, with a search; of one ticket all that is known; the conflicts of a cut.
// Nothing here is personal: the ledger has none.

import * as alone from "/tablet/alone.js";
import { statusOf } from "/tablet/decide.js";
import * as gate from "/tablet/gate.js";
import * as panels from "/tablet/panels.js";
import { clock, t } from "/tablet/texts.js";

const LATEST = 8;
const PAGE_LENGTH = 500;
const $ = (id) => document.getElementById(id);

let scans = [];
let conflicts = [];
let isAlone = false;
let filter = "";
let hooks = {};

export function start(given) {
  hooks = given;
  $("open-history").addEventListener("click", open);
  $("conflict-chip").addEventListener("click", open);
  $("history-search").addEventListener("input", showList);
  for (const button of $("history-filter").querySelectorAll("button")) {
    button.addEventListener("click", () => {
      filter = button.dataset.filter;
      for (const one of $("history-filter").querySelectorAll("button")) {
        one.setAttribute("aria-pressed", String(one === button));
      }
      showList();
    });
  }
}

async function open() {
  panels.show($("history-panel"));
  show();
  await refresh();
}

/** From the service; what this tablet decided alone comes first until it is told. */
export async function refresh() {
  const waiting = (await alone.untoldScans()).map(own);
  const ids = new Set(waiting.map((scan) => scan.scan_id));
  try {
    const came = (await gate.history({ gate: hooks.gate(), limit: PAGE_LENGTH })).scans;
    scans = [...waiting, ...came.filter((scan) => !ids.has(scan.scan_id))];
    conflicts = (await gate.conflicts().catch(() => ({ conflicts: [] }))).conflicts;
    isAlone = false;
  } catch {
    scans = [...waiting, ...scans.filter((scan) => !ids.has(scan.scan_id))];
    isAlone = true;
  }
  show();
}

const own = (line) =>
  ({ ...line, status: statusOf(line.reason), certainty: "tablet", waiting: !line.aside });

export function show() {
  const latest = scans.slice(0, LATEST);
  $("scans-empty").hidden = latest.length > 0;
  $("scans").replaceChildren(...latest.map(line));
  $("conflict-chip").hidden = conflicts.length === 0;
  $("conflict-chip").textContent = `${conflicts.length} ${t().conflictsCount}`;
  if (panels.isShown($("history-panel"))) showList();
}

export function forget() {
  scans = [];
  conflicts = [];
  show();
}

export const tally = (list = scans) => ({
  entered: list.filter((scan) => scan.verdict === "admit" && !scan.look_only).length,
  refused: list.filter((scan) => scan.verdict === "refuse" && !scan.look_only).length,
});

function showList() {
  const wanted = $("history-search").value.trim().toLowerCase();
  const suits = (scan) => (filter === "" || scan.verdict === filter)
    && textOf(scan).toLowerCase().includes(wanted);
  const found = scans.filter(suits);
  $("history-note").hidden = !isAlone;
  $("history-note").textContent = t().fromHere;
  $("history-empty").hidden = found.length > 0;
  $("history-list").replaceChildren(...found.map(line));
  $("conflicts").hidden = conflicts.length === 0;
  $("conflict-list").replaceChildren(...conflicts.map(conflict));
}

function textOf(scan) {
  return [t().status[scan.status], t().reason[scan.reason], scan.event,
    `${t().serial} ${scan.serial}`, scan.gate, scan.device, scan.agent && `${t().agent} ${scan.agent}`, clock(scan.scanned_at).text].join(" ");
}

function line(scan) {
  const row = document.createElement("li");
  row.dataset.status = scan.status ?? statusOf(scan.reason);
  if (scan.look_only) row.dataset.look = "true";
  const detail = scan.reason === "ok" ? [] : [t().reason[scan.reason]];
  if (scan.event) detail.push(`${scan.event} ${t().serial} ${scan.serial}`);
  if (scan.look_only) detail.push(t().looked);
  const button = document.createElement(scan.ticket_id ? "button" : "div");
  if (scan.ticket_id) {
    button.type = "button";
    button.addEventListener("click", () => openTicket(scan));
  }
  button.append(
    part("time", clock(scan.scanned_at).text),
    part("b", t().status[row.dataset.status]),
    part("span", detail.join(" · ")),
    part("small", circumstances(scan)),
  );
  row.append(button);
  return row;
}

function circumstances(scan) {
  const words = [];
  if (scan.agent) words.push(`${t().agent} ${scan.agent}`);
  for (const one of [scan.identity].flat().filter(Boolean)) {
    const why = one.reason ? ` (${t().identityReason[one.reason] ?? one.reason})` : "";
    words.push(`${t().identityDone[one.outcome] ?? one.outcome}${why}`);
  }
  if (scan.overrides) words.push(`${t().overridden}: ${scan.overrides.reason}`);
  if (scan.conflict) words.push(t().conflict);
  if (scan.waiting) words.push(t().waiting);
  if (scan.aside) words.push(t().notTaken);
  return words.join(" · ");
}

function part(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

// ---- one ticket

async function openTicket(scan) {
  $("ticket-title").textContent = `${scan.event ?? ""} ${t().serial} ${scan.serial ?? ""}`;
  $("ticket-list").replaceChildren();
  $("ticket-note").hidden = true;
  panels.show($("ticket-panel"));
  let known;
  try {
    known = await gate.ticketHistory(scan.ticket_id);
  } catch {
    const own_ = scans.filter((one) => one.ticket_id === scan.ticket_id);
    known = { scans: own_, complete: false };
  }
  $("ticket-note").hidden = known.complete !== false;
  $("ticket-note").textContent = t().incomplete;
  $("ticket-list").replaceChildren(...known.scans.map((one) => {
    const row = line({ ...one, ticket_id: undefined });
    row.querySelector("small").textContent =
      [one.gate, one.device, circumstances(one)].filter(Boolean).join(" · ");
    return row;
  }));
}

// ---- conflicts

function conflict(one) {
  const item = document.createElement("li");
  const sides = document.createElement("ul");
  sides.append(...(one.entries ?? []).map((entry) => part("li", [
    clock(entry.at).text, entry.gate, entry.device, entry.agent && `${t().agent} ${entry.agent}`,
  ].filter(Boolean).join(" · "))));
  item.append(part("b", `${one.event} ${t().serial} ${one.serial}`), sides);
  return item;
}

export const countConflicts = () => conflicts.length;
