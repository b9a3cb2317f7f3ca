// Listens to readers that type like a keyboard, wherever the focus is. A burst of keys is a
// reader's; fingers are slower and are left alone.

import { checkDigitsHold } from "/tablet/credential.js";
import { LAYOUTS, digitByPlace, digitByPrint, layoutOf, textsOf } from "/tablet/layouts.js";

/** After this silence a whole code is a code, for readers without a final key. */
const PAUSE_MS = 150;
/** After this silence what is left is no code. */
const FORGET_MS = 1000;
/** The median gap of a reader; a hand is above. */
const GAP_MS_MAX = 50;
/** Fewer keys than this are no code that went wrong. */
const KEYS_MIN = 12;
/** A site's page of addresses is no ticket; more than this is not kept. */
const KEYS_MAX = 2000;
const LENGTHS_FULL = [261, 253];
const ENROLMENT = /gui[a-z]+.enro[a-z]+.([a-hj-np-z2-9]{8})$/i;

/**
 * Splits digits into whole codes, or gives `null`. `isKnown` names other whole texts (test codes).
 * A full code begins with 0, whatever its ticket; 22 digits prove themselves.
 */
export function split(digits, isKnown = () => false) {
  if (digits === "") return [];
  if (isKnown(digits)) return [digits];
  const starts = [];
  if (digits[0] === "0") starts.push(...LENGTHS_FULL);
  if (checkDigitsHold(digits.slice(0, 22))) starts.push(22);
  for (const length of starts) {
    if (length > digits.length) continue;
    const rest = split(digits.slice(length), isKnown);
    if (rest) return [digits.slice(0, length), ...rest];
  }
  return null;
}

export class Wedge {
  #presses = [];
  #field = null;
  #ended = 0;
  #timer = 0;
  #found;
  #isKnown;

  /** `found({text, layout})` is called with each code, in the order they were read. */
  constructor(found, isKnown) {
    this.#found = found;
    this.#isKnown = isKnown;
  }

  /** Takes a key. True when it is the reader's and must do nothing else. */
  take(event) {
    const at = event.timeStamp;
    const last = this.#presses.at(-1)?.at ?? -Infinity;
    if (at - last > FORGET_MS) this.#forget();
    if (["Shift", "CapsLock", "NumLock", "AltGraph", "Control", "Alt"].includes(event.key)) {
      return false;
    }
    const isCommand = event.ctrlKey || event.metaKey || event.altKey;
    if (event.key === "Enter" || event.key === "Tab") return this.#end(at);
    // A reader's Ctrl+J at the end must not open the browser's downloads.
    if (isCommand && !isAltGr(event)) return event.ctrlKey && this.#endCommand(at);
    if (event.key.length !== 1 && digitByPlace(event.code) === null) return false;
    if (event.repeat) return this.#presses.length > 0;
    return this.#press(event, at);
  }

  #press(event, at) {
    if (this.#presses.length === 0) this.#field = snapshot(event.target);
    const { code, key } = event;
    if (this.#presses.length < KEYS_MAX) this.#presses.push({ code, key, at });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#pause(), PAUSE_MS);
    // In a field the key is let through: it may be a hand. Should it be a reader, it is undone.
    return this.#field === null;
  }

  #end(at) {
    const isAfter = at - this.#ended < PAUSE_MS;
    if (this.#presses.length === 0) return isAfter;
    const isFast = this.#isFast();
    const codes = isFast ? this.#codes() : null;
    if (codes) this.#give(codes);
    else if (isFast && this.#presses.length >= KEYS_MIN) this.#giveNoise();
    else {
      this.#forget();
      return false;
    }
    this.#ended = at;
    return true;
  }

  #endCommand(at) {
    if (this.#presses.length === 0) return at - this.#ended < FORGET_MS;
    return this.#end(at);
  }

  #pause() {
    const codes = this.#isFast() ? this.#codes() : null;
    if (codes) {
      this.#ended = this.#presses.at(-1).at;
      this.#give(codes);
      return;
    }
    this.#timer = setTimeout(() => {
      if (this.#isFast() && this.#presses.length >= KEYS_MIN) this.#giveNoise();
      else this.#forget();
    }, FORGET_MS - PAUSE_MS);
  }

  #isFast() {
    const gaps = this.#presses.slice(1).map((press, index) => press.at - this.#presses[index].at);
    gaps.sort((a, b) => a - b);
    return gaps.length >= 5 && gaps[gaps.length >> 1] < GAP_MS_MAX;
  }

  /** By place first; else by what was printed, under each layout in turn. */
  #codes() {
    const enrolment = textsOf(this.#presses).map((text) => ENROLMENT.exec(text)?.[1]).find(Boolean);
    if (enrolment) return [{ text: `guichet-enrol:${enrolment.toUpperCase()}`, layout: null }];
    const ways = [
      ({ code }) => digitByPlace(code),
      ...LAYOUTS.map((layout) => ({ key }) => digitByPrint(key, layout)),
    ];
    for (const way of ways) {
      const codes = this.#read(way);
      if (codes) return codes;
    }
    return null;
  }

  #read(way) {
    const digits = this.#presses.map(way);
    // A reader's name of the symbology (]Q1, ]C0) comes before the code and ends in a digit.
    const start = digits.lastIndexOf(null) + 1;
    for (const from of start > 0 ? [start + 1, start] : [0]) {
      const texts = split(digits.slice(from).join(""), this.#isKnown);
      if (!texts || texts.length === 0) continue;
      const pairs = this.#presses.slice(from).map(({ key }, index) => [digits[from + index], key]);
      const layout = layoutOf(pairs);
      return texts.map((text) => ({ text, layout }));
    }
    return null;
  }

  #give(codes) {
    this.#field?.restore();
    this.#forget();
    for (const code of codes) this.#found(code);
  }

  /** What is no code of ours is presented all the same: the agent must see that it is none. */
  #giveNoise() {
    const digits = this.#presses.map(({ code, key }) => digitByPlace(code) ?? key);
    this.#give([{ text: digits.join(""), layout: null }]);
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#presses = [];
    this.#field = null;
  }
}

/** AltGr is told as Ctrl+Alt by some systems, and prints a character. */
const isAltGr = (event) => event.getModifierState?.("AltGraph") && event.key.length === 1;

/** A field and what it held before the burst; `null` for all else. */
function snapshot(target) {
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  if (!isField || ["checkbox", "radio", "button"].includes(target.type)) return null;
  const before = target.value;
  return {
    restore() {
      target.value = before;
      target.dispatchEvent(new Event("input", { bubbles: true }));
    },
  };
}
