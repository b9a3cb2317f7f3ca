// Readers in HID POS mode, by WebHID: usage page 0x8C, usage 2. A report is its length, three bytes
// of AIM id (]Q1, ]C0), the data, and a last byte whose lowest bit says that more follows.

const FILTERS = [{ usagePage: 0x8c, usage: 0x02 }];
const AIM_AT = 1;
const DATA_AT = 4;

export const isThere = () => "hid" in navigator;

/** One report: `{aim, bytes, continued}`; `null` for what is none. */
export function parse(data) {
  if (data.byteLength < DATA_AT + 2) return null;
  const byte = (at) => data.getUint8(at);
  const length = Math.min(byte(0), data.byteLength - DATA_AT - 1);
  const bytes = Array.from({ length }, (_, index) => byte(DATA_AT + index));
  const aim = String.fromCharCode(...[0, 1, 2].map((index) => byte(AIM_AT + index)));
  return { aim, bytes, continued: (byte(data.byteLength - 1) & 1) === 1 };
}

/** Puts continued reports together; gives `{text, aim}` when one is whole. */
export class Assembly {
  #bytes = [];
  #aim = "";

  take(data) {
    const report = parse(data);
    if (!report) return null;
    if (this.#bytes.length === 0) this.#aim = report.aim;
    // No code is longer; a reader that never ends must not fill the memory.
    if (this.#bytes.length < 4096) this.#bytes.push(...report.bytes);
    if (report.continued) return null;
    const text = String.fromCharCode(...this.#bytes).replace(/[\r\n]+$/, "");
    this.#bytes = [];
    return { text, aim: this.#aim };
  }
}

const suits = (device) => device.collections.some((collection) =>
  collection.usagePage === FILTERS[0].usagePage);
const nameOf = (device) => device.productName?.trim() || "HID POS";

/** Follows every reader that the agent once allowed, also when plugged in later. */
export async function follow({ found, came, went }) {
  navigator.hid.addEventListener("connect", ({ device }) => attach(device));
  navigator.hid.addEventListener("disconnect", ({ device }) => {
    if (suits(device)) went({ key: device, kind: "hid", name: nameOf(device) });
  });
  for (const device of await navigator.hid.getDevices()) await attach(device);

  async function attach(device) {
    if (!suits(device)) return;
    if (!device.opened) await device.open();
    const assembly = new Assembly();
    device.oninputreport = ({ data }) => {
      const whole = assembly.take(data);
      if (whole) found({ text: whole.text, aim: whole.aim, by: "hid" });
    };
    came({ key: device, kind: "hid", name: nameOf(device) });
  }

  return { attach };
}

/** Asks the agent which reader; a gesture is needed. */
export const choose = async () => (await navigator.hid.requestDevice({ filters: FILTERS }))[0];
