// The gate service as this page asks it. The token stays in this tab.

const KEY = "guichet.token";
/** Tries of one scan; the same id makes them one. */
const TRIES = 3;
const TIMEOUT_MS = 5000;

export class NotKnown extends Error {}
export class NoAnswer extends Error {}
export class NotReady extends Error {}

export const token = () => sessionStorage.getItem(KEY);
export const keepToken = (value) => sessionStorage.setItem(KEY, value);
export const dropToken = () => sessionStorage.removeItem(KEY);

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      ...options,
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { ...options.headers, Authorization: `Bearer ${token()}` },
    });
  } catch {
    throw new NoAnswer();
  }
  if (answer.status === 401) throw new NotKnown();
  if (answer.status === 503) throw new NotReady();
  if (!answer.ok) throw new NoAnswer();
  return answer.json();
}

export const status = () => ask("/v1/status");

export const history = (gate, limit) =>
  ask(`/v1/scans?gate=${encodeURIComponent(gate)}&limit=${limit}`);

export async function scan(gate, code) {
  const body = JSON.stringify({ scan_id: newId(), gate, code });
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body };
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask("/v1/scans", options);
    } catch (error) {
      if (!(error instanceof NoAnswer) || tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300 * tries));
    }
  }
}

/** `crypto.randomUUID` is missing where the page is not served over TLS. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
