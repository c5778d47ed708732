import { createHash } from 'node:crypto';

export const TEN_MEGABYTES = '/var/tmp/ten-megabytes';
export const ESCAPES = '/var/tmp/escape-sequences';
export const FILES: readonly string[] = [
  '/app/server.js',
  '/app/package.json',
  '/etc/hostname',
  '/etc/os-release',
  TEN_MEGABYTES,
  ESCAPES,
];
const BIT_OF_TEN_MEGABYTES = 64 * 1024;

/** The first 10 MiB of the hexadecimal SHA-256 of `0`, `1`, `2` and so on: one line that nobody has to store. */
export function* tenMegabytes(): Generator<Buffer> {
  const perPart = BIT_OF_TEN_MEGABYTES / 64;
  for (let part = 0; part < 160; part += 1) {
    const lines = Array.from({ length: perPart }, (_, index) =>
      createHash('sha256')
        .update(String(part * perPart + index))
        .digest('hex'),
    );
    yield Buffer.from(lines.join(''));
  }
}

/** What programs can show that want to trick a terminal: a title, the clipboard, a link; then plain text. */
export const ESCAPE_SEQUENCES =
  '\x1b]0;title from the container\x07\x1b]2;title from the container\x07\x1b]52;c;Y2xpcGJvYXJk\x07' +
  '\x1b]8;;https://example.com\x07a link\x1b]8;;\x07\r\nthe end of escape-sequences\r\n';

/** What a folder has; nothing for what is none. */
export function namesIn(path: string): readonly string[] {
  const within = path === '/' ? '/' : `${path}/`;
  const inside = FILES.filter((file) => file.startsWith(within));
  return [...new Set(inside.map((file) => file.slice(within.length).split('/', 1)[0] ?? ''))];
}
