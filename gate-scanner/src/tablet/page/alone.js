// The tablet without the gate service: its own list, its own verdicts, and what is told afterwards.
// One mode: the same steps run whether the service answers or not; only who decides differs.

import { base64Of, canVerify, classify, keysDigest } from "/tablet/credential.js";
import { answerOf, opensParty, reasonOf, sight, stateName, statusOf } from "/tablet/decide.js";
import * as gate from "/tablet/gate.js";
import * as store from "/tablet/store.js";

const TOLD_AT_ONCE = 200;
/** What the service says to what it is told, and not to who tells it or when. */
const REFUSED_AS_TOLD = [400, 413, 422];
const ENTRIES_KEPT_MS = 3 * 24 * 3600 * 1000;
/** After an event nobody needs to be recognised; the time for late questions at the gate. */
const HOLDERS_KEPT_MS = 6 * 3600 * 1000;

let about = null;
let able = false;
/** The service's clock less this tablet's. */
let skewMs = 0;
/** Codes of scans that wait to be told: in memory only. */
const codes = new Map();
let telling = false;

export async function start() {
  able = await canVerify();
  try {
    about = (await store.fact("list")) ?? null;
    skewMs = (await store.fact("skew_ms")) ?? 0;
    // Set aside by a page before: a newer service may take it.
    await store.waitAgain();
    await store.dropOldEntries(now() - ENTRIES_KEPT_MS);
    await purge();
  } catch {
    // A browser that keeps nothing (a private window): the service decides alone.
    able = false;
  }
}

export const now = () => Date.now() + skewMs;
export const isAble = () => able;
export const canDecide = () => able && about !== null;
export const list = () => about;
export const forget = () => {
  about = null;
  codes.clear();
};

export function keepClock(serverTime) {
  const skew = Date.parse(serverTime) - Date.now();
  if (Number.isNaN(skew) || Math.abs(skew - skewMs) < 1000) return;
  skewMs = skew;
  if (able) store.keepFact("skew_ms", skew).catch(() => {});
}

// ---- the list

/** Takes what changed since the last time. */
export async function follow() {
  if (!able) return;
  const { tablets_revoked: _, tickets, ...came } = await gate.list(about?.cursor);
  // Revoked meanwhile: nothing is kept any more.
  if (!gate.token()) return;
  const events = came.full ? came.events : merged(about.events, came.events);
  const latest = { ...about, ...came, events };
  // Events and gates change without a ticket: a new hour, a new key, live codes alone.
  const isSame = JSON.stringify(latest) === JSON.stringify(about);
  if (isSame && !came.full && tickets.length === 0) return;
  await store.keepList({ ...latest, tickets });
  about = latest;
  if (came.full) await purge();
}

function merged(known, changed) {
  const numbers = changed.map((event) => event.number);
  return [...known.filter((event) => !numbers.includes(event.number)), ...changed];
}

/** Sealed or not, names do not outlive their event here. */
export async function purge() {
  const isOver = (event) => Date.parse(event.closes_at) + HOLDERS_KEPT_MS < now();
  const over = (about?.events ?? []).filter(isOver).map((event) => event.number);
  if (over.length > 0) await store.dropHolders(over);
}

const reading = {
  event: (number) => about.events.find((event) => event.number === number),
  events: () => about.events,
  ticket: store.ticket,
  byShort: store.byShort,
};

// ---- a scan

/** Decides and keeps; answers in the shape of the service. */
export async function scan(body) {
  const at = now();
  const { gates, elsewhere } = about;
  const where = { gate: body.gate, gates, elsewhere, event: body.event };
  const seen = await sight(body.code, reading);
  const entered = seen.ticket && (await store.entry(seen.ticket.id));
  const reason = await reasonOf(seen, where, entered, at);
  const answer = await answerOf(seen, reason, entered && firstScan(entered), where);
  const scannedAt = new Date(at).toISOString();
  Object.assign(answer, { scan_id: body.scan_id, scanned_at: scannedAt });
  if (answer.party && (await opensParty(seen, at))) answer.party = await states(answer.party);
  else delete answer.party;
  // Looking changes nothing, so nothing is told.
  if (body.look_only) return { ...answer, look_only: true };
  const line = await lineOf(body, seen, answer);
  const admitted = reason === "ok" ? [entryOf(line, seen.ticket.id)] : [];
  await store.keepScans([line], admitted);
  // What is no code may be of any length, and leads to nothing.
  if (classify(body.code).kind !== "unreadable") codes.set(body.scan_id, body.code);
  return answer;
}

const firstScan = ({ at, gate: where }) => ({ at, gate: where });
const entryOf = (line, id) =>
  ({ id, at: line.scanned_at, gate: line.gate, scan_id: line.scan_id });

async function lineOf(body, seen, answer) {
  const line = {
    scan_id: body.scan_id,
    gate: body.gate,
    event: seen.event?.code,
    serial: seen.ticket?.n,
    ticket_id: seen.ticket?.id,
    scanned_at: answer.scanned_at,
    verdict: answer.verdict,
    reason: answer.reason,
    agent: gate.session()?.agent.number,
    read_by: body.read_by,
  };
  // Nothing is claimed of a ticket whose code did not hold.
  if (!answer.ticket) delete line.ticket_id;
  else line.keys = seen.keys ? base64Of(await keysDigest(seen.keys)) : seen.ticket.k;
  return JSON.parse(JSON.stringify(line));
}

/** The party as the holder's record names it, with what the list knows of each ticket. */
async function states(party) {
  return Promise.all(party.map(async ({ e, ...one }) => {
    const [listed, entered] = await Promise.all([
      store.ticket(e, one.serial), store.entry(one.ticket_id),
    ]);
    const isIn = entered || listed?.s === "x";
    const state = isIn ? "scanned" : stateName(listed?.s) ?? "deactivated";
    return { ...one, state, scanned_at: entered?.at ?? listed?.f?.at };
  }));
}

/** Admits the others of a party that was shown; answers as the service does. */
export async function admitParty(shown, admit) {
  const lines = [];
  const entries = [];
  const answers = [];
  for (const { scan_id, ticket_id } of admit) {
    const one = shown.party.find((member) => member.ticket_id === ticket_id);
    const entered = await store.entry(ticket_id);
    const reason = entered || one.state === "scanned" ? "already_scanned"
      : one.state === "sent" ? "ok" : one.state === "paid" ? "not_sent" : "deactivated";
    const line = {
      scan_id, ticket_id, reason,
      gate: shown.gate,
      event: shown.ticket.event,
      serial: one.serial,
      scanned_at: new Date(now()).toISOString(),
      verdict: reason === "ok" ? "admit" : "refuse",
      agent: gate.session()?.agent.number,
      party_of: shown.scan_id,
    };
    lines.push(JSON.parse(JSON.stringify(line)));
    if (reason === "ok") entries.push(entryOf(line, ticket_id));
    answers.push({
      scan_id, ticket_id, reason,
      verdict: line.verdict,
      status: statusOf(reason),
      certainty: "tablet",
      first_scan: entered && firstScan(entered),
    });
  }
  await store.keepScans(lines, entries);
  return { answers };
}

/** What the service let in, so that a cut a moment later lets nobody in twice. */
export async function remember(answer) {
  const isIn = answer.verdict === "admit" || answer.reason === "already_scanned";
  if (!able || answer.look_only || !answer.ticket || !isIn) return;
  const first = answer.first_scan ?? { at: answer.scanned_at, gate: answer.gate };
  await store.keepEntry({ id: answer.ticket.id, ...first, scan_id: answer.scan_id });
}

/** The others of a party that the service let in. */
export async function rememberParty(where, answers) {
  if (!able) return;
  const admitted = answers.filter((answer) => answer.verdict === "admit");
  const at = new Date(now()).toISOString();
  await store.keepScans([], admitted.map(({ scan_id, ticket_id }) =>
    ({ id: ticket_id, at, gate: where, scan_id })));
}

// ---- afterwards

/** Scans that are to be told, and those that the service does not take. */
export async function countUntold() {
  const scans = able ? await store.untoldScans() : [];
  const aside = scans.filter((scan) => scan.aside).length;
  return { waiting: scans.length - aside, aside };
}
/** All that the service has not taken, the latest first. */
export const untoldScans = async () => (able ? (await store.untoldScans()).reverse() : []);
export const keepOutcome = (scanId, body) => store.keepOutcome({ scan_id: scanId, body });

/** Tells all that waits. Left to the next time when cut. */
export async function tellAll() {
  if (!able || telling) return;
  telling = true;
  try {
    for (;;) {
      const waiting = (await store.untoldScans()).filter((line) => !line.aside);
      if (waiting.length === 0) break;
      await tellSome(waiting.slice(0, TOLD_AT_ONCE));
    }
    await tellOutcomes();
  } finally {
    telling = false;
  }
}

/** A batch that is refused is halved, until the line that it is refused for stands alone. */
async function tellSome(waiting) {
  let answers;
  try {
    ({ answers } = await gate.tell(waiting.map(asTold)));
  } catch (error) {
    if (!REFUSED_AS_TOLD.includes(error.status)) throw error;
    if (waiting.length === 1) return setAside(waiting);
    const middle = Math.ceil(waiting.length / 2);
    await tellSome(waiting.slice(0, middle));
    return tellSome(waiting.slice(middle));
  }
  const answered = new Map(answers.map((answer) => [answer.scan_id, answer]));
  const those = (kept) => waiting.filter((line) => answered.get(line.scan_id)?.kept === kept);
  const [told, refused] = [those(true), those(false)];
  if (told.length + refused.length === 0) throw new Error("what was told is not answered");
  if (refused.length > 0) await setAside(refused);
  await store.dropScans(told.map((line) => line.order));
  for (const line of told) codes.delete(line.scan_id);
}

function asTold({ order: _, aside: __, ...line }) {
  const code = codes.get(line.scan_id);
  return code === undefined ? line : { ...line, code };
}

/** They hold up no other; they stay on the disk and in the history. */
async function setAside(lines) {
  await store.setAside(lines);
  for (const line of lines) codes.delete(line.scan_id);
}

async function tellOutcomes() {
  for (const { order, scan_id, body } of await store.waitingOutcomes()) {
    try {
      await gate.identity(scan_id, body);
    } catch (error) {
      // What the service will never take is not asked for ever.
      const isLater = !(error instanceof gate.Refused) || [401, 429].includes(error.status);
      if (isLater) throw error;
    }
    await store.dropOutcome(order);
  }
}
