// The agent's page: what is read is decided by the gate service, or by the tablet itself when the
// service cannot be reached; the verdict fills the screen.

import * as alone from "/tablet/alone.js";
import { checkDigitsHold } from "/tablet/credential.js";
import * as door from "/tablet/door.js";
import * as gate from "/tablet/gate.js";
import * as history from "/tablet/history.js";
import { digitsTyped } from "/tablet/layouts.js";
import * as more from "/tablet/more.js";
import * as panels from "/tablet/panels.js";
import * as readers from "/tablet/readers.js";
import * as sound from "/tablet/sound.js";
import * as store from "/tablet/store.js";
import * as supervisor from "/tablet/supervisor.js";
import { testCodeOf } from "/tablet/testcodes.js";
import { choose, clock, dress, fill, number, t } from "/tablet/texts.js";
import * as verdict from "/tablet/verdict.js";

const STATUS_EVERY_MS = 3000;
const LIST_EVERY_MS = 4000;
const ALARM_EVERY_MS = 4000;
/** The same code again within this time is a reader that stutters, not a second person. */
const SAME_MS = 1500;
const $ = (id) => document.getElementById(id);

let status = null;
let isGone = false;
let isLook = false;
let canVerify = false;
/** One scan after the other, in the order they were read. */
let queue = Promise.resolve();
let last = { text: "", at: -Infinity };
let stopCamera = null;

// ---- reading

document.addEventListener("keydown", (event) => {
  sound.wake();
  if (event.key === "Escape" && leave()) return;
  if (!readers.take(event)) return;
  event.preventDefault();
  event.stopPropagation();
}, { capture: true });
document.addEventListener("pointerdown", () => sound.wake(), { capture: true });

const leave = () => {
  if (!verdict.isOpen()) return panels.close();
  verdict.close();
  anew();
  return true;
};
/** Who closed a verdict means the next scan, be it of the same code. */
const anew = () => {
  last = { text: "", at: -Infinity };
};
$("next").addEventListener("click", anew);

function read(code) {
  if (testCodeOf(code.text)) return more.takeTest(code);
  if (door.isEnrolment(code.text)) {
    return door.shown() === "door" ? door.enrol(code.text) : undefined;
  }
  if (door.shown() !== "ready") return undefined;
  const now = performance.now();
  const isSame = code.text === last.text && now - last.at < SAME_MS;
  last = { text: code.text, at: now };
  if (isSame) return undefined;
  panels.closeAll();
  queue = queue.then(() => decide(code)).catch((error) => console.error(error));
  return queue;
}

async function decide({ text, by }) {
  await verdict.seen();
  const { gate: name, event } = door.choice();
  const body = { scan_id: gate.newId(), gate: name, code: text, event, read_by: by };
  if (isLook) body.look_only = true;
  document.body.classList.add("busy");
  try {
    const answer = await ask(body);
    if (verdict.isOpen()) verdict.close();
    verdict.show({ gate: name, ...answer });
  } catch (error) {
    if (error.isDevice || error.isAgent) return refused(error);
    if (verdict.isOpen()) verdict.close();
    const isRefused = error instanceof gate.Refused;
    verdict.showFailure(isRefused ? fill(t().notAllowed, error) : t().noAnswer);
  } finally {
    document.body.classList.remove("busy");
  }
  await showWaiting();
  return history.refresh();
}

/** The service decides; without it, this tablet, under the same id: a late answer is no second. */
async function ask(body) {
  if (!(isGone && alone.canDecide())) {
    try {
      const answer = await gate.scan(body);
      await alone.remember({ gate: body.gate, ...answer }).catch(() => {});
      return answer;
    } catch (error) {
      if (!(error instanceof gate.Gone)) throw error;
    }
  }
  showGone(true);
  if (!alone.canDecide()) throw new gate.Gone();
  return alone.scan(body);
}

// ---- typing

$("open-typed").addEventListener("click", () => {
  panels.show($("typed-panel"), () => {
    $("digits").value = "";
    $("typed-wrong").hidden = true;
  });
  $("digits").focus();
});
$("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = digitsTyped($("digits").value);
  const isRight = checkDigitsHold(text);
  $("typed-wrong").hidden = isRight;
  $("typed-wrong").textContent = t().typedWrong;
  if (isRight) read({ text, by: "typed" });
});
$("digits").addEventListener("input", () => {
  const digits = digitsTyped($("digits").value).slice(0, 22);
  $("digits").value = digits.replace(/(.{4})(?=.)/g, "$1 ");
});

// ---- camera, looking

$("open-camera").addEventListener("click", async () => {
  panels.show($("camera-panel"), () => stopCamera?.());
  try {
    stopCamera = await readers.startCamera($("video"), read);
    // Closed before the picture came.
    if (!panels.isShown($("camera-panel"))) stopCamera();
  } catch {
    panels.close();
  }
});
$("look").addEventListener("click", () => {
  isLook = !isLook;
  anew();
  showLook();
});

function showLook() {
  $("look").setAttribute("aria-pressed", String(isLook));
  $("ready").dataset.look = isLook;
  $("present-how").dataset.t = isLook ? "lookHow" : "presentHow";
  $("present-how").textContent = t()[$("present-how").dataset.t];
}

// ---- the way in

async function enter() {
  isLook = false;
  showLook();
  door.show("ready");
  stayAwake();
  showStatus();
  await history.refresh();
}

async function enrolled() {
  await refreshStatus();
  await alone.follow().catch(() => {});
}

/** Revoked: everything goes. Unknown: the door. Signed out: the PIN. */
async function refused(error) {
  verdict.close();
  panels.closeAll();
  anew();
  if (!error.isDevice) {
    gate.dropSession();
    return door.next();
  }
  const isRevoked = error.code === "device_revoked";
  status = null;
  history.forget();
  gate.dropToken();
  gate.dropSession();
  for (const id of ["gate", "link", "reader-chip", "lost"]) $(id).hidden = true;
  if (isRevoked) {
    alone.forget();
    if (!error.isErased) await store.forgetAll();
  }
  return door.lock({ isRevoked });
}

// Another tab was told that the tablet is revoked, and erased what all of them keep.
addEventListener("storage", ({ key }) => {
  if (key === null) refused({ isDevice: true, code: "device_revoked", isErased: true });
});

async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // Battery saving, or a page in the background: the screen may sleep.
  }
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && door.shown() === "ready") stayAwake();
});

// ---- state

async function refreshStatus() {
  const came = await gate.status();
  status = came;
  if (came.server_time) alone.keepClock(came.server_time);
  showGone(false);
  showStatus();
}

async function everyStatus() {
  if (gate.token()) {
    try {
      await refreshStatus();
      await tellUntold();
    } catch (error) {
      if (error.isDevice || error.isAgent) await refused(error);
      else showGone(true);
    }
    await showWaiting();
  }
  setTimeout(everyStatus, STATUS_EVERY_MS);
}

/** Nobody is alone for want of telling: the service answers, and what it refuses waits. */
async function tellUntold() {
  try {
    await alone.tellAll();
  } catch (error) {
    if (error instanceof gate.Gone || error.isDevice || error.isAgent) throw error;
    console.warn(error);
  }
  const isNews = status.conflicts !== history.countConflicts();
  if ((await showWaiting()) || isNews) await history.refresh();
}

async function everyList() {
  if (gate.token() && !isGone) {
    // Without news the list stays as it is; the status says what is wrong.
    await alone.follow().catch(() => {});
  }
  setTimeout(everyList, LIST_EVERY_MS);
}

function showGone(gone) {
  const isBack = isGone && !gone;
  isGone = gone;
  if (gone) showStatus();
  if (isBack && door.shown() === "ready") history.refresh();
}

let untold = { waiting: 0, aside: 0 };

/** Whether there are more or fewer than before. */
async function showWaiting() {
  const count = await alone.countUntold().catch(() => ({ waiting: 0, aside: 0 }));
  if (count.waiting === untold.waiting && count.aside === untold.aside) return false;
  untold = count;
  showStatus();
  return true;
}

function showStatus() {
  const chosen = door.choice();
  $("gate").hidden = !gate.token();
  $("gate").textContent = chosen?.gate ?? status?.gate ?? "";
  const event = status?.events?.find((one) => one.code === chosen?.event);
  $("event").textContent = event?.title
    ?? (status?.events?.length === 1 ? status.events[0].title : t().allEvents);
  showLink();
  showCounts(event);
  more.show();
}

function showLink() {
  const since = status?.link?.since;
  const [state, text] = isGone ? (alone.canDecide() ? ["alone", t().alone] : ["gone", t().gone])
    : status?.link?.state === "up" ? ["up", t().up]
    : ["down", `${t().down} ${since ? clock(since, { seconds: false }).text : ""}`];
  const waiting = untold.waiting + (isGone ? 0 : status?.waiting ?? 0);
  const words = [text];
  if (waiting > 0) words.push(`${number(waiting)} ${t().waiting}`);
  if (untold.aside > 0) words.push(`${number(untold.aside)} ${t().notTaken}`);
  if (!isGone && status && !status.manifest) words.push(t().noList);
  $("link").hidden = !gate.token();
  $("link").dataset.state = state;
  // Said again only when it changed.
  const all = words.join(" · ");
  if ($("link-text").textContent !== all) $("link-text").textContent = all;
}

/** Of the chosen event where there is one; what this tablet did alone is added. */
function showCounts(event) {
  const counts = status?.counts;
  const own = history.tally();
  const minutes = counts?.per_minute ?? [];
  $("count-in").textContent = number(event?.entered ?? counts?.entered ?? own.entered);
  $("count-expected").textContent = number(event?.expected ?? counts?.expected
    ?? status?.events?.reduce((sum, one) => sum + (one.tickets ?? 0), 0) ?? 0);
  $("count-rate").textContent = number(minutes.at(-1) ?? 0);
  $("count-out").textContent = number(counts?.refused ?? own.refused);
}

// ---- readers

let alarm = 0;

/** Heard until it is plugged in again or the agent has understood. */
function readerGone({ name }) {
  $("lost-why").textContent = fill(t().readerLostWhy, { name });
  $("lost").hidden = false;
  sound.play("lost");
  clearInterval(alarm);
  alarm = setInterval(() => sound.play("lost"), ALARM_EVERY_MS);
}
$("lost-ok").addEventListener("click", readers.forgetLost);

function readersChanged() {
  if (!readers.seen().lost) {
    clearInterval(alarm);
    $("lost").hidden = true;
  }
  if (gate.token()) more.show();
}

// ---- start

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    choose(button.dataset.language);
    dress();
    button.blur();
    if (gate.token()) showStatus();
    history.show();
  });
}

async function register() {
  try {
    await navigator.serviceWorker?.register("/sw.js");
    await navigator.storage?.persist?.();
  } catch {
    // Not over TLS: the page works while the service answers.
  }
}

verdict.start({
  closed: () => document.activeElement?.blur(),
  canOverride: supervisor.canOverride,
  async outcome(answer, outcome) {
    try {
      if (answer.certainty === "tablet") throw new gate.Gone();
      await gate.identity(answer.scan_id, outcome);
    } catch (error) {
      if (!(error instanceof gate.Gone)) throw error;
      await alone.keepOutcome(answer.scan_id, outcome);
    }
    history.refresh();
  },
  async admitParty(answer, admit) {
    const isAlone = answer.certainty === "tablet" || isGone;
    const done = isAlone ? await alone.admitParty(answer, admit)
      : await gate.admitParty(answer.scan_id, admit);
    if (!isAlone) await alone.rememberParty(answer.gate, done.answers).catch(() => {});
    history.refresh();
    return done;
  },
});
panels.start(() => document.activeElement?.blur());
door.start({
  status: () => status,
  gates: () => {
    const listed = (alone.list()?.gates ?? []).map((one) => one.name ?? one);
    const own = status?.tablet?.gate ?? status?.gate ?? door.choice()?.gate;
    return listed.length > 0 ? listed : [own].filter(Boolean);
  },
  ready: enter,
  enrolled,
  refused,
});
history.start({ gate: () => door.choice()?.gate });
more.start({ status: () => status, canVerify: () => canVerify });
supervisor.start({
  refused,
  event: () => door.choice()?.event,
  changed: () => history.refresh(),
});

dress();
await alone.start();
canVerify = alone.isAble();
register();
await readers.start({
  found: read,
  changed: readersChanged,
  gone: readerGone,
  isKnown: (text) => Boolean(testCodeOf(text)),
});
$("open-camera").hidden = !(await readers.hasCamera());
if (gate.token()) {
  await refreshStatus().catch((error) => (error.isDevice ? refused(error) : showGone(true)));
}
if (!door.shown()) door.next();
everyStatus();
everyList();
