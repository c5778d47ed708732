import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The picture that every icon is drawn from. */
export const ICON_SOURCE = join('resources', 'icon.svg');

/** Holds the hash of the picture that the icon files were drawn from. */
export const ICON_SOURCE_HASH = join('resources', 'icons', 'source.sha256');

/** The window's own icon. macOS takes that of the package instead. */
export const WINDOW_ICON = { file: join('resources', 'icon.png'), size: 512 } as const;

export const ICO = { file: join('resources', 'icon.ico'), sizes: [16, 24, 32, 48, 64, 128, 256] } as const;
export const ICNS = { file: join('resources', 'icon.icns'), sizes: [32, 64, 128, 256, 512, 1024] } as const;

/** A PNG for each size of the freedesktop.org icon theme, named as electron-builder wants it. */
export const LINUX_ICONS = {
  folder: join('resources', 'icons'),
  sizes: [16, 24, 32, 48, 64, 128, 256, 512],
} as const;

export function linuxIconFile(size: number): string {
  return join(LINUX_ICONS.folder, `${size}x${size}.png`);
}

/** SHA-256 of the picture, the same whatever line ends Git gave it. */
export function iconSourceHash(root: string): string {
  const source = readFileSync(join(root, ICON_SOURCE), 'utf8').replaceAll('\r\n', '\n');
  return createHash('sha256').update(source).digest('hex');
}
