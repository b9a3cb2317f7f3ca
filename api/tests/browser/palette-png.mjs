// Pictures beside each other as one PNG with a palette: flat colours need no more, and the
// repository stays small.

import { crc32, deflateSync } from "node:zlib";

const COLOURS = 48;

/**
 * `pictures` are PNG files; drawn by the browser itself, in `columns`, each `width` wide, or in one
 * row, each `height` high.
 */
export async function palettePng(page, pictures, { columns, width, height }) {
  const encoded = pictures.map((picture) => picture.toString("base64"));
  const drawn = await page.evaluate(draw, { encoded, columns, wanted: width, high: height });
  const pixels = Buffer.from(drawn.rgb, "base64");
  return encode(pixels, drawn.width, drawn.height);
}

/** In the page: one canvas, its bytes as base64. */
async function draw({ encoded, columns, wanted, high }) {
  const GAP = 12;
  const images = await Promise.all(encoded.map(async (text) => {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    return createImageBitmap(new Blob([bytes], { type: "image/png" }));
  }));
  const width = wanted ?? images[0].width;
  const height = high ?? Math.round((images[0].height * width) / images[0].width);
  let edge = 0;
  const boxes = images.map((image, at) => {
    const [column, row] = [at % columns, Math.floor(at / columns)];
    if (!high) return [column * (width + GAP), row * (height + GAP), width];
    const left = edge;
    const wide = Math.round((image.width * high) / image.height);
    edge += wide + GAP;
    return [left, 0, wide];
  });
  const all = {
    width: Math.max(...boxes.map(([left, , wide]) => left + wide)),
    height: Math.max(...boxes.map(([, top]) => top + height)),
  };
  const canvas = new OffscreenCanvas(all.width, all.height);
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, all.width, all.height);
  pen.imageSmoothingQuality = "high";
  images.forEach((image, at) => {
    const [left, top, wide] = boxes[at];
    pen.drawImage(image, left, top, wide, height);
  });
  const { data } = pen.getImageData(0, 0, all.width, all.height);
  let text = "";
  for (let at = 0; at < data.length; at += 4) {
    text += String.fromCharCode(data[at], data[at + 1], data[at + 2]);
  }
  return { ...all, rgb: btoa(text) };
}

function encode(pixels, width, height) {
  const palette = paletteOf(pixels);
  const nearest = new Map();
  const lines = Buffer.alloc((width + 1) * height);
  for (let at = 0; at < width * height; at += 1) {
    const colour = pixels.readUIntBE(at * 3, 3);
    if (!nearest.has(colour)) nearest.set(colour, closest(colour, palette));
    lines[at + Math.floor(at / width) + 1] = nearest.get(colour);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.alloc(palette.length * 3);
  palette.forEach((colour, at) => colours.writeUIntBE(colour, at * 3, 3));
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("PLTE", colours),
    chunk("IDAT", deflateSync(lines, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
const distance = (left, right) => parts(left).reduce((sum, part, at) =>
  sum + (part - parts(right)[at]) ** 2, 0);

/** The most frequent colours that are far enough from each other. */
function paletteOf(pixels) {
  const counts = new Map();
  for (let at = 0; at < pixels.length; at += 3) {
    const colour = pixels.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = [];
  for (const [colour] of [...counts].sort(([, a], [, b]) => b - a).slice(0, 4000)) {
    if (palette.every((known) => distance(known, colour) > 350)) palette.push(colour);
    if (palette.length === COLOURS) break;
  }
  return palette;
}

function closest(colour, palette) {
  let best = 0;
  palette.forEach((known, at) => {
    if (distance(known, colour) < distance(palette[best], colour)) best = at;
  });
  return best;
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body) >>> 0);
  return Buffer.concat([size, body, sum]);
}
