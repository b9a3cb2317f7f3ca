// The verdict of this tablet alone: the rules of ticket-core/src/admission.rs applied to the list
// that the tablet keeps. It writes nothing; what follows from the verdict is left to alone.js.

import * as credential from "/tablet/credential.js";

const STATUS = {
  ok: "valid", already_scanned: "scanned", deactivated: "expired", event_over: "expired",
};
export const statusOf = (reason) => STATUS[reason] ?? "invalid";

/** Nothing is shown of a ticket to whoever shows a code that is not its own. */
const SHOWS_NOTHING = ["forged", "unknown", "unreadable"];
const STATES = { p: "paid", s: "sent", x: "scanned", d: "deactivated" };

/**
 * What a code leads to: `{refused}` or `{event, ticket?, issue?, keys?, short?, time?}`.
 * `list` has `event(number)`, `events()`, `ticket(event, serial)` and `byShort(event, digest)`.
 */
export async function sight(text, list) {
  const code = credential.classify(text);
  if (code.kind === "unreadable") return { refused: "unreadable" };
  if (code.kind === "short") return short(code.digits, list);
  const opened = await credential.open(code.digits, (number) => list.event(number));
  if (opened.refused) return opened;
  const { event, serial, issue, keys } = opened;
  const ticket = await list.ticket(event.number, serial);
  return { event, ticket, serial, issue, keys, time: code.time };
}

async function short(digits, list) {
  for (const event of list.events()) {
    const digest = credential.base64Of(await credential.shortDigest(event.sealing_key, digits));
    const ticket = await list.byShort(event.number, digest);
    if (ticket) return { event, ticket, serial: ticket.n, short: digits };
  }
  return { refused: "unknown" };
}

/** The reason. `where` is `{gate, gates, event?}`; `entered` whether this tablet let it in. */
export async function reasonOf(seen, where, entered, atMs) {
  if (seen.refused) return notOpened(seen.refused);
  const place = placement(seen.event, where);
  if (place !== "here") return place;
  const { ticket } = seen;
  if (!ticket) return "unknown";
  if (seen.keys) {
    const wrong = await checkKeys(seen, ticket);
    if (wrong) return wrong;
  }
  return stateAndTime(ticket, seen.event, entered, atMs) ?? liveness(seen, atMs);
}

function notOpened(refused) {
  if (refused === "unreadable" || refused === "unknown") return refused;
  return refused === "unknown_event" ? "wrong_event" : "forged";
}

/** As `ManifestGate::placement`; the event chosen on the tablet narrows it. */
function placement(event, { gate, gates, event: chosen }) {
  const here = (gates ?? []).find((one) => one.name === gate);
  const others = here?.events ?? [];
  const sameVenue = !here?.venue_id || !event.venue_id || here.venue_id === event.venue_id;
  if (others.length > 0 ? !others.includes(event.number) : !sameVenue) {
    return sameVenue ? "wrong_gate" : "wrong_event";
  }
  return chosen && chosen !== event.code ? "wrong_event" : "here";
}

async function checkKeys(seen, ticket) {
  // The code of an earlier issue was replaced by a newer one.
  if (seen.issue < ticket.i) return "deactivated";
  if (seen.issue > ticket.i) return "forged";
  const digest = await credential.keysDigest(seen.keys);
  return credential.same(digest, credential.bytesOf(ticket.k)) ? null : "forged";
}

function stateAndTime(ticket, event, entered, atMs) {
  if (ticket.s === "d") return "deactivated";
  if (atMs >= Date.parse(event.closes_at)) return "event_over";
  if (ticket.s === "x" || (ticket.s === "s" && entered)) return "already_scanned";
  if (ticket.s === "p") return "not_sent";
  return atMs < Date.parse(event.opens_at) ? "too_early" : null;
}

async function liveness(seen, atMs) {
  if (seen.time !== undefined) {
    const live = await credential.checkLive(seen.keys, seen.time, atMs / 1000);
    return live.holds ? "ok" : "live_code_stale";
  }
  return seen.event.live_only ? "live_code_required" : "ok";
}

/**
 * Whether the code opens its party. Who comes with a live code vouches for those beside them; a
 * picture of one that has entered vouches for nobody.
 */
export async function opensParty(seen, atMs) {
  if (!seen.event.live_only) return true;
  if (seen.time === undefined) return false;
  return (await credential.checkLive(seen.keys, seen.time, atMs / 1000)).holds;
}

/** What the agent sees, in the shape of the service's answer. */
export async function answerOf(seen, reason, entered, where) {
  const answer = {
    verdict: reason === "ok" ? "admit" : "refuse",
    status: statusOf(reason),
    reason,
    certainty: "tablet",
  };
  if (seen.refused === "unknown_event") answer.expected_at = elsewhere(seen.number, where);
  if (SHOWS_NOTHING.includes(reason) || !seen.event) return answer;
  if (reason === "already_scanned") answer.first_scan = entered ?? seen.ticket?.f;
  if (reason === "wrong_event" || reason === "wrong_gate") {
    answer.expected_at = expectedAt(seen.event, where);
  }
  const { ticket } = seen;
  if (!ticket) return answer;
  const record = await holderOf(seen);
  answer.ticket = {
    id: ticket.id,
    event: seen.event.code,
    event_title: seen.event.title,
    serial: ticket.n,
    category: record?.category,
    formula: record?.formula,
    seat: record?.seat,
    state: reason === "ok" ? "scanned" : STATES[ticket.s],
  };
  if (record) {
    const { first_name, last_name, email } = record;
    answer.holder = { first_name, last_name, email };
    if (record.party?.length) answer.party = record.party.map((one) => ({ ...one, e: ticket.e }));
  }
  return answer;
}

function expectedAt(event, where) {
  const gate = (where.gates ?? []).find((one) =>
    one.name !== where.gate && (one.events ?? []).includes(event.number));
  return { event: event.code, title: event.title, starts_at: event.starts_at, gate: gate?.name };
}

/** An event that the list names without its tickets; what the code says of it is unverified. */
function elsewhere(number, where) {
  const event = (where.elsewhere ?? []).find((one) => one.number === number);
  return event && {
    event: event.code,
    title: event.title,
    starts_at: event.starts_at,
    gate: event.gates?.slice(0, 3).join(", ") || undefined,
    venue: event.venue,
  };
}

function holderOf(seen) {
  if (!seen.ticket.h) return null;
  const by = seen.keys ? { keys: seen.keys } : { short: seen.short };
  return credential.openHolder(seen.ticket.h, seen.ticket.id, seen.event, by);
}

export const stateName = (letter) => STATES[letter];
