// What only a supervisor does, online and noted with a reason: find a ticket by name, let in
// anyway. What was found leaves the page with its panel.

import * as gate from "/tablet/gate.js";
import * as panels from "/tablet/panels.js";
import { clock, fill, t } from "/tablet/texts.js";
import * as verdict from "/tablet/verdict.js";

/** What is no ticket of ours, or is good no more or not yet, is let in by nobody. */
const NEVER = ["ok", "forged", "unknown", "unreadable", "deactivated", "not_sent"];
const FOUND_SECONDS = 60;
const $ = (id) => document.getElementById(id);

let timer = 0;
let hooks = {};
/** One id for one gesture, however often it is sent. */
let overrideId = "";

export function start(given) {
  hooks = given;
  $("open-search").addEventListener("click", () => panels.show($("search-panel"), wipe));
  $("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    find();
  });
  $("open-override").addEventListener("click", openOverride);
  $("override-back").addEventListener("click", () => showOverride(false));
  $("override").addEventListener("submit", (event) => {
    event.preventDefault();
    override();
  });
}

export const canOverride = (answer) =>
  gate.session()?.agent.role === "supervisor" && answer.certainty !== "tablet"
  && !NEVER.includes(answer.reason);

function whyNot(error) {
  if (error instanceof gate.Gone) return t().onlyOnline;
  return t()[error.code] ?? fill(t().failed, { detail: error.detail || error.code });
}

function wrong(id, text) {
  $(id).hidden = text === "";
  $(id).textContent = text;
}

// ---- search

async function find() {
  wrong("search-wrong", "");
  try {
    const { tickets } = await gate.search({
      name: $("search-name").value.trim(),
      reason: $("search-why").value.trim(),
      event: hooks.event(),
    });
    $("found").replaceChildren(...tickets.map(card));
    if (tickets.length === 0) wrong("search-wrong", t().noneFound);
  } catch (error) {
    if (error.isDevice || error.isAgent) return hooks.refused(error);
    return wrong("search-wrong", whyNot(error));
  }
  clearTimeout(timer);
  timer = setTimeout(wipe, FOUND_SECONDS * 1000);
  return undefined;
}

function card(ticket) {
  const line = document.createElement("li");
  const at = ticket.scanned_at ? ` ${t().at} ${clock(ticket.scanned_at).text}` : "";
  line.append(
    part("b", `${ticket.last_name} ${ticket.first_name}`),
    part("span", ticket.email),
    part("span", `${ticket.event} ${t().serial} ${ticket.serial} · ${ticket.seat ?? "–"}`),
    part("i", `${t().partyState[ticket.state] ?? ticket.state}${at}`),
  );
  return line;
}

function part(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

export function wipe() {
  clearTimeout(timer);
  $("search-form").reset();
  $("found").replaceChildren();
  wrong("search-wrong", "");
}

// ---- override

function openOverride() {
  const answer = verdict.current();
  if (!answer) return;
  overrideId = gate.newId();
  $("override-text").textContent = t().overrideWhy;
  $("override-second").hidden = answer.reason !== "already_scanned";
  wrong("override-wrong", "");
  showOverride(true);
  $("override-why").focus();
}

function showOverride(isShown) {
  $("override").hidden = !isShown;
  $("actions").hidden = isShown;
  verdict.extend(60);
}

async function override() {
  const shown = verdict.current();
  const body = { scan_id: overrideId, of: shown.scan_id, reason: $("override-why").value.trim() };
  if (!$("override-second").hidden) {
    body.second = { agent: $("second-agent").value, pin: $("second-pin").value };
  }
  try {
    const answer = await gate.override(body);
    if (verdict.current() === shown) verdict.show(answer);
    hooks.changed();
  } catch (error) {
    if (error.isDevice || error.isAgent) return hooks.refused(error);
    if (error.code === "second_person_needed") $("override-second").hidden = false;
    return wrong("override-wrong", whyNot(error));
  }
  return undefined;
}
