// The agent's page: opens with the device's token, listens to the reader, shows what the gate
// service decides, and the history of the shift.

import * as gate from "/tablet/gate.js";
import { Reader, checkDigitsHold } from "/tablet/reader.js";
import { choose, clock, dress, t } from "/tablet/texts.js";
import * as verdict from "/tablet/verdict.js";

const HISTORY_LENGTH = 40;
const STATUS_EVERY_MS = 3000;
const $ = (id) => document.getElementById(id);

let status = null;
let scans = [];
/** One scan after the other, in the order they were read. */
let queue = Promise.resolve();

// ---- reading

const reader = new Reader(read);

document.addEventListener("keydown", (event) => {
  if ($("ready").hidden) return;
  if (event.key === "Escape" && verdict.isOpen()) return verdict.close();
  const isTyping = event.target === $("digits");
  if (!reader.take(event)) return;
  event.preventDefault();
  event.stopPropagation();
  if (isTyping) type(event);
}, { capture: true });

/** What a hand types goes to the field as well, by place. */
function type(event) {
  const place = /([0-9])$/.exec(event.code || event.key);
  if (place && !event.repeat) group($("digits").value + place[1]);
}

function read(digits) {
  $("digits").value = "";
  $("typed-wrong").hidden = true;
  queue = queue.then(() => decide(digits));
}

async function decide(digits) {
  // The one before is no longer at the gate.
  if (verdict.isOpen()) verdict.close();
  document.body.classList.add("busy");
  try {
    verdict.show(await gate.scan(status.gate, digits));
  } catch (error) {
    if (error instanceof gate.NotKnown) return lock(true);
    verdict.showFailure(error instanceof gate.NotReady ? t().notReady : t().noAnswer);
  } finally {
    document.body.classList.remove("busy");
  }
  await refreshHistory();
}

$("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  const digits = $("digits").value.replace(/\s/g, "");
  const isRight = checkDigitsHold(digits);
  $("typed-wrong").hidden = isRight;
  $("typed-wrong").textContent = t().typedWrong;
  if (isRight) read(digits);
});

$("digits").addEventListener("input", () => group($("digits").value));

function group(text) {
  const digits = text.replace(/[^0-9]/g, "").slice(0, 22);
  $("digits").value = digits.replace(/(.{4})(?=.)/g, "$1 ");
}

$("next").addEventListener("click", verdict.close);
verdict.onClosed(() => document.activeElement?.blur());

// ---- the door

$("door-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  gate.keepToken($("token").value.trim());
  await enter();
});

async function enter() {
  try {
    status = await gate.status();
  } catch (error) {
    return lock(error instanceof gate.NotKnown);
  }
  $("token").value = "";
  $("door").hidden = true;
  $("ready").hidden = false;
  document.activeElement?.blur();
  stayAwake();
  showStatus();
  await refreshHistory();
}

function lock(isWrong) {
  if (isWrong) gate.dropToken();
  if (verdict.isOpen()) verdict.close();
  $("ready").hidden = true;
  $("door").hidden = false;
  for (const id of ["gate", "link"]) $(id).hidden = true;
  $("door-wrong").hidden = false;
  $("door-wrong").textContent = isWrong ? t().doorWrong : t().gone;
  $("token").focus();
}

async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // Battery saving, or a page in the background: the screen may sleep.
  }
}

// ---- state and history

async function refreshStatus() {
  if (!$("ready").hidden) {
    try {
      status = await gate.status();
      showStatus();
    } catch (error) {
      if (error instanceof gate.NotKnown) lock(true);
      else showGone();
    }
  }
  setTimeout(refreshStatus, STATUS_EVERY_MS);
}

async function refreshHistory() {
  try {
    scans = (await gate.history(status.gate, HISTORY_LENGTH)).scans;
    showHistory();
  } catch {
    // The status says what is wrong.
  }
}

function showStatus() {
  $("gate").hidden = false;
  $("gate").textContent = status.gate;
  const { state, since } = status.link;
  const words = [state === "up" ? t().up : `${t().down} ${clock(since).text}`];
  if (status.waiting > 0) words.push(`${status.waiting} ${t().waiting}`);
  if (!status.manifest) words.push(t().noList);
  showLink(state, words.join(" · "));
  $("events").replaceChildren(...status.events.map(eventLine));
}

const showGone = () => showLink("gone", t().gone);

function showLink(state, text) {
  $("link").hidden = false;
  $("link").dataset.state = state;
  // Said again only when it changed.
  if ($("link-text").textContent !== text) $("link-text").textContent = text;
}

function eventLine(event) {
  const line = document.createElement("li");
  line.append(part("b", event.title), part("span", `${event.code} · ${event.tickets} ${t().tickets}`));
  return line;
}

function showHistory() {
  const admitted = scans.filter((scan) => scan.verdict === "admit").length;
  $("count-in").textContent = admitted;
  $("count-out").textContent = scans.length - admitted;
  $("scans-empty").hidden = scans.length > 0;
  $("scans").replaceChildren(...scans.map(scanLine));
}

function scanLine(scan) {
  const line = document.createElement("li");
  line.dataset.status = scan.status;
  const detail = [t().reason[scan.reason]];
  if (scan.reason === "ok") detail.length = 0;
  if (scan.event) detail.push(`${scan.event} ${t().serial} ${scan.serial}`);
  if (scan.conflict) detail.push(t().conflict);
  if (scan.waiting) detail.push(t().waiting);
  line.append(
    part("time", clock(scan.scanned_at).text),
    part("b", t().status[scan.status]),
    part("span", detail.join(" · ")),
  );
  return line;
}

function part(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

// ---- start

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    choose(button.dataset.language);
    dress();
    button.blur();
    if (status && !$("ready").hidden) showStatus();
    showHistory();
  });
}

dress();
if (gate.token()) await enter();
else {
  $("door").hidden = false;
  $("token").focus();
}
refreshStatus();
