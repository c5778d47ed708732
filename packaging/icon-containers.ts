/** A square picture: PNG bytes, and the length of its sides in pixels. */
export interface IconImage {
  readonly size: number;
  readonly png: Buffer;
}

/**
 * OSTypes of an icns file whose content is a PNG, by the pixels of each side. 32, 256 and 512 exist twice: as that
 * size, and as half of it on a Retina display. `icp4` and `icp5` are left out: macOS draws a PNG in them wrongly in
 * small lists, and scales `ic11` instead. https://en.wikipedia.org/wiki/Apple_Icon_Image_format
 */
const ICNS_TYPES: Readonly<Record<number, readonly string[]>> = {
  32: ['ic11'],
  64: ['ic12'],
  128: ['ic07'],
  256: ['ic08', 'ic13'],
  512: ['ic09', 'ic14'],
  1024: ['ic10'],
};

const ICO_HEADER_BYTES = 6;
const ICO_ENTRY_BYTES = 16;
const ICNS_HEADER_BYTES = 8;

/**
 * The images as a Windows icon file. Throws for an image of more than 256 pixels, which an entry cannot name.
 * https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10)
 */
export function encodeIco(images: readonly IconImage[]): Buffer {
  const header = Buffer.alloc(ICO_HEADER_BYTES);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);

  let offset = ICO_HEADER_BYTES + ICO_ENTRY_BYTES * images.length;
  const entries = images.map(({ size, png }) => {
    if (size > 256) throw new Error(`An ico file holds images of up to 256 pixels, not of ${size}.`);
    const entry = Buffer.alloc(ICO_ENTRY_BYTES);
    // One byte for each side, in which 0 stands for 256.
    entry.writeUInt8(size % 256, 0);
    entry.writeUInt8(size % 256, 1);
    entry.writeUInt16LE(1, 4);
    entry.writeUInt16LE(32, 6);
    entry.writeUInt32LE(png.length, 8);
    entry.writeUInt32LE(offset, 12);
    offset += png.length;
    return entry;
  });
  return Buffer.concat([header, ...entries, ...images.map(({ png }) => png)]);
}

/** The images as a macOS icon file. Throws for a size that such a file has no type for. */
export function encodeIcns(images: readonly IconImage[]): Buffer {
  const elements = images.flatMap(({ size, png }) => {
    const types = ICNS_TYPES[size];
    if (types === undefined) throw new Error(`An icns file has no type for images of ${size} pixels.`);
    return types.map((type) => icnsElement(type, png));
  });
  return icnsElement('icns', Buffer.concat(elements));
}

function icnsElement(type: string, content: Buffer): Buffer {
  const header = Buffer.alloc(ICNS_HEADER_BYTES);
  header.write(type, 0, 'latin1');
  header.writeUInt32BE(ICNS_HEADER_BYTES + content.length, 4);
  return Buffer.concat([header, content]);
}
