// QR codes of digits at level M, versions 6 and 7: 255 and 293 digits (ISO/IEC 18004). One fixed
// mask: readers take any.

const VERSIONS = [
  { version: 6, digits: 255, data: 108, ec: 16, blocks: 4, centres: [6, 34] },
  { version: 7, digits: 293, data: 124, ec: 18, blocks: 4, centres: [6, 22, 38] },
];
const MODE_NUMERIC = 0b0001;
const LEVEL_M = 0b00;
const MASK = 2;
const masked = (_, column) => column % 3 === 0;

/** Rows of booleans, dark is true; without the quiet zone. */
export function qr(digits) {
  const form = VERSIONS.find((one) => digits.length <= one.digits);
  const size = form.version * 4 + 17;
  const rows = Array.from({ length: size }, () => new Array(size).fill(null));
  drawFixed(rows, form);
  drawData(rows, interleaved(dataBytes(digits, form), form));
  return rows;
}

// ---- the content

function dataBytes(digits, { data }) {
  const bits = [];
  const put = (value, count) => {
    for (let bit = count - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1);
  };
  put(MODE_NUMERIC, 4);
  put(digits.length, 10);
  for (const group of digits.match(/.{1,3}/g)) put(Number(group), [0, 4, 7, 10][group.length]);
  put(0, Math.min(4, data * 8 - bits.length));
  while (bits.length % 8 !== 0) bits.push(0);
  const bytes = [];
  for (let at = 0; at < bits.length; at += 8) {
    bytes.push(parseInt(bits.slice(at, at + 8).join(""), 2));
  }
  for (let pad = 0xec; bytes.length < data; pad ^= 0xec ^ 0x11) bytes.push(pad);
  return bytes;
}

function interleaved(bytes, { blocks, data, ec }) {
  const length = data / blocks;
  const parts = Array.from({ length: blocks }, (_, index) =>
    bytes.slice(index * length, (index + 1) * length));
  const checks = parts.map((part) => remainder(part, generator(ec)));
  const turn = (lists, count) =>
    Array.from({ length: count }, (_, at) => lists.map((list) => list[at])).flat();
  return [...turn(parts, length), ...turn(checks, ec)];
}

// ---- Reed-Solomon over GF(256), x^8 + x^4 + x^3 + x^2 + 1

const EXP = [];
const LOG = [];
for (let power = 0, value = 1; power < 255; power += 1) {
  EXP[power] = value;
  LOG[value] = power;
  value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
}
const times = (a, b) => (a && b ? EXP[(LOG[a] + LOG[b]) % 255] : 0);

function generator(degree) {
  let factors = [1];
  for (let power = 0; power < degree; power += 1) {
    const next = [...factors, 0];
    factors.forEach((factor, at) => { next[at + 1] ^= times(factor, EXP[power]); });
    factors = next;
  }
  return factors;
}

function remainder(bytes, factors) {
  const rest = [...bytes, ...new Array(factors.length - 1).fill(0)];
  for (let at = 0; at < bytes.length; at += 1) {
    const lead = rest[at];
    factors.forEach((factor, index) => { rest[at + index] ^= times(factor, lead); });
  }
  return rest.slice(bytes.length);
}

// ---- the picture

function drawFixed(rows, { version, centres }) {
  const size = rows.length;
  const set = (row, column, dark) => {
    if (row >= 0 && column >= 0 && row < size && column < size) rows[row][column] = dark;
  };
  for (let at = 8; at < size - 8; at += 1) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  square(set, 3, 3, 4, [2, 4]);
  square(set, 3, size - 4, 4, [2, 4]);
  square(set, size - 4, 3, 4, [2, 4]);
  const last = centres.at(-1);
  for (const row of centres) {
    for (const column of centres) {
      const isCorner = (row === 6 && column === 6) || (row === 6 && column === last)
        || (row === last && column === 6);
      if (!isCorner) square(set, row, column, 2, [1]);
    }
  }
  drawFormat(set, size);
  if (version >= 7) drawVersion(set, size, version);
}

/** Rings around a centre, light where named. */
function square(set, row, column, reach, light) {
  for (let down = -reach; down <= reach; down += 1) {
    for (let right = -reach; right <= reach; right += 1) {
      const ring = Math.max(Math.abs(down), Math.abs(right));
      set(row + down, column + right, !light.includes(ring));
    }
  }
}

function drawFormat(set, size) {
  const data = (LEVEL_M << 3) | MASK;
  const bits = ((data << 10) | bch(data, 10, 0x537)) ^ 0x5412;
  const bit = (at) => ((bits >> at) & 1) === 1;
  for (let at = 0; at < 15; at += 1) {
    const column = at < 6 ? at : at < 8 ? at + 1 : size - 15 + at;
    set(at < 8 ? column : size - 15 + at, 8, bit(at));
    const across = at < 8 ? size - 1 - at : at < 9 ? 7 : 14 - at;
    set(8, across, bit(at));
  }
  set(size - 8, 8, true);
}

function drawVersion(set, size, version) {
  const bits = (version << 12) | bch(version, 12, 0x1f25);
  for (let at = 0; at < 18; at += 1) {
    const dark = ((bits >> at) & 1) === 1;
    const along = Math.floor(at / 3);
    const across = size - 11 + (at % 3);
    set(along, across, dark);
    set(across, along, dark);
  }
}

function bch(data, count, polynomial) {
  let rest = data << count;
  const degree = (value) => 31 - Math.clz32(value);
  while (rest !== 0 && degree(rest) >= count) rest ^= polynomial << (degree(rest) - count);
  return rest;
}

function drawData(rows, bytes) {
  const size = rows.length;
  let at = 0;
  let up = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right -= 1;
    for (let step = 0; step < size; step += 1) {
      const row = up ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (rows[row][column] !== null) continue;
        const bit = at < bytes.length * 8 && ((bytes[at >> 3] >> (7 - (at & 7))) & 1) === 1;
        rows[row][column] = bit !== masked(row, column);
        at += 1;
      }
    }
    up = !up;
  }
}
