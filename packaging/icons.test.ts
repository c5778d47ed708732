import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../scripts/checkout.mjs';
import { encodeIcns, encodeIco } from './icon-containers.ts';
import {
  ICNS,
  ICO,
  ICON_SOURCE_HASH,
  iconSourceHash,
  LINUX_ICONS,
  linuxIconFile,
  WINDOW_ICON,
} from './icon-files.ts';

function read(file: string): Buffer {
  return readFileSync(join(ROOT, file));
}

/** Sides of a PNG, from its first chunk: https://www.w3.org/TR/png-3/#11IHDR */
function pngSides(png: Buffer): readonly [number, number] {
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

function icoImages(ico: Buffer): readonly Buffer[] {
  return Array.from({ length: ico.readUInt16LE(4) }, (_, index) => {
    const entry = 6 + 16 * index;
    const offset = ico.readUInt32LE(entry + 12);
    return ico.subarray(offset, offset + ico.readUInt32LE(entry + 8));
  });
}

function icnsImages(icns: Buffer): ReadonlyMap<string, Buffer> {
  expect(icns.readUInt32BE(4)).toBe(icns.length);
  const images = new Map<string, Buffer>();
  for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
    images.set(icns.toString('latin1', at, at + 4), icns.subarray(at + 8, at + icns.readUInt32BE(at + 4)));
  }
  return images;
}

describe('the icon files', () => {
  it('were drawn from the SVG as it is now; npm run icons draws them again', () => {
    expect(read(ICON_SOURCE_HASH).toString().trim()).toBe(iconSourceHash(ROOT));
  });

  it.each([...LINUX_ICONS.sizes])('hold a PNG of %i pixels for Linux', (size) => {
    expect(pngSides(read(linuxIconFile(size)))).toEqual([size, size]);
  });

  it('hold a large icon for the window', () => {
    expect(pngSides(read(WINDOW_ICON.file))).toEqual([WINDOW_ICON.size, WINDOW_ICON.size]);
  });

  it('hold every size that Windows shows', () => {
    expect(icoImages(read(ICO.file)).map((png) => pngSides(png)[0])).toEqual([...ICO.sizes]);
  });

  it('hold every size that macOS shows, on a Retina display too', () => {
    const images = icnsImages(read(ICNS.file));
    const sizes = Object.fromEntries([...images].map(([type, png]) => [type, pngSides(png)[0]]));
    expect(sizes).toEqual({
      ic07: 128,
      ic08: 256,
      ic09: 512,
      ic10: 1024,
      ic11: 32,
      ic12: 64,
      ic13: 256,
      ic14: 512,
    });
  });
});

it('an icon file is refused for a size that its format does not have', () => {
  expect(() => encodeIco([{ size: 512, png: Buffer.of() }])).toThrow('up to 256 pixels, not of 512');
  expect(() => encodeIcns([{ size: 24, png: Buffer.of() }])).toThrow('no type for images of 24 pixels');
});
