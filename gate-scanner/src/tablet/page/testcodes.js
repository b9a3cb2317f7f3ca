// The codes of the self-test card: what each is, and never a ticket. 253 and 261 digits that begin
// with 9 are more than 105 bytes hold; the 22 digits have wrong check digits; the rest have
// lengths that no code of ours has.

const TEN = "0123456789";

export const TEST_CODES = [
  { kind: "qr", name: "QR 253", digits: `901${TEN.repeat(25)}`, isTicket: true },
  { kind: "qr_live", name: "QR 261", digits: `902${TEN.repeat(25)}01234567`, isTicket: true },
  { kind: "code128", name: "Code 128", digits: `9903${TEN}98765432`, isTicket: true },
  { kind: "code39", name: "Code 39", digits: `9904${TEN}99`, isTicket: false },
  { kind: "itf", name: "Interleaved 2 of 5", digits: `9905${TEN}`, isTicket: false },
  { kind: "ean13", name: "EAN-13", digits: "9906012345676", isTicket: false },
];

export const testCodeOf = (text) => TEST_CODES.find(({ digits }) => digits === text);
