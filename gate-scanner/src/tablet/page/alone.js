// The tablet without the gate service: its own list, its own verdicts, and what is told afterwards.
// One mode: the same steps run whether the service answers or not; only who decides differs.

import { base64Of, canVerify, keysDigest } from "/tablet/credential.js";
import { answerOf, reasonOf, sight, stateName, statusOf } from "/tablet/decide.js";
import * as gate from "/tablet/gate.js";
import * as store from "/tablet/store.js";

const TOLD_AT_ONCE = 200;
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
  const { tablets_revoked: _, ...came } = await gate.list(about?.cursor);
  const isNews = came.full || came.cursor !== about?.cursor || came.tickets.length > 0;
  if (!isNews) return;
  const events = came.full ? came.events : merged(about.events, came.events);
  await store.keepList({ ...about, ...came, events });
  const { tickets: __, ...rest } = came;
  about = { ...about, ...rest, events };
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
  if (answer.party) answer.party = await states(answer.party);
  // Looking changes nothing, so nothing is told.
  if (body.look_only) return { ...answer, look_only: true };
  const line = await lineOf(body, seen, answer);
  const admitted = reason === "ok" ? [entryOf(line, seen.ticket.id)] : [];
  await store.keepScans([line], admitted);
  codes.set(body.scan_id, body.code);
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

export const countWaiting = async () => (able ? store.countWaiting() : 0);
export const waitingScans = async () => (able ? (await store.waitingScans()).reverse() : []);
export const keepOutcome = (scanId, body) => store.keepOutcome({ scan_id: scanId, body });

/** Tells all that waits; gives how many conflicts came of it. Left to the next time when cut. */
export async function tellAll() {
  if (!able || telling) return 0;
  telling = true;
  try {
    let conflicts = 0;
    for (;;) {
      const waiting = (await store.waitingScans()).slice(0, TOLD_AT_ONCE);
      if (waiting.length === 0) break;
      conflicts += await tellSome(waiting);
    }
    await tellOutcomes();
    return conflicts;
  } finally {
    telling = false;
  }
}

async function tellSome(waiting) {
  const scans = waiting.map(({ order: _, ...line }) => {
    const code = codes.get(line.scan_id);
    return code === undefined ? line : { ...line, code };
  });
  const { answers } = await gate.tell(scans);
  const kept = new Map(answers.map((answer) => [answer.scan_id, answer]));
  const told = waiting.filter((line) => kept.get(line.scan_id)?.kept);
  if (told.length === 0) throw new gate.Gone("nothing was kept");
  await store.dropScans(told.map((line) => line.order));
  for (const line of told) codes.delete(line.scan_id);
  return told.filter((line) => kept.get(line.scan_id).conflict).length;
}

async function tellOutcomes() {
  for (const { order, scan_id, body } of await store.waitingOutcomes()) {
    try {
      await gate.identity(scan_id, body);
    } catch (error) {
      // What the service will never take is not asked for ever.
      if (!(error instanceof gate.Refused) || error.status === 401) throw error;
    }
    await store.dropOutcome(order);
  }
}
