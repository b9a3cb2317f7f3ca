// What an authenticator application shows (RFC 6238).

import { createHmac } from "node:crypto";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The six digits of a secret, `ahead` steps from now. */
export function totp(secret, ahead = 0) {
  const bits = [...secret].map((c) => BASE32.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const digest = createHmac("sha1", key).update(step).digest();
  const word = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, "0");
}
