// Every way a code can come in, and which readers are there, by name.

import * as camera from "/tablet/camera.js";
import * as pos from "/tablet/pos.js";
import * as serial from "/tablet/serial.js";
import { Wedge } from "/tablet/wedge.js";

/** Readers plugged in, in the order they came: `{key, kind, name}`. */
const there = new Map();
let lost = null;
/** When a reader that types was last heard: the browser does not know that it is one. */
let typedAt = 0;
let wedge = null;
let changed = () => {};
let gone = () => {};
const attach = {};

/**
 * `found({text, by, aim?, layout?})` for each code, `changed()` when what is there changed,
 * `gone(reader)` when one was unplugged. `isKnown` names test codes.
 */
export async function start({ found, isKnown, ...told }) {
  ({ changed, gone } = told);
  wedge = new Wedge((code) => {
    typedAt = Date.now();
    found({ ...code, by: "wedge" });
    changed();
  }, isKnown);
  const hooks = { found, came, went };
  for (const [kind, part] of Object.entries({ hid: pos, serial })) {
    if (!part.isThere()) continue;
    try {
      attach[kind] = (await part.follow(hooks)).attach;
    } catch {
      // Forbidden on this tablet: the other ways remain.
    }
  }
}

export const take = (event) => wedge?.take(event) ?? false;

function came(reader) {
  there.set(reader.key, reader);
  if (lost?.name === reader.name) lost = null;
  changed();
}

function went(reader) {
  if (!there.delete(reader.key)) return;
  lost = reader;
  gone(reader);
  changed();
}

export const seen = () => ({ plugged: [...there.values()], lost, typedAt });
export const forgetLost = () => {
  lost = null;
  changed();
};

/** What this browser can be connected to by a gesture. */
export const ways = () => ({ hid: pos.isThere(), serial: serial.isThere() });
export const hasCamera = camera.isThere;
export const startCamera = camera.start;

/** Opens the browser's own choice. Nothing happens when the agent closes it. */
export async function connect(kind) {
  try {
    const chosen = await (kind === "hid" ? pos : serial).choose();
    if (chosen) await attach[kind]?.(chosen);
  } catch (error) {
    if (error.name !== "NotFoundError") throw error;
  }
}
