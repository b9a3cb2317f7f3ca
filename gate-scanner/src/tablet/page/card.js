// Draws the self-test card.

import { code128, code39, ean13, itf } from "/tablet/linear.js";
import { qr } from "/tablet/qr.js";
import { TEST_CODES } from "/tablet/testcodes.js";
import { dress, t } from "/tablet/texts.js";

const SVG = "http://www.w3.org/2000/svg";
const QUIET_MATRIX = 4;
const QUIET_BARS = 10;
const BARS = { code128, code39, itf, ean13 };

dress();
document.title = `Guichet · ${t().cardTitle}`;
document.getElementById("codes").append(...TEST_CODES.map(figure));
document.getElementById("print").addEventListener("click", () => window.print());

function figure({ kind, name, digits, isTicket }) {
  const bars = BARS[kind];
  const box = document.createElement("figure");
  box.className = bars ? "bars" : "matrix";
  box.dataset.kind = kind;
  const caption = document.createElement("figcaption");
  const title = document.createElement("b");
  title.textContent = name;
  const use = document.createElement("span");
  use.textContent = isTicket ? t().cardTicket : t().cardOther;
  caption.append(title, use);
  box.append(bars ? drawBars(bars(digits), name) : drawMatrix(qr(digits), name), caption);
  return box;
}

function drawBars(widths, name) {
  let at = QUIET_BARS;
  const parts = widths.map((width, index) => {
    const from = at;
    at += width;
    return index % 2 === 0 ? `M${from} 0h${width}v40h-${width}z` : "";
  });
  return picture(at + QUIET_BARS, 40, parts.join(""), name, "none");
}

function drawMatrix(rows, name) {
  const dark = rows.flatMap((row, down) => row.map((isDark, right) =>
    (isDark ? `M${right + QUIET_MATRIX} ${down + QUIET_MATRIX}h1v1h-1z` : "")));
  const size = rows.length + 2 * QUIET_MATRIX;
  return picture(size, size, dark.join(""), name, "xMidYMid");
}

function picture(width, height, d, name, fit) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("preserveAspectRatio", fit);
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", name);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", d);
  path.setAttribute("fill", "#000000");
  svg.append(path);
  return svg;
}
