// The way in: the tablet is enrolled once, the agent says where they are and signs in.

import * as gate from "/tablet/gate.js";
import { clock, t } from "/tablet/texts.js";

const CHOICE = "guichet.choice";
const TABLET = "guichet.tablet";
const ENROLMENT = /^(?:guichet-enrol:)?([a-hj-np-z2-9]{8})$/i;
const SCREENS = ["door", "choice", "signin", "ready"];
const $ = (id) => document.getElementById(id);

let hooks = {};

/** `ready()` once all is known; `status()` and `gates()` tell what there is to choose from. */
export function start(given) {
  hooks = given;
  $("door-form").addEventListener("submit", (event) => {
    event.preventDefault();
    enrol($("token").value.trim());
  });
  $("choice-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const event_ = document.querySelector("#choice-events input:checked")?.value;
    keepChoice({ gate: $("choice-gate").value, event: event_ || undefined });
    next();
  });
  $("signin-form").addEventListener("submit", (event) => {
    event.preventDefault();
    signIn();
  });
}

export const choice = () => JSON.parse(localStorage.getItem(CHOICE) ?? "null");
const keepChoice = (chosen) => localStorage.setItem(CHOICE, JSON.stringify(chosen));
export const dropChoice = () => localStorage.removeItem(CHOICE);
export const shown = () => SCREENS.find((screen) => !$(screen).hidden);

export function show(screen) {
  for (const one of SCREENS) $(one).hidden = one !== screen;
  const field = { door: "token", signin: "agent" }[screen];
  if (field) $(field).focus();
  else document.activeElement?.blur();
}

/** What comes after: the first of the three that is still missing. */
export function next() {
  if (!gate.token()) return show("door");
  if (!choice() && !chooseOnly()) return showChoice();
  // A token of the service itself needs no agent.
  if (isTablet() && !gate.session()) return show("signin");
  return hooks.ready();
}

/** Known without the service as well: a shift never begins without an agent. */
function isTablet() {
  if (hooks.status()) {
    localStorage.setItem(TABLET, hooks.status().tablet ? "yes" : "no");
  }
  return localStorage.getItem(TABLET) === "yes";
}

// ---- enrolment

/** Scanned or typed; a token of the service itself is taken as it is. */
export async function enrol(text) {
  const code = ENROLMENT.exec(text)?.[1];
  wrong("door-wrong", "");
  $("revoked").hidden = true;
  try {
    if (code) {
      const came = await gate.enrol(code.toUpperCase(), $("tablet-name").value.trim());
      localStorage.setItem(TABLET, "yes");
      gate.keepToken(came.token);
    } else {
      gate.keepToken(text);
    }
    await hooks.enrolled();
  } catch (error) {
    gate.dropToken();
    return wrong("door-wrong", whyNot(error));
  }
  $("token").value = "";
  $("tablet-name").value = "";
  return next();
}

export const isEnrolment = (text) => /^guichet-enrol:/i.test(text);

function whyNot(error) {
  if (error instanceof gate.Gone) return t().gone;
  return t()[error.code] ?? t().doorWrong;
}

function wrong(id, text) {
  $(id).hidden = text === "";
  $(id).textContent = text;
}

/** The tablet is no longer one of this service's. */
export function lock({ isRevoked }) {
  localStorage.removeItem(TABLET);
  show("door");
  $("revoked").hidden = !isRevoked;
  wrong("door-wrong", isRevoked ? "" : t().doorWrong);
}

// ---- where

/** A service with one gate and one event leaves nothing to choose. */
function chooseOnly() {
  const status = hooks.status();
  if (!status) return false;
  const gates = hooks.gates();
  if (gates.length > 1 || status.events.length > 1) return false;
  keepChoice({ gate: status.tablet?.gate ?? status.gate });
  return true;
}

export function showChoice() {
  const status = hooks.status();
  const before = choice();
  const name = before?.gate ?? status?.tablet?.gate ?? status?.gate;
  const options = hooks.gates().map((one) => new Option(one, one, false, one === name));
  $("choice-gate").replaceChildren(...options);
  const events = (status?.events ?? []).map((event) => {
    const at = event.starts_at ? clock(event.starts_at, { seconds: false }).text : "";
    return radio(event.code, event.title, [event.code, at].filter(Boolean).join(" · "));
  });
  $("choice-events").replaceChildren(radio("", t().allEvents, ""), ...events);
  const chosen = [...document.querySelectorAll("#choice-events input")]
    .find((input) => input.value === (before?.event ?? ""));
  (chosen ?? document.querySelector("#choice-events input")).checked = true;
  show("choice");
}

function radio(value, title, detail) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  Object.assign(input, { type: "radio", name: "event", value });
  const words = document.createElement("span");
  const name = document.createElement("b");
  name.textContent = title;
  words.append(name, document.createElement("br"), detail);
  label.append(input, words);
  return label;
}

// ---- who

async function signIn() {
  wrong("signin-wrong", "");
  try {
    gate.keepSession(await gate.signIn($("agent").value, $("pin").value));
  } catch (error) {
    $("pin").value = "";
    if (error.isDevice) return hooks.refused(error);
    const isGone = error instanceof gate.Gone;
    return wrong("signin-wrong", isGone ? t().signInGone : t()[error.code] ?? t().pin_wrong);
  }
  $("agent").value = "";
  $("pin").value = "";
  return next();
}

export async function signOut() {
  await gate.signOut().catch(() => {});
  gate.dropSession();
  next();
}
