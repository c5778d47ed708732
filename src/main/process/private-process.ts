/** Permission bits of everybody but the owner. */
const OTHERS = 0o077;

/**
 * Makes every file that this process creates from now on its owner's alone: journal, caches, log, and what SQLite,
 * Chromium and others write beside them. To be called first by each entry. Windows has no such bits.
 */
export function keepNewFilesPrivate(): void {
  process.umask(OTHERS);
}
