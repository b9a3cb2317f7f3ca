// The verdict in full screen, and the holder beside it for twenty seconds.

import { clock, t } from "/tablet/texts.js";

const HOLDER_SECONDS = 20;
const $ = (id) => document.getElementById(id);
let timer = 0;
let closed = () => {};

/** `whenClosed` is called each time the screen is free again. */
export function onClosed(whenClosed) {
  closed = whenClosed;
}

export const isOpen = () => !$("verdict").hidden;

export function show(answer) {
  say(answer.status, t().status[answer.status], t().reason[answer.reason]);
  const first = answer.first_scan;
  $("verdict-first").hidden = !first;
  if (first) $("verdict-first").textContent = entered(first);
  $("verdict-local").hidden = answer.certainty !== "local";
  const ticket = answer.ticket;
  $("verdict-event").textContent = ticket
    ? `${ticket.event_title} · ${ticket.event} · ${t().serial} ${ticket.serial}` : "";
  if (ticket) showHolder(answer.holder, ticket);
  open();
}

/** Nothing was decided. */
export function showFailure(why) {
  say("none", t().none, why);
  open();
}

export function close() {
  clearInterval(timer);
  $("verdict").hidden = true;
  wipe();
  closed();
}

export function entered(first) {
  const { today, text } = clock(first.at);
  const sentence = today ? t().firstScanToday : t().firstScan;
  return sentence.replace("{when}", text).replace("{gate}", first.gate);
}

function say(status, word, why) {
  wipe();
  $("verdict").dataset.status = status;
  $("verdict-icon").setAttribute("href", `#icon-${status}`);
  $("verdict-word").textContent = word;
  $("verdict-why").textContent = why;
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

/** What is personal leaves the page, not only the eye. */
function wipe() {
  for (const id of ["holder-last", "holder-first", "holder-email", "place-seat", "place-formula",
    "place-category", "verdict-event", "verdict-first"]) $(id).textContent = "";
  for (const id of ["holder", "verdict-first", "verdict-local"]) $(id).hidden = true;
}

function open() {
  $("verdict").hidden = false;
  $("verdict").focus({ preventScroll: true });
  $("verdict").scrollTop = 0;
  clearInterval(timer);
  let left = HOLDER_SECONDS;
  $("left").textContent = `${left} s`;
  timer = setInterval(() => {
    left -= 1;
    $("left").textContent = `${left} s`;
    if (left <= 0) close();
  }, 1000);
}
