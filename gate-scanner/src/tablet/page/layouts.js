// What keys mean whatever is printed on them. A reader types for the country it was set to, and
// the tablet prints for its own; the place of a key is the same for both.

/** Characters that stand for 0 to 9 where the browser does not tell the place of a key. */
const PRINTED = {
  same: "0123456789",
  azerty: "à&é\"'(-è_ç",
  belgian: "à&é\"'(§è!ç",
  qwerty_shifted: ")!@#$%^&*(",
  british_shifted: ")!\"£$%^&*(",
  qwertz_shifted: "=!\"§$%&/()",
  swiss_shifted: "=+\"*ç%&/()",
  czech: "é+ěščřžýáí",
};

export const LAYOUTS = Object.keys(PRINTED);

/** The digit at the place of a key, or `null`. */
export function digitByPlace(code) {
  return /^(?:Digit|Numpad)([0-9])$/.exec(code)?.[1] ?? null;
}

/** The digit that a printed character stands for under a layout, or `null`. */
export function digitByPrint(key, layout) {
  const digit = PRINTED[layout].indexOf(key);
  return key.length === 1 && digit >= 0 ? String(digit) : null;
}

/** Which layout turned these digits into these characters; `null` when none did it throughout. */
export function layoutOf(pairs) {
  const suits = (layout) => pairs.every(([digit, key]) => PRINTED[layout][Number(digit)] === key);
  return LAYOUTS.find(suits) ?? null;
}

/** A hand that types on keys with other signs on them. */
export function digitsTyped(text) {
  const digit = (key) => digitByPrint(key, "same") ?? digitByPrint(key, "azerty") ?? "";
  return Array.from(text, digit).join("");
}

/** Letters change places between countries; the code of an enrolment is looked for in each. */
const SWAPS = {
  qwerty: {},
  azerty: { KeyQ: "a", KeyA: "q", KeyW: "z", KeyZ: "w", Semicolon: "m", KeyM: "," },
  qwertz: { KeyY: "z", KeyZ: "y" },
};

export function textsOf(presses) {
  const printed = presses.map(({ key }) => key).join("");
  const byPlace = Object.values(SWAPS).map((swap) => presses.map(({ code, key }) => {
    const digit = digitByPlace(code);
    if (digit !== null) return digit;
    return swap[code] ?? /^Key([A-Z])$/.exec(code)?.[1].toLowerCase() ?? key;
  }).join(""));
  return [printed, ...byPlace];
}
