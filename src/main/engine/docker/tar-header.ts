const BLOCK_BYTES = 512;
const LONGEST_NAME = 100;
/** Eleven octal digits. */
const LARGEST_NUMBER = 8 ** 11 - 1;

const TYPES = { file: '0', link: '2', folder: '5', pax: 'x' } as const;

/** What a tar says of an entry. It belongs to root. */
export interface TarEntry {
  /** Relative and with slashes. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** As `stat` returns it. */
  readonly mode: number;
  readonly mtime: Date;
  /** In bytes; 0 for folders and links. */
  readonly size: number;
  /** Of a link. */
  readonly target?: string | undefined;
}

/**
 * The header of an entry in the pax format of POSIX.1-2001: one block, and an extended header before it for what the
 * block can't hold, such as long names. The content follows, then `paddingOf` it.
 */
export function tarHeader(entry: TarEntry): Buffer {
  const extended = extendedRecords(entry);
  const own = block({ ...entry, type: TYPES[entry.kind] });
  if (extended.length === 0) return own;
  const size = extended.length;
  const before = block({ path: 'PaxHeader', type: TYPES.pax, mode: 0o644, mtime: entry.mtime, size });
  return Buffer.concat([before, extended, Buffer.alloc(paddingOf(size)), own]);
}

/** How many zero bytes follow the content. */
export function paddingOf(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

/** Two empty blocks. */
export const TAR_END_BYTES = 2 * BLOCK_BYTES;

function extendedRecords({ path, target = '', size, mtime }: TarEntry): Buffer {
  const seconds = secondsOf(mtime);
  const records = [
    isShort(path) ? '' : record('path', path),
    isShort(target) ? '' : record('linkpath', target),
    isNumber(size) ? '' : record('size', String(size)),
    isNumber(seconds) ? '' : record('mtime', String(seconds)),
  ];
  return Buffer.from(records.join(''));
}

/** Its length counts itself too. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + String(bytes).length;
  if (String(length).length > String(bytes).length) length = bytes + String(length).length;
  return `${length}${rest}`;
}

interface HeaderBlock extends Omit<TarEntry, 'kind'> {
  readonly type: (typeof TYPES)[keyof typeof TYPES];
}

function block({ path, type, mode, mtime, size, target = '' }: HeaderBlock): Buffer {
  const bytes = Buffer.alloc(BLOCK_BYTES);
  bytes.write(path, 0, LONGEST_NAME);
  bytes.write(octal(mode & 0o7777, 7), 100);
  bytes.write(octal(0, 7), 108);
  bytes.write(octal(0, 7), 116);
  bytes.write(octal(size, 11), 124);
  bytes.write(octal(secondsOf(mtime), 11), 136);
  // The checksum is taken as if it were spaces.
  bytes.write(' '.repeat(8), 148);
  bytes.write(type, 156);
  bytes.write(target, 157, LONGEST_NAME);
  bytes.write('ustar\u000000', 257);
  let sum = 0;
  for (const byte of bytes) sum += byte;
  bytes.write(`${octal(sum, 6)}\u0000 `, 148);
  return bytes;
}

function octal(value: number, digits: number): string {
  return (isNumber(value) ? value : 0).toString(8).padStart(digits, '0');
}

function isNumber(value: number): boolean {
  return value >= 0 && value <= LARGEST_NUMBER;
}

function isShort(name: string): boolean {
  return Buffer.byteLength(name) <= LONGEST_NAME && /^[\x20-\x7e]*$/.test(name);
}

function secondsOf(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
