// The verdict in full screen, and the holder beside it until a set time has passed.

import * as panels from "/tablet/panels.js";
import * as party from "/tablet/party.js";
import * as sound from "/tablet/sound.js";
import { clock, fill, t } from "/tablet/texts.js";

const HOLDER_SECONDS = 20;
/** A party takes longer to gather. */
const PARTY_SECONDS = 60;
/** What is shown is seen: the next of a burst waits this long. */
const SHOWN_MS_MIN = 1200;
const $ = (id) => document.getElementById(id);

let timer = 0;
let left = 0;
let shownAt = 0;
let answer = null;
let freed = () => {};
let hooks = {};

/** `closed()` each time the screen is free again; `outcome`, `admitParty` do what is asked. */
export function start(given) {
  hooks = given;
  $("next").addEventListener("click", close);
  $("identity-ok").addEventListener("click", () => outcome({ outcome: "checked" }));
  $("identity-no").addEventListener("click", () => askWhy(true));
  $("identity-back").addEventListener("click", () => askWhy(false));
  for (const button of document.querySelectorAll("[data-outcome]")) {
    button.addEventListener("click", () =>
      outcome({ outcome: "refused", reason: button.dataset.outcome }));
  }
  party.start({ admit: (admit) => hooks.admitParty(answer, admit), touched: extend });
}

export const isOpen = () => !$("verdict").hidden;
export const current = () => answer;

/** Resolves once what is shown has been seen, by time or because it was closed. */
export function seen() {
  const wait = shownAt + SHOWN_MS_MIN - performance.now();
  if (!isOpen() || wait <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    freed = resolve;
    setTimeout(resolve, wait);
  });
}

export function show(given) {
  const isLook = Boolean(given.look_only);
  const isOk = given.reason === "ok";
  const status = given.status;
  say(status, t().status[status], isOk && isLook ? t().okLook : t().reason[given.reason]);
  answer = given;
  $("verdict").dataset.look = isLook;
  $("verdict-look").hidden = !isLook;
  showFirst(given.first_scan);
  showWhere(given);
  showCertainty(given.certainty, isLook);
  const { ticket } = given;
  $("verdict-event").textContent = ticket
    ? `${ticket.event_title} · ${t().serial} ${ticket.serial}` : "";
  if (ticket) showHolder(given.holder, ticket);
  const hasParty = ticket && !isLook && party.show(given);
  const canCheck = Boolean(given.holder) && !isLook && (isOk || given.reason === "already_scanned");
  $("identity-ok").hidden = $("identity-no").hidden = !canCheck;
  $("open-override").hidden = isLook || !hooks.canOverride(given);
  sound.play(isLook && isOk ? "look" : status);
  open(hasParty ? PARTY_SECONDS : HOLDER_SECONDS);
}

/** Nothing was decided. */
export function showFailure(why) {
  say("none", t().none, why);
  sound.play("none");
  open(HOLDER_SECONDS);
}

export function close() {
  if (!isOpen()) return;
  clearInterval(timer);
  $("verdict").hidden = true;
  panels.settle();
  wipe();
  freed();
  hooks.closed();
}

export function entered(first) {
  const { today, text } = clock(first.at);
  return fill(today ? t().firstScanToday : t().firstScan, { when: text, gate: first.gate });
}

/** More time, because the agent is at it. */
export function extend(seconds = HOLDER_SECONDS) {
  left = Math.max(left, seconds);
}

export function note(text) {
  $("verdict-note").hidden = !text;
  $("verdict-note").textContent = text;
}

function say(status, word, why) {
  wipe();
  $("verdict").dataset.status = status;
  $("verdict").dataset.entry = status === "valid" ? "admit" : "refuse";
  $("verdict-icon").setAttribute("href", `#icon-${status}`);
  $("verdict-word").textContent = word;
  $("verdict-word").style.setProperty("--letters", Math.max(word.length, 5));
  $("verdict-why").textContent = why;
}

function showFirst(first) {
  $("verdict-first").hidden = !first;
  if (first) $("verdict-first").textContent = entered(first);
}

/** Wrong gate or wrong event: which one, when, and where. */
function showWhere({ expected_at: place, reason }) {
  const lines = [];
  if (place?.title && reason === "wrong_event") {
    const at = place.starts_at ? ` · ${clock(place.starts_at, { seconds: false }).text}` : "";
    lines.push(fill(t().goToEvent, place) + at);
  }
  const where = [place?.gate, place?.venue].filter(Boolean).join(" · ");
  if (where) lines.push(fill(t().goTo, { gate: where }));
  $("verdict-where").hidden = lines.length === 0;
  $("verdict-where").textContent = lines.join("\n");
}

function showCertainty(certainty, isLook) {
  const text = certainty === "local" ? t().local
    : certainty === "tablet" ? (isLook ? t().tabletLook : t().tablet) : "";
  $("verdict-local").hidden = text === "";
  $("verdict-local").textContent = text;
}

function showHolder(holder, ticket) {
  $("holder").hidden = false;
  $("holder-last").textContent = holder ? holder.last_name : t().erased;
  $("holder-first").textContent = holder ? holder.first_name : "";
  $("holder-email").textContent = holder ? holder.email : "";
  $("place-seat").textContent = ticket.seat ?? "–";
  $("place-formula").textContent = t().formulas[ticket.formula] ?? "–";
  $("place-category").textContent = ticket.category ?? "–";
}

function askWhy(isAsked) {
  $("identity-reasons").hidden = !isAsked;
  $("actions").hidden = isAsked;
  for (const button of document.querySelectorAll("[data-outcome]")) {
    button.textContent = t().identityReason[button.dataset.outcome];
  }
  extend();
}

async function outcome(given) {
  const shown = answer;
  try {
    await hooks.outcome(shown, given);
  } catch {
    return note(t().notNoted);
  }
  if (answer !== shown) return undefined;
  if (given.outcome === "checked") return close();
  const reason = t().identityReason[given.reason];
  say("invalid", t().identityRefused, fill(t().identityRefusedWhy, { reason }));
  sound.play("invalid");
  return open(HOLDER_SECONDS);
}

/** What is personal leaves the page, not only the eye. */
function wipe() {
  answer = null;
  party.wipe();
  for (const id of ["holder-last", "holder-first", "holder-email", "place-seat", "place-formula",
    "place-category", "verdict-event", "verdict-first", "verdict-where"]) $(id).textContent = "";
  for (const id of ["holder", "verdict-first", "verdict-where", "verdict-local", "verdict-look",
    "verdict-note", "identity-reasons", "identity-ok", "identity-no", "open-override",
    "override"]) $(id).hidden = true;
  $("actions").hidden = false;
  $("override").reset();
  $("verdict").dataset.look = false;
}

function open(seconds) {
  shownAt = performance.now();
  $("verdict").hidden = false;
  panels.settle();
  $("verdict").focus({ preventScroll: true });
  $("verdict").scrollTop = 0;
  clearInterval(timer);
  left = seconds;
  showLeft();
  timer = setInterval(() => {
    left -= 1;
    showLeft();
    if (left <= 0) close();
  }, 1000);
}

const showLeft = () => {
  $("left").textContent = `${left} ${t().seconds}`;
};
