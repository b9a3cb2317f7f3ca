// The tablet's own camera, where the browser reads barcodes by itself.

const EVERY_MS = 120;
const FORMATS = ["qr_code", "code_128"];
const AIM = { qr_code: "]Q1", code_128: "]C0" };

export async function isThere() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
  const known = await BarcodeDetector.getSupportedFormats();
  return FORMATS.every((format) => known.includes(format));
}

/** Shows the picture in `video` and reads until `stop()`. The same code is told once a second. */
export async function start(video, found) {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment", width: { ideal: 1280 } },
  });
  video.srcObject = stream;
  await video.play();
  const detector = new BarcodeDetector({ formats: FORMATS });
  let last = { text: "", at: 0 };
  const timer = setInterval(async () => {
    const seen = await detector.detect(video).catch(() => []);
    for (const { rawValue: text, format } of seen) {
      const isSame = text === last.text && Date.now() - last.at < 1000;
      last = { text, at: Date.now() };
      if (!isSame) found({ text, aim: AIM[format], by: "camera" });
    }
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
}
