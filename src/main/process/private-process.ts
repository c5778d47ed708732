/** Permission bits of everybody but the owner. */
const OTHERS = 0o077;

/**
 * Makes every file that this process creates from now on its owner's alone: journal, caches, log, and what SQLite,
 * Chromium and others write beside them. Windows has no such bits. A diagnostic report, which a person can ask Node.js for
 * (NODE_OPTIONS=--report-on-signal), leaves out the environment: it may hold keys and the password of a proxy
 * (https://nodejs.org/api/report.html). To be called first by each entry.
 */
export function keepNewFilesPrivate(): void {
  process.umask(OTHERS);
  process.report.excludeEnv = true;
}
