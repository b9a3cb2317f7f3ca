// Readers in serial mode (CDC), by Web Serial: text that ends with CR or LF, or with silence.

const BAUD_RATE = 9600;
const PAUSE_MS = 150;
const TEXT_LENGTH_MAX = 4096;
/** The vendors of most readers, by their USB number. */
const VENDORS = {
  0x05e0: "Zebra", 0x0c2e: "Honeywell", 0x05f9: "Datalogic", 0x1eab: "Newland", 0x065a: "Opticon",
  0x0536: "Honeywell", 0x1a86: "USB serial", 0x080c: "Datalogic", 0x2dd6: "Mindeo",
};

export const isThere = () => "serial" in navigator;

function nameOf(port) {
  const { usbVendorId: vendor, usbProductId: product } = port.getInfo();
  if (vendor === undefined) return "Serial";
  const hex = (number) => (number ?? 0).toString(16).padStart(4, "0");
  return `${VENDORS[vendor] ?? "USB"} ${hex(vendor)}:${hex(product)}`;
}

/** Cuts what arrives into lines. `found` gets each text that is not empty. */
export class Lines {
  #text = "";
  #timer = 0;
  #found;

  constructor(found) {
    this.#found = found;
  }

  take(bytes) {
    clearTimeout(this.#timer);
    for (const byte of bytes) {
      if (byte === 0x0d || byte === 0x0a) this.flush();
      else if (this.#text.length < TEXT_LENGTH_MAX) this.#text += String.fromCharCode(byte);
    }
    this.#timer = setTimeout(() => this.flush(), PAUSE_MS);
  }

  flush() {
    const text = this.#text;
    this.#text = "";
    if (text !== "") this.#found(text);
  }
}

/** Follows every port that the agent once allowed, also when plugged in later. */
export async function follow({ found, came, went }) {
  navigator.serial.addEventListener("connect", ({ target }) => attach(target));
  for (const port of await navigator.serial.getPorts()) attach(port);

  async function attach(port) {
    const reader = { key: port, kind: "serial", name: nameOf(port) };
    try {
      await port.open({ baudRate: BAUD_RATE });
      came(reader);
      await listen(port, found);
    } catch {
      // Unplugged, or in another program's hands.
    }
    await port.close().catch(() => {});
    went(reader);
  }

  return { attach };
}

async function listen(port, found) {
  const lines = new Lines((text) => {
    const [, aim, code] = /^(\][A-Za-z][0-9A-Za-z])?([\s\S]*)$/.exec(text);
    found({ text: code, aim, by: "serial" });
  });
  while (port.readable) {
    const reader = port.readable.getReader();
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        lines.take(value);
      }
    } finally {
      reader.releaseLock();
    }
  }
}

export const choose = () => navigator.serial.requestPort();
