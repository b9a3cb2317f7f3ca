// Recomputes places of the draw from what the page shows, as docs/waiting-room.md specifies and
// docs/draw.py does. Without this file the script does it.
(() => {
  "use strict";

  const box = document.querySelector("[data-draw]");
  // Digests exist on safe origins only.
  if (!box || !window.crypto || !crypto.subtle || !window.BigInt) return;

  const rounds = 8;
  const { queue, seed, size } = box.dataset;
  const count = BigInt(size);
  const utf8 = new TextEncoder();
  const bytesOf = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hexOf = (bytes) =>
    Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const digest = (bytes) => crypto.subtle.digest("SHA-256", bytes);
  const first = (bytes) => new DataView(bytes).getBigUint64(0);

  const listDigest = () =>
    digest(utf8.encode(`guichet-queue-list-v1\nqueue ${queue}\nnumbers 1..${size}\n`));

  const numberOf = async (text) => {
    if (!text.includes("-")) return BigInt(text);
    const again = utf8.encode(`guichet-queue-again-v1\n${queue}\n${text}\n`);
    return (first(await digest(again)) % (count || 1n)) + 1n;
  };

  const place = async (number) => {
    if (number < 1n || number > count) return number;
    const key = await crypto.subtle.importKey(
      "raw", bytesOf(seed), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const list = new Uint8Array(await listDigest());
    const bits = count === 1n ? 0 : (count - 1n).toString(2).length;
    const half = BigInt(Math.max(4, Math.ceil(bits / 2)));
    const mask = (1n << half) - 1n;
    let value = number - 1n;
    do {
      let [left, right] = [value >> half, value & mask];
      for (let round = 0; round < rounds; round += 1) {
        const message = new Uint8Array(list.length + 9);
        message.set(list);
        message[list.length] = round;
        new DataView(message.buffer).setBigUint64(list.length + 1, right);
        const mixed = first(await crypto.subtle.sign("HMAC", key, message)) & mask;
        [left, right] = [right, left ^ mixed];
      }
      value = (left << half) | right;
    } while (value >= count);
    return value + 1n;
  };

  const agrees = async () =>
    hexOf(await digest(bytesOf(seed))) === box.dataset.seedHash &&
    hexOf(await listDigest()) === box.dataset.listHash;

  const input = box.querySelector("input");
  const output = box.querySelector("[role=status]");
  box.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = input.value.trim().toLowerCase();
    const { lang } = document.documentElement;
    const tag = lang === "ar" ? "ar-u-nu-latn" : lang;
    const shown = (number) => number.toLocaleString(tag);
    try {
      const number = await numberOf(typed);
      const said = box.dataset.result
        .replace("#number", typed.includes("-") ? typed : shown(number))
        .replace("#place", shown(await place(number)));
      output.textContent = `${said} ${(await agrees()) ? box.dataset.agree : box.dataset.differ}`;
    } catch {
      output.textContent = box.dataset.wrong;
    }
  });
  box.hidden = false;
})();
