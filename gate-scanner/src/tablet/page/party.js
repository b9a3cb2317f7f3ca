// The others of a Duo or a Family: who is here is ticked and admitted in one gesture; who comes
// later keeps a code of their own.

import { newId } from "/tablet/gate.js";
import { clock, fill, t } from "/tablet/texts.js";

const $ = (id) => document.getElementById(id);
let members = [];
/** The ids of the gesture, so that pressing again is the same gesture. */
let ids = new Map();
let hooks = {};

export function start(given) {
  hooks = given;
  $("party-go").addEventListener("click", admit);
  $("party-list").addEventListener("change", () => {
    hooks.touched();
    showButton();
  });
}

/** Shows the party of an answer; whether there is anyone to admit. */
export function show(answer) {
  const mayEnter = answer.reason === "ok" || answer.reason === "already_scanned";
  members = (answer.party ?? []).map((one) => ({ ...one }));
  ids = new Map(members.map((one) => [one.ticket_id, newId()]));
  $("party").hidden = members.length === 0;
  if (members.length === 0) return false;
  if (!mayEnter) for (const one of members) one.isBarred = true;
  draw();
  return open().length > 0;
}

const open = () => members.filter((one) => one.state === "sent" && !one.isBarred);
const ticked = () => open().filter((one) => $(`party-${one.ticket_id}`)?.checked);

function draw() {
  $("party-list").replaceChildren(...members.map(row));
  $("party-note").hidden = true;
  showButton();
}

function row(one) {
  const line = document.createElement("li");
  line.dataset.state = one.refused ? "refused" : one.state;
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.id = `party-${one.ticket_id}`;
  box.disabled = one.state !== "sent" || Boolean(one.isBarred);
  box.checked = one.state === "scanned";
  const name = document.createElement("b");
  name.append(bdi(one.last_name), " ", bdi(one.first_name));
  const seat = document.createElement("span");
  seat.textContent = one.seat ?? "";
  const state = document.createElement("i");
  state.textContent = stateOf(one);
  label.append(box, name, seat, state);
  line.append(label);
  return line;
}

function bdi(text) {
  const part = document.createElement("bdi");
  part.textContent = text ?? "";
  return part;
}

function stateOf(one) {
  if (one.refused) return t().reason[one.refused];
  if (one.state === "sent") return "";
  const at = one.scanned_at ? ` ${t().at} ${clock(one.scanned_at, { seconds: false }).text}` : "";
  return `${t().partyState[one.state] ?? one.state}${at}`;
}

/** None ticked means all: one gesture for the whole family. */
function showButton() {
  const count = ticked().length;
  const all = open().length;
  $("party-go").hidden = all === 0;
  $("party-go").textContent = count > 0 || all === 1
    ? fill(t().partySome, { count: count || all }) : fill(t().partyAll, { count: all });
}

async function admit() {
  const chosen = ticked().length > 0 ? ticked() : open();
  const asked = chosen.map(({ ticket_id }) => ({ scan_id: ids.get(ticket_id), ticket_id }));
  $("party-go").disabled = true;
  hooks.touched();
  try {
    const { answers } = await hooks.admit(asked);
    for (const answer of answers) settle(answer);
    draw();
    if (members.every((one) => one.state === "scanned")) note(t().partyDone);
  } catch {
    note(t().notNoted);
  } finally {
    $("party-go").disabled = false;
  }
}

function settle(answer) {
  const one = members.find((member) => member.ticket_id === answer.ticket_id);
  if (!one) return;
  if (answer.verdict === "admit") Object.assign(one, { state: "scanned", scanned_at: new Date() });
  else if (answer.reason === "already_scanned") {
    Object.assign(one, { state: "scanned", scanned_at: answer.first_scan?.at });
  } else Object.assign(one, { refused: answer.reason, isBarred: true });
}

function note(text) {
  $("party-note").hidden = false;
  $("party-note").textContent = text;
}

export function wipe() {
  members = [];
  ids = new Map();
  $("party").hidden = true;
  $("party-list").replaceChildren();
  $("party-note").hidden = true;
}
