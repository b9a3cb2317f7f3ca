// Linear barcodes of digits, as widths of bars and spaces in turn, beginning with a bar.

const CODE_128 = (
  "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 "
  + "122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 "
  + "321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 "
  + "211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 "
  + "213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 "
  + "121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 "
  + "241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 "
  + "412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 "
  + "211214 211232"
).split(" ");
const START_C = 105;
const STOP = "2331112";

/** Set C: two digits a symbol. */
export function code128(digits) {
  const values = digits.match(/../g).map(Number);
  const sum = values.reduce((total, value, index) => total + value * (index + 1), START_C);
  return widths([START_C, ...values, sum % 103].map((value) => CODE_128[value]).join("") + STOP);
}

/** Wide elements of 0 to 9 and of the asterisk that begins and ends, as 1. */
const CODE_39 = {
  0: "000110100", 1: "100100001", 2: "001100001", 3: "101100000", 4: "000110001",
  5: "100110000", 6: "001110000", 7: "000100101", 8: "100100100", 9: "001100100", "*": "010010100",
};

export function code39(digits) {
  const symbols = Array.from(`*${digits}*`, (character) => CODE_39[character]);
  return widths(symbols.map((symbol) => wide(symbol, 3)).join("1"));
}

const TWO_OF_5 = [
  "00110", "10001", "01001", "11000", "00101", "10100", "01100", "00011", "10010", "01010",
];

/** An even number of digits. */
export function itf(digits) {
  const pairs = digits.match(/../g).map(([bar, space]) => {
    const bars = TWO_OF_5[bar];
    const spaces = TWO_OF_5[space];
    return Array.from(bars, (_, index) => wide(bars[index] + spaces[index], 3)).join("");
  });
  return widths(`1111${pairs.join("")}311`);
}

const wide = (symbol, width) => Array.from(symbol, (bit) => (bit === "1" ? width : 1)).join("");

const EAN_LEFT = [
  "3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112",
];
/** Which of the six digits on the left are mirrored, told by the first digit. */
const EAN_PARITY = [
  "000000", "001011", "001101", "001110", "010011", "011001", "011100", "010101", "010110",
  "011010",
];

/** 13 digits with their check digit. */
export function ean13(digits) {
  const mirror = (text) => Array.from(text).reverse().join("");
  const left = Array.from(digits.slice(1, 7), (digit, index) =>
    (EAN_PARITY[digits[0]][index] === "1" ? mirror(EAN_LEFT[digit]) : EAN_LEFT[digit]));
  const right = Array.from(digits.slice(7), (digit) => EAN_LEFT[digit]);
  return widths(`111${left.join("")}11111${right.join("")}111`);
}

const widths = (text) => Array.from(text, Number);
