import { spawnSync } from 'node:child_process';

/**
 * Whether a program of the machine runs. Tests that need it are skipped without it, but not on a Linux runner of CI, where
 * nobody would notice that. @throws Error there
 */
export function isInstalled(program: string): boolean {
  if (spawnSync(program, ['--version']).status === 0) return true;
  if (process.env.CI === 'true' && process.platform === 'linux') {
    throw new Error(
      `These tests need ${program}, which does not run here. Install it, or run npm test, which does.`,
    );
  }
  return false;
}
