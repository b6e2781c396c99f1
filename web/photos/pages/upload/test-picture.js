// @ts-check
/** Pictures to try uploads with: drawn here, and as large as one likes. */

const CHUNK = 1 << 20; // bytes of padding in one PNG chunk
const END = 12; // bytes of the chunk IEND, with which a PNG ends

let made = 0;

/**
 * Makes a PNG of about size bytes. What the drawing lacks is filled up with
 * chunks of a private, ancillary type, which every reader of PNG skips.
 * @param {number} size bytes
 * @returns {Promise<File>}
 */
export async function testPicture(size) {
  made += 1;
  const drawing = await draw(made);
  const padding = paddingChunk();
  const chunks = Math.max(0, Math.round((size - drawing.size) / padding.length));
  const parts = [
    drawing.slice(0, drawing.size - END),
    ...Array(chunks).fill(padding),
    drawing.slice(drawing.size - END),
  ];
  return new File(parts, `test-picture-${Date.now().toString(36)}-${made}.png`, { type: "image/png" });
}

/**
 * A flower, a new one each time.
 * @param {number} number
 * @returns {Promise<Blob>}
 */
function draw(number) {
  const canvas = document.createElement("canvas");
  canvas.width = 1200;
  canvas.height = 800;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const hue = (number * 67) % 360;
  context.fillStyle = `hsl(${(hue + 150) % 360} 24% 88%)`;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(600, 400);
  context.fillStyle = `hsl(${hue} 48% 44%)`;
  for (let petal = 0; petal < 5; petal++) {
    context.rotate((Math.PI * 2) / 5);
    context.beginPath();
    context.ellipse(0, -170, 95, 150, 0, 0, Math.PI * 2);
    context.fill();
  }
  context.fillStyle = `hsl(${(hue + 50) % 360} 70% 70%)`;
  context.beginPath();
  context.arc(0, 0, 42, 0, Math.PI * 2);
  context.fill();
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("the canvas gave no picture"))),
      "image/png",
    );
  });
}

/** @type {Uint8Array<ArrayBuffer> | null} */
let padding = null;

/** The chunk: its length, its type "ruFf", nothing much, and the check sum of type and content. */
function paddingChunk() {
  if (padding) return padding;
  const chunk = new Uint8Array(CHUNK + END);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, CHUNK);
  chunk.set([0x72, 0x75, 0x46, 0x66], 4); // small r: may be skipped; small u: private; small f: may be copied
  view.setUint32(8 + CHUNK, crc32(chunk.subarray(4, 8 + CHUNK)));
  padding = chunk;
  return chunk;
}

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
