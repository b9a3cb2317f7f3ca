// A stand-in of the gate service: the same routes, the page's own files from the source, real
// credentials. It decides by what it knows of each ticket, not by the rules of the page, so that
// both can be compared. It can be cut off and comes back on the same port.

import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { credential, newEventKeys, timeCode } from "./gate-credentials.mjs";

const SOURCE = join(import.meta.dirname, "../../../gate-scanner/src");
const STATUS = {
  ok: "valid", already_scanned: "scanned", deactivated: "expired", event_over: "expired",
};
const STATES = { p: "paid", s: "sent", x: "scanned", d: "deactivated" };
const HOUR_MS = 3_600_000;

/** Path to `[content type, file]`, read from the program's own table. */
function pageFiles() {
  const text = readFileSync(join(SOURCE, "tablet/pages.rs"), "utf8");
  const kinds = Object.fromEntries(
    [...text.matchAll(/const (\w+): &str = "([^"]+)"/g)].map(([, name, kind]) => [name, kind]));
  return new Map([...text.matchAll(/"(\/[^"]*)", (\w+),\s+"([^"]+)";/g)]
    .map(([, path, kind, file]) => [path, [kinds[kind], file]]));
}

/** What every answer of the program carries, the content policy among it. */
function securityHeaders() {
  const text = readFileSync(join(SOURCE, "http.rs"), "utf8");
  const table = text.slice(text.indexOf("SECURITY_HEADERS"), text.indexOf("];"));
  return [...table.matchAll(/\(\s*"([\w-]+)",\s*"((?:[^"\\]|\\\s)*)",?\s*\)/g)]
    .map(([, name, value]) => [name, value.replace(/\\\s+/g, "")]);
}

export const FILES = pageFiles();
const HEADERS = securityHeaders();

class Refusal extends Error {
  constructor(status, code, detail = code) {
    super(code);
    Object.assign(this, { status, code, detail });
  }
}

export class GateMock {
  gate = "North";
  tokens = new Map();
  enrolments = new Map([["NQRTH234", { state: "good" }]]);
  agents = new Map([
    ["0412", { pin: "271828", role: "agent" }],
    ["0001", { pin: "314159", role: "supervisor" }],
  ]);
  sessions = new Map();
  events = [];
  tickets = [];
  codes = new Map();
  scans = [];
  told = [];
  outcomes = [];
  conflicts = [];
  searches = [];
  revoked = false;
  link = { state: "up", since: new Date().toISOString() };
  cursor = 1;
  #server = null;
  #port = 0;

  constructor() {
    const here = { gates: ["North"] };
    this.main = this.addEvent("ATH-07", "Athletics, evening finals", here);
    this.other = this.addEvent("SWM-03", "Swimming, heats", { venue: "pool", gates: ["Pool West"] });
    this.next = this.addEvent("ATH-08", "Athletics, morning", { gates: ["South"] });
    this.early = this.addEvent("ATH-09", "Closing concert", { ...here, from: 5, to: 9 });
    this.over = this.addEvent("ATH-06", "Athletics, heats", { ...here, from: -9, to: -1 });
    this.live = this.addEvent("LIV-01", "Opening night", { ...here, liveOnly: true });
    this.gates = ["North", "South", "Pool West"].map((name) => ({
      name,
      venue_id: name === "Pool West" ? "pool" : "stadium",
      events: this.events.filter((event) => event.gates.includes(name)).map(({ number }) => number),
    }));
  }

  addEvent(code, title, { venue = "stadium", gates, from = -1, to = 5, liveOnly = false }) {
    const at = (hours) => new Date(Date.now() + hours * HOUR_MS).toISOString();
    const event = {
      number: 101 + this.events.length, code, title, gates, keys: newEventKeys(),
      venue_id: venue, starts_at: at((from + to) / 2), opens_at: at(from), closes_at: at(to),
      live_only: liveOnly,
    };
    this.events.push(event);
    return event;
  }

  /** Makes a ticket with its codes. `state` is one of p, s, x, d. */
  issue(event, holder, { formula = "solo", state = "s", seat, party, issue = 0 } = {}) {
    const serial = this.tickets.length + 1;
    const keys = randomBytes(32);
    const ticket = {
      id: randomUUID(), event, serial, issue, state, keys, formula, category: "A",
      seat: seat ?? `North stand · row ${serial} · seat 12`, holder, party: party ?? [],
    };
    this.tickets.push(ticket);
    this.sealed(ticket);
    return ticket;
  }

  /** Tickets that entered or not together; each knows the others. */
  issueParty(event, holders) {
    const formula = holders.length === 2 ? "duo" : "family";
    const tickets = holders.map((holder, at) => this.issue(event, holder,
      { formula, seat: `North stand · row 4 · seat ${at + 1}` }));
    for (const ticket of tickets) {
      ticket.party = tickets.filter((one) => one !== ticket);
      this.sealed(ticket);
    }
    return tickets;
  }

  sealed(ticket) {
    const { holder, formula, category, seat } = ticket;
    const party = ticket.party.map((one) => ({
      ticket_id: one.id, serial: one.serial, seat: one.seat,
      first_name: one.holder.first_name, last_name: one.holder.last_name,
    }));
    const made = credential(ticket.event, ticket, ticket.id,
      { ...holder, formula, category, seat, ...(party.length > 0 && { party }) });
    Object.assign(ticket, made);
    this.codes.set(ticket.full, ticket).set(ticket.short, ticket);
    this.cursor += 1;
  }

  liveCode(ticket, awaySeconds = 0) {
    return ticket.full + timeCode(ticket.keys.subarray(16), Date.now() / 1000 + awaySeconds);
  }

  change(ticket, state) {
    ticket.state = state;
    ticket.changed = this.cursor += 1;
  }

  // ---- the network

  async start() {
    this.#server = createServer((request, response) => this.#serve(request, response));
    await new Promise((done) => this.#server.listen(this.#port, "127.0.0.1", done));
    this.#port = this.#server.address().port;
    this.url = `http://127.0.0.1:${this.#port}`;
    return this;
  }

  async cut() {
    const server = this.#server;
    this.#server = null;
    const done = new Promise((resolve) => server?.close(resolve) ?? resolve());
    server?.closeAllConnections();
    await done;
  }

  async #serve(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.url);
    for (const [name, value] of HEADERS) response.setHeader(name, value);
    const file = FILES.get(pathname);
    if (file && request.method === "GET") {
      response.setHeader("Content-Type", file[0]).setHeader("Cache-Control", "no-cache");
      response.end(readFileSync(join(SOURCE, "tablet/page", file[1])));
      return;
    }
    let text = "";
    for await (const part of request) text += part;
    try {
      const body = text ? JSON.parse(text) : {};
      const answer = this.#answer(request, pathname, searchParams, body);
      response.writeHead(answer === null ? 204 : 200, { "Content-Type": "application/json" });
      response.end(answer === null ? undefined : JSON.stringify(answer));
    } catch (error) {
      if (!(error instanceof Refusal)) console.error(error);
      const { status = 500, code = "internal", detail } = error;
      response.writeHead(status, { "Content-Type": "application/problem+json" });
      response.end(JSON.stringify({ type: "about:blank", status, code, detail }));
    }
  }

  #answer(request, path, query, body) {
    const route = `${request.method} ${path.replace(/[0-9a-f-]{36}/, ":id")}`;
    const id = path.match(/[0-9a-f-]{36}/)?.[0];
    if (route === "POST /v1/enrolments") return this.#enrol(body);
    const bearer = request.headers.authorization?.replace("Bearer ", "");
    if (this.revoked) throw new Refusal(401, "device_revoked");
    const tablet = this.tokens.get(bearer);
    if (!tablet) throw new Refusal(401, "device_unknown");
    const agent = this.sessions.get(request.headers["x-agent"]);
    if (route === "GET /v1/status") return this.#status(tablet);
    if (route === "GET /v1/list") return this.#list(Number(query.get("since")) || 0);
    if (route === "POST /v1/sign-in") return this.#signIn(body);
    if (!agent) throw new Refusal(401, "session_over");
    switch (route) {
      case "POST /v1/sign-out":
        this.sessions.delete(request.headers["x-agent"]);
        return null;
      case "POST /v1/scans": return this.#scan(body, agent);
      case "GET /v1/scans":
        return { scans: this.scans.slice(-(query.get("limit") ?? 50)).reverse() };
      case "POST /v1/scans/:id/party": return this.#admitParty(id, body.admit, agent);
      case "POST /v1/scans/:id/identity":
        this.outcomes.push({ scan_id: id, ...body });
        return null;
      case "GET /v1/tickets/:id/history":
        return { scans: this.scans.filter((scan) => scan.ticket_id === id), complete: true };
      case "POST /v1/told": return this.#tell(body.scans);
      case "GET /v1/conflicts": return { conflicts: this.conflicts };
      case "POST /v1/supervisor/search": return this.#search(body, agent);
      case "POST /v1/supervisor/override": return this.#override(body, agent);
      default: throw new Refusal(404, "not_found");
    }
  }

  // ---- devices and agents

  #enrol({ code, name }) {
    const enrolment = this.enrolments.get(code);
    if (!enrolment) throw new Refusal(404, "enrolment_unknown");
    if (enrolment.state === "old") throw new Refusal(410, "enrolment_expired");
    if (enrolment.state === "used") throw new Refusal(409, "enrolment_used");
    enrolment.state = "used";
    const token = randomBytes(24).toString("base64url");
    const tablet = { id: randomUUID(), name: name || "Tablet", gate: this.gate };
    this.tokens.set(token, tablet);
    return { token, tablet };
  }

  #signIn({ agent: number, pin }) {
    const agent = this.agents.get(number);
    if (agent?.pin !== pin) throw new Refusal(401, "pin_wrong");
    const session = randomUUID();
    this.sessions.set(session, { number, role: agent.role });
    const expires_at = new Date(Date.now() + 12 * HOUR_MS).toISOString();
    return { session, agent: { number, role: agent.role }, expires_at };
  }

  // ---- what the page follows

  #status(tablet) {
    const admitted = this.scans.filter((scan) => scan.verdict === "admit" && !scan.look_only);
    const refused = this.scans.filter((scan) => scan.verdict === "refuse" && !scan.look_only);
    const by_reason = { ...this.byReason };
    for (const { reason } of refused) by_reason[reason] = (by_reason[reason] ?? 0) + 1;
    const per_minute = this.perMinute ?? [...new Array(14).fill(0), admitted.length];
    const events = this.events.filter((event) => event.gates.includes(this.gate)).map((event) => {
      const { number, code, title, starts_at, opens_at, closes_at, live_only } = event;
      const tickets = this.tickets.filter((ticket) => ticket.event === event).length;
      const entered = admitted.filter((scan) => scan.event === code).length;
      return {
        number, code, title, starts_at, opens_at, closes_at, live_only, tickets,
        expected: this.expected ?? tickets, entered: (this.entered ?? 0) + entered,
      };
    });
    return {
      gate: this.gate, device: "service", link: this.link, waiting: 0, tablet, events,
      manifest: { cursor: this.cursor, age_seconds: 1 }, server_time: new Date().toISOString(),
      counts: {
        entered: (this.entered ?? 0) + admitted.length, expected: this.expected ?? this.tickets.length,
        refused: (this.refused ?? 0) + refused.length, per_minute,
        by_reason,
      },
      conflicts: this.conflicts.length,
    };
  }

  #list(since) {
    const full = since === 0;
    const changed = this.tickets.filter((ticket) => full || (ticket.changed ?? 0) > since);
    const events = this.events.map((event) => {
      const { number, code, title, venue_id, starts_at, opens_at, closes_at, live_only } = event;
      return {
        number, code, title, venue_id, starts_at, opens_at, closes_at, live_only,
        keys: { 0: event.keys.publicKey.toString("base64") },
        sealing_key: event.keys.sealing.toString("base64"),
      };
    });
    const tickets = changed.map((ticket) => ({
      e: ticket.event.number, n: ticket.serial, i: ticket.issue, s: ticket.state, id: ticket.id,
      ...ticket.listed,
    }));
    return { cursor: this.cursor, full, gate: this.gate, gates: this.gates, events, tickets };
  }

  // ---- deciding

  #scan(body, agent) {
    const known = this.scans.find((scan) => scan.scan_id === body.scan_id);
    if (known) return known.answer;
    const code = body.code.replace(/\s/g, "");
    const isLive = code.length === 261;
    const ticket = this.codes.get(isLive ? code.slice(0, 253) : code);
    const reason = this.#reason(code, ticket, body);
    return this.#record(body, ticket, reason, agent);
  }

  #record(body, ticket, reason, agent) {
    const shows = ticket && !["forged", "unknown", "unreadable"].includes(reason);
    const answer = {
      scan_id: body.scan_id, scanned_at: new Date().toISOString(), reason,
      verdict: reason === "ok" ? "admit" : "refuse", status: STATUS[reason] ?? "invalid",
      certainty: this.link.state === "up" ? "confirmed" : "local", agent: agent.number,
      ...(body.look_only && { look_only: true }),
    };
    if (shows) Object.assign(answer, this.#shown(ticket, reason));
    if (reason === "ok" && !body.look_only) this.#enter(ticket, answer);
    const { event, serial } = ticket ?? {};
    this.scans.push({
      ...answer, gate: body.gate, device: "service", event: shows ? event.code : undefined,
      serial: shows ? serial : undefined, ticket_id: shows ? ticket.id : undefined,
      read_by: body.read_by, holder: undefined, party: undefined, answer,
    });
    return answer;
  }

  #enter(ticket, { scanned_at }) {
    this.change(ticket, "x");
    ticket.first_scan = { at: scanned_at, gate: this.gate };
  }

  #reason(code, ticket, { event }) {
    if (!/^[0-9]+$/.test(code) || ![22, 253, 261].includes(code.length)) return "unreadable";
    if (code.length === 22 && BigInt(code) % 97n !== 1n) return "unreadable";
    if (!ticket) return code.length === 22 ? "unknown" : "forged";
    if (!ticket.event.gates.includes(this.gate)) {
      return ticket.event.venue_id === "stadium" ? "wrong_gate" : "wrong_event";
    }
    if (event && event !== ticket.event.code) return "wrong_event";
    if (ticket.hidden) return "unknown";
    if (ticket.state === "d") return "deactivated";
    const now = Date.now();
    if (now >= Date.parse(ticket.event.closes_at)) return "event_over";
    if (ticket.state === "x") return "already_scanned";
    if (ticket.state === "p") return "not_sent";
    if (now < Date.parse(ticket.event.opens_at)) return "too_early";
    if (code.length === 261) {
      const steps = [-30, -15, 0, 15, 30].map((away) => this.liveCode(ticket, away));
      return steps.includes(code) ? "ok" : "live_code_stale";
    }
    return ticket.event.live_only ? "live_code_required" : "ok";
  }

  #shown(ticket, reason) {
    const { event, holder, serial, category, formula, seat } = ticket;
    const shown = {
      ticket: {
        id: ticket.id, event: event.code, event_title: event.title, serial, category, formula, seat,
        state: reason === "ok" ? "scanned" : STATES[ticket.state],
      },
      holder,
      first_scan: reason === "already_scanned" ? ticket.first_scan : undefined,
    };
    if (["wrong_event", "wrong_gate"].includes(reason)) {
      const gate = event.gates.find((name) => name !== this.gate);
      shown.expected_at = { event: event.code, title: event.title, starts_at: event.starts_at, gate };
    }
    if (ticket.party.length > 0) {
      shown.party = ticket.party.map((one) => ({
        ticket_id: one.id, serial: one.serial, seat: one.seat, state: STATES[one.state],
        first_name: one.holder.first_name, last_name: one.holder.last_name,
        scanned_at: one.first_scan?.at,
      }));
    }
    return shown;
  }

  #admitParty(id, admit, agent) {
    const scan = this.scans.find((one) => one.scan_id === id);
    if (!scan) throw new Refusal(404, "scan_unknown");
    const answers = admit.map(({ scan_id, ticket_id }) => {
      const ticket = this.tickets.find((one) => one.id === ticket_id);
      const reason = ticket.state === "s" ? "ok" : this.#reason(ticket.short, ticket, {});
      const body = { scan_id, gate: this.gate, code: "" };
      const { verdict, status, certainty, first_scan } = this.#record(body, ticket, reason, agent);
      return { scan_id, ticket_id, verdict, status, reason, certainty, first_scan };
    });
    return { answers };
  }

  #tell(scans) {
    const answers = scans.map((scan) => {
      const ticket = this.tickets.find((one) => one.id === scan.ticket_id);
      const conflict = scan.verdict === "admit" && ticket?.state === "x";
      if (conflict) this.#conflict(ticket, scan);
      if (scan.verdict === "admit" && ticket && !conflict) {
        this.#enter(ticket, scan);
      }
      if (!this.told.some((one) => one.scan_id === scan.scan_id)) {
        this.told.push(scan);
        this.scans.push({
          ...scan, status: STATUS[scan.reason] ?? "invalid", serial: ticket?.serial,
          certainty: "tablet", conflict: conflict || undefined, device: "tablet",
        });
      }
      return { scan_id: scan.scan_id, kept: true, conflict };
    });
    return { answers };
  }

  #conflict(ticket, scan) {
    const first = this.scans.find((one) => one.ticket_id === ticket.id && one.verdict === "admit");
    this.conflicts.push({
      ticket_id: ticket.id, event: ticket.event.code, serial: ticket.serial,
      entries: [
        { gate: first?.gate ?? ticket.first_scan.gate, device: "South 1", agent: "0733",
          at: ticket.first_scan.at, certainty: "local", scan_id: first?.scan_id },
        { gate: scan.gate, device: "tablet", agent: scan.agent, at: scan.scanned_at,
          certainty: "tablet", scan_id: scan.scan_id },
      ],
    });
  }

  // ---- supervisors

  #search({ name, reason }, agent) {
    if (agent.role !== "supervisor") throw new Refusal(403, "supervisor_needed");
    this.searches.push({ name, reason, agent: agent.number });
    const wanted = name.toLowerCase();
    const found = this.tickets.filter(({ holder }) => holder.last_name.toLowerCase().includes(wanted));
    return {
      tickets: found.map((ticket) => ({
        ...ticket.holder, ticket_id: ticket.id, serial: ticket.serial, event: ticket.event.code,
        seat: ticket.seat, state: STATES[ticket.state], scanned_at: ticket.first_scan?.at,
      })),
    };
  }

  #override({ scan_id, of, second }, agent) {
    if (agent.role !== "supervisor") throw new Refusal(403, "supervisor_needed");
    const scan = this.scans.find((one) => one.scan_id === of);
    if (!scan?.ticket_id) throw new Refusal(409, "not_overridable");
    const other = this.agents.get(second?.agent);
    if (scan.reason === "already_scanned" && other?.pin !== second?.pin) {
      throw new Refusal(401, "pin_wrong");
    }
    if (scan.reason === "already_scanned" && (!other || second.agent === agent.number)) {
      throw new Refusal(409, "second_person_needed");
    }
    const ticket = this.tickets.find((one) => one.id === scan.ticket_id);
    return this.#record({ scan_id, gate: this.gate }, ticket, "ok", agent);
  }
}

export const person = (first_name, last_name) => ({
  first_name,
  last_name,
  email: `${first_name}.${last_name}@spectators.example`.toLowerCase().normalize("NFD")
    .replaceAll("ø", "o").replace(/[^a-z0-9@.-]/g, ""),
});
