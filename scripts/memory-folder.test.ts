import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMemoryFolder, holdsPrograms } from './memory-folder.ts';

describe('the memory where the tests store their files', () => {
  it.each([
    ['tmpfs /dev/shm tmpfs rw,nosuid,nodev 0 0', true],
    ['shm /dev/shm tmpfs rw,nosuid,nodev,noexec,relatime,size=65536k 0 0', false],
    ['tmpfs /dev/shm tmpfs ro,nosuid 0 0', false],
    ['/dev/sda1 /dev/shm ext4 rw 0 0', false],
    ['tmpfs /run/shm tmpfs rw 0 0', false],
    ['tmpfs /dev/shm tmpfs rw,noexec 0 0\ntmpfs /dev/shm tmpfs rw 0 0', true],
    ['', false],
  ])('%j holds programs: %j', (mounts, expected) => {
    expect(holdsPrograms(`proc /proc proc rw 0 0\n${mounts}\n`)).toBe(expected);
  });

  it('is a folder that is gone when it was removed, or there is none', () => {
    const folder = createMemoryFolder();
    folder?.remove();
    expect(folder === undefined || !existsSync(folder.path)).toBe(true);
  });
});
