// Listens to a reader that types like a keyboard. Keys are read by their place, not by what is
// printed on them: a reader set to another country types & for 1 on an AZERTY tablet, and the
// place of the key is still Digit1, whatever Shift does.

export const LENGTHS = [22, 253, 261];
/** A reader pauses for less than 50 ms between two keys. */
const PAUSE_MS = 150;
/** After this, digits that made no code are someone leaning on the keyboard. */
const FORGET_MS = 1000;
/** Fewer digits than this, ended by Enter, are no code that went wrong. */
const CODE_LENGTH_MIN = 12;

/** The digit of a key, or null. */
export function digitOf(event) {
  const place = /^(?:Digit|Numpad)([0-9])$/.exec(event.code);
  if (place) return place[1];
  // A keyboard on the screen says no place.
  return event.code === "" && /^[0-9]$/.test(event.key) ? event.key : null;
}

/** 22 digits leave 1 when divided by 97. */
export function checkDigitsHold(digits) {
  return /^[0-9]{22}$/.test(digits) && BigInt(digits) % 97n === 1n;
}

export class Reader {
  #digits = "";
  #prefixed = false;
  #last = 0;
  #timer = 0;
  #found;

  /** `found` is called with the digits of each code. */
  constructor(found) {
    this.#found = found;
  }

  /** Takes a key. True when the key is the reader's and must do nothing else. */
  take(event) {
    const now = performance.now();
    if (now - this.#last > FORGET_MS) this.#forget();
    const digit = digitOf(event);
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
    if (digit !== null && plain) {
      if (event.repeat) return true;
      this.#digits += digit;
      this.#last = now;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#pause(), PAUSE_MS);
      return true;
    }
    if (event.key === "Enter" || event.code === "NumpadEnter") return this.#end();
    if (event.key === "Shift" || event.key === "CapsLock") return false;
    const isInside = this.#digits !== "";
    // A reader's name of the symbology (]Q1, ]C0) comes before the code and ends in a digit.
    if (event.key.length === 1 && plain) {
      this.#digits = "";
      this.#prefixed = true;
      this.#last = now;
    }
    // A reader's Ctrl+J at the end must not open the browser's downloads.
    return isInside && event.ctrlKey;
  }

  #end() {
    const digits = this.#code();
    this.#forget();
    if (digits.length < CODE_LENGTH_MIN) return false;
    this.#found(digits);
    return true;
  }

  /** Readers without a final Enter: a whole code, then silence. */
  #pause() {
    const digits = this.#code();
    const isWhole = digits.length === 22 ? checkDigitsHold(digits) : LENGTHS.includes(digits.length);
    if (!isWhole) return;
    this.#forget();
    this.#found(digits);
  }

  #code() {
    const cut = this.#digits.slice(1);
    return this.#prefixed && LENGTHS.includes(cut.length) ? cut : this.#digits;
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#digits = "";
    this.#prefixed = false;
  }
}
