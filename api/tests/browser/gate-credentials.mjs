// Real credentials for the stand-in of the gate service, written from docs/credential.md: what is
// signed, sealed and derived here is opened by the tablet's own code.

import {
  createCipheriv, createHash, createHmac, generateKeyPairSync, hkdfSync, randomBytes, sign,
} from "node:crypto";

const ascii = (text) => Buffer.from(text, "ascii");
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const hmac = (key, ...parts) => createHmac("sha256", key).update(Buffer.concat(parts)).digest();
const hkdf = (secret, salt, info) => Buffer.from(hkdfSync("sha256", secret, salt, info, 32));

export function newEventKeys() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    privateKey,
    publicKey: Buffer.from(publicKey.export({ format: "jwk" }).x, "base64url"),
    sealing: randomBytes(32),
  };
}

function numbers(event, serial, issue) {
  const bytes = Buffer.alloc(8);
  bytes.writeUIntBE(event, 0, 3);
  bytes.writeUInt32BE(serial, 3);
  bytes[7] = issue;
  return bytes;
}

const decimal = (bytes, digits) =>
  BigInt(`0x${bytes.toString("hex")}`).toString().padStart(digits, "0");

/** Both codes and what a list holds of one ticket. `keys` is user key ‖ ticket key. */
export function credential(event, { serial, issue = 0, keys }, id, record) {
  const header = Buffer.concat([Buffer.from([0x10]), numbers(event.number, serial, issue)]);
  const counter = Buffer.concat([header, Buffer.alloc(7)]);
  const cipher = createCipheriv("aes-256-ctr", event.keys.sealing, counter);
  const body = Buffer.concat([header, cipher.update(keys)]);
  const signature = sign(null, Buffer.concat([ascii("guichet-credential-v1"), body]),
    event.keys.privateKey);
  const short = shortCode(keys.subarray(16), numbers(event.number, serial, issue));
  const { sealing } = event.keys;
  return {
    full: decimal(Buffer.concat([body, signature]), 253),
    short,
    listed: {
      k: sha256(ascii("guichet-keys-v1"), keys).toString("base64"),
      c: hmac(sealing, ascii("guichet-short-digest-v1"), ascii(short)).toString("base64"),
      h: record && seal(record, id, {
        keys: hkdf(keys, "", "guichet-holder-v1"),
        short: hkdf(ascii(short), sealing, "guichet-holder-short-v1"),
      }),
    },
  };
}

function shortCode(ticketKey, bytes) {
  const body = BigInt(`0x${hmac(ticketKey, ascii("guichet-short-v1"), bytes).toString("hex")}`)
    % 10n ** 20n;
  const check = 98n - ((body * 100n) % 97n);
  return `${body.toString().padStart(20, "0")}${check.toString().padStart(2, "0")}`;
}

function seal(record, id, holderKeys) {
  const recordKey = randomBytes(32);
  const aad = (text) => Buffer.concat([ascii(text), Buffer.from(id.replaceAll("-", ""), "hex")]);
  const one = (key, text, plain) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(aad(text));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString("base64");
  };
  return {
    sealed: one(recordKey, "guichet-holder-record-v1", Buffer.from(JSON.stringify(record))),
    by_keys: one(holderKeys.keys, "guichet-holder-key-v1", recordKey),
    by_short: one(holderKeys.short, "guichet-holder-key-short-v1", recordKey),
  };
}

/** The eight digits of a phone at a moment, in Unix seconds. */
export function timeCode(ticketKey, atSeconds) {
  const seed = hkdf(ticketKey, "", "guichet-live-v1");
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(atSeconds / 15)));
  const mac = hmac(seed, step);
  const word = mac.readUInt32BE(mac[31] & 0x0f) & 0x7fffffff;
  return String(word % 100_000_000).padStart(8, "0");
}
