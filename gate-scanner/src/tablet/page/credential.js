// Reads what is presented as docs/credential.md specifies it, with the browser's own cryptography.
// Nothing is decrypted before the signature holds. Nothing here is stored.

const FULL_DIGITS = 253;
const LIVE_DIGITS = 261;
const SHORT_DIGITS = 22;
const CREDENTIAL_BYTES = 105;
const SIGNED_BYTES = 41;
const HEADER_BYTES = 9;
const STEP_SECONDS = 15;
const STEPS_TOLERANCE = 2;

const subtle = globalThis.crypto?.subtle;
const ascii = (text) => new TextEncoder().encode(text);

/** Whether this browser can verify by itself: over TLS, with Ed25519. */
export async function canVerify() {
  if (!subtle) return false;
  try {
    // The base point's neighbour of RFC 8032, test 1: any valid key will do.
    const key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    await verifier(bytesOfHex(key));
    return true;
  } catch {
    return false;
  }
}

// ---- bytes

export function join(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
export const base64Of = (bytes) => btoa(String.fromCharCode(...bytes));
export const bytesOfHex = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const uuidBytes = (id) => bytesOfHex(id.replaceAll("-", ""));

/** As long for any two texts of one length. */
export function same(left, right) {
  if (left.length !== right.length) return false;
  let differ = 0;
  for (let at = 0; at < left.length; at += 1) differ |= left[at] ^ right[at];
  return differ === 0;
}

// ---- digits

/** 22 digits leave 1 when divided by 97. */
export const checkDigitsHold = (digits) =>
  /^[0-9]{22}$/.test(digits) && BigInt(digits) % 97n === 1n;

/** `{kind: "unreadable" | "short" | "full" | "live", digits, time?}` */
export function classify(text) {
  if (text.length > 4 * LIVE_DIGITS) return { kind: "unreadable" };
  const digits = text.replace(/[ \t\r\n\f]/g, "");
  if (!/^[0-9]+$/.test(digits)) return { kind: "unreadable" };
  if (digits.length === SHORT_DIGITS && checkDigitsHold(digits)) return { kind: "short", digits };
  if (digits.length === FULL_DIGITS) return { kind: "full", digits };
  if (digits.length === LIVE_DIGITS) {
    return { kind: "live", digits: digits.slice(0, FULL_DIGITS), time: digits.slice(FULL_DIGITS) };
  }
  return { kind: "unreadable" };
}

function bytesOfDigits(digits) {
  const hex = BigInt(digits).toString(16).padStart(2 * CREDENTIAL_BYTES, "0");
  return hex.length > 2 * CREDENTIAL_BYTES ? null : bytesOfHex(hex);
}

// ---- the full code

const verifier = (key) => subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);

/**
 * Opens 253 digits. `find(number)` gives `{keys: {slot: base64}, sealing_key: base64}` or nothing.
 * Answers `{refused}` with a result of section 6, or `{event, serial, issue, keys}`.
 */
export async function open(digits, find) {
  const bytes = bytesOfDigits(digits);
  if (!bytes) return { refused: "overflow" };
  if (bytes[0] >> 4 !== 1) return { refused: "unknown_version" };
  const view = new DataView(bytes.buffer);
  const number = view.getUint32(0) & 0xffffff;
  const event = await find(number);
  if (!event) return { refused: "unknown_event", number };
  const key = event.keys[String(bytes[0] & 0x0f)];
  if (!key) return { refused: "unknown_slot" };
  const signed = bytes.slice(0, SIGNED_BYTES);
  const message = join(ascii("guichet-credential-v1"), signed);
  const holds = await subtle.verify(
    { name: "Ed25519" }, await verifier(bytesOf(key)), bytes.slice(SIGNED_BYTES), message,
  );
  if (!holds) return { refused: "wrong_signature" };
  const keys = await decrypt(event.sealing_key, signed);
  return { event, serial: view.getUint32(4), issue: bytes[8], keys };
}

async function decrypt(sealing, signed) {
  const key = await subtle.importKey("raw", bytesOf(sealing), "AES-CTR", false, ["decrypt"]);
  const counter = new Uint8Array(16);
  counter.set(signed.slice(0, HEADER_BYTES));
  const sealed = signed.slice(HEADER_BYTES);
  return new Uint8Array(
    await subtle.decrypt({ name: "AES-CTR", counter, length: 128 }, key, sealed),
  );
}

// ---- what is derived

export async function keysDigest(keys) {
  const text = join(ascii("guichet-keys-v1"), keys);
  return new Uint8Array(await subtle.digest("SHA-256", text));
}

export const shortDigest = (sealing, digits) =>
  hmac(bytesOf(sealing), join(ascii("guichet-short-digest-v1"), ascii(digits)));

async function hmac(key, message) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", imported, message));
}

async function hkdf(secret, salt, info) {
  const key = await subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: ascii(info) };
  return new Uint8Array(await subtle.deriveBits(how, key, 256));
}

// ---- the live code

/** Whether the time code is of this moment, two steps either way; how many steps it is away. */
export async function checkLive(keys, time, atSeconds) {
  const seed = await hkdf(keys.slice(16), new Uint8Array(0), "guichet-live-v1");
  const here = Math.floor(atSeconds / STEP_SECONDS);
  for (let away = -STEPS_TOLERANCE; away <= STEPS_TOLERANCE; away += 1) {
    if (same(ascii(await totp(seed, here + away)), ascii(time))) return { holds: true, away };
  }
  return { holds: false };
}

async function totp(seed, step) {
  const message = new Uint8Array(8);
  new DataView(message.buffer).setBigUint64(0, BigInt(Math.max(step, 0)));
  const mac = await hmac(seed, message);
  const word = new DataView(mac.buffer).getUint32(mac[31] & 0x0f) & 0x7fffffff;
  return String(word % 100_000_000).padStart(8, "0");
}

// ---- the holder

/** The record that only the presented code opens, or `null`. `by` is `{keys}` or `{short}`. */
export async function openHolder(sealed, ticketId, event, by) {
  const fromKeys = Boolean(by.keys);
  try {
    const key = fromKeys
      ? await hkdf(by.keys, new Uint8Array(0), "guichet-holder-v1")
      : await hkdf(ascii(by.short), bytesOf(event.sealing_key), "guichet-holder-short-v1");
    const context = fromKeys ? "guichet-holder-key-v1" : "guichet-holder-key-short-v1";
    const wrapped = fromKeys ? sealed.by_keys : sealed.by_short;
    const recordKey = await unseal(key, context, ticketId, bytesOf(wrapped));
    const text = await unseal(
      recordKey, "guichet-holder-record-v1", ticketId, bytesOf(sealed.sealed),
    );
    return JSON.parse(new TextDecoder().decode(text));
  } catch {
    return null;
  }
}

async function unseal(key, context, ticketId, sealed) {
  const imported = await subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
  const how = {
    name: "AES-GCM",
    iv: sealed.slice(0, 12),
    additionalData: join(ascii(context), uuidBytes(ticketId)),
  };
  return new Uint8Array(await subtle.decrypt(how, imported, sealed.slice(12)));
}
