// The gate service as this page asks it. Every refusal has a stable code.

const TOKEN = "guichet.token";
const SESSION = "guichet.session";
const TIMEOUT_MS = 4000;

/** The service does not answer, or cannot: the tablet goes on alone. */
export class Gone extends Error {}

/** The service said no. */
export class Refused extends Error {
  constructor(status, { code = "", detail = "" } = {}, retryAfter = null) {
    super(code || String(status));
    Object.assign(this, { status, code, detail, retryAfter });
  }

  /** Whoever asks is no device of this service, or no more. */
  get isDevice() {
    return this.status === 401 && this.code.startsWith("device_");
  }

  /** The agent must sign in again. */
  get isAgent() {
    return this.status === 401 && !this.isDevice && this.code !== "pin_wrong";
  }
}

export const token = () => localStorage.getItem(TOKEN);
export const keepToken = (value) => localStorage.setItem(TOKEN, value);
export const dropToken = () => localStorage.removeItem(TOKEN);

/** `{session, agent: {number, role}, expires_at}`, until it ends. */
export function session() {
  const kept = JSON.parse(localStorage.getItem(SESSION) ?? "null");
  return kept && Date.parse(kept.expires_at) > Date.now() ? kept : null;
}
export const keepSession = (value) => localStorage.setItem(SESSION, JSON.stringify(value));
export const dropSession = () => localStorage.removeItem(SESSION);

async function ask(path, { method = "GET", body, timeout = TIMEOUT_MS } = {}) {
  const headers = {};
  if (token()) headers.Authorization = `Bearer ${token()}`;
  if (session()) headers["X-Agent"] = session().session;
  if (body) headers["Content-Type"] = "application/json";
  let answer;
  let text;
  try {
    const signal = AbortSignal.timeout(timeout);
    const sent = body && JSON.stringify(body);
    answer = await fetch(path, { method, headers, body: sent, cache: "no-store", signal });
    text = await answer.text();
  } catch {
    throw new Gone();
  }
  if (answer.ok) return text ? JSON.parse(text) : null;
  const problem = problemIn(text);
  if (answer.status >= 500 && problem.code !== "centre_unreachable") throw new Gone(problem.code);
  throw new Refused(answer.status, problem, answer.headers.get("Retry-After"));
}

function problemIn(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

const query = (wanted) => new URLSearchParams(
  Object.entries(wanted).filter(([, value]) => value !== undefined && value !== ""),
);

export const enrol = (code, name) =>
  ask("/v1/enrolments", { method: "POST", body: { code, name }, timeout: 15_000 });
export const status = () => ask("/v1/status");
export const signIn = (agent, pin) =>
  ask("/v1/sign-in", { method: "POST", body: { agent, pin }, timeout: 15_000 });
export const signOut = () => ask("/v1/sign-out", { method: "POST" });
export const scan = (body) => ask("/v1/scans", { method: "POST", body, timeout: 3000 });
export const history = (wanted) => ask(`/v1/scans?${query(wanted)}`);
export const ticketHistory = (id) => ask(`/v1/tickets/${id}/history`);
export const conflicts = () => ask("/v1/conflicts");
export const list = (since) => ask(`/v1/list?${query({ since })}`, { timeout: 120_000 });
export const tell = (scans) =>
  ask("/v1/told", { method: "POST", body: { scans }, timeout: 20_000 });
export const admitParty = (scanId, admit) =>
  ask(`/v1/scans/${scanId}/party`, { method: "POST", body: { admit } });
export const identity = (scanId, body) =>
  ask(`/v1/scans/${scanId}/identity`, { method: "POST", body });
export const search = (body) =>
  ask("/v1/supervisor/search", { method: "POST", body, timeout: 15_000 });
export const override = (body) =>
  ask("/v1/supervisor/override", { method: "POST", body, timeout: 15_000 });

/** `crypto.randomUUID` is missing where the page is not served over TLS. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
