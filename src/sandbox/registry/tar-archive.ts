export const BLOCK_BYTES = 512;

/** A tar archive with one file in it, in the ustar format of POSIX.1-1988: what a seeded image's layer is made of. */
export function tarWithFile(name: string, content: Buffer, modifiedAt: Date): Buffer {
  return Buffer.concat([tarHeader(name, content.length, modifiedAt), content, tarTrailer(content.length)]);
}

/** What stands before the bytes of a file. */
export function tarHeader(name: string, size: number, modifiedAt: Date): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(name, 0, 100, 'utf8');
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(octal(size), 124);
  header.write(octal(Math.floor(modifiedAt.getTime() / 1000)), 136);
  // The checksum is computed with spaces in its own place.
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** What stands after the bytes of the last file: zeros to the end of its block, and two blocks of zeros. */
export function tarTrailer(size: number): Buffer {
  const padding = (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
  return Buffer.alloc(padding + 2 * BLOCK_BYTES);
}

function octal(value: number): string {
  return `${value.toString(8).padStart(11, '0')}\0`;
}
