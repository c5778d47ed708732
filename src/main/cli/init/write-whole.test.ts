import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWhole } from './write-whole.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-write-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A full disk takes what still fits, and then fails. */
function fullDisk(file: string, text: string): never {
  writeFileSync(file, text.slice(0, 3));
  throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
}

describe('a file that is written while the disk is full', () => {
  it('is as it was', () => {
    const file = join(folder, 'slipway.yml');
    writeFileSync(file, 'environments: {}\n');
    expect(() => writeWhole(file, 'environments: { staging: {} }\n', fullDisk)).toThrow('no space left');
    expect(readFileSync(file, 'utf8')).toBe('environments: {}\n');
    expect(readdirSync(folder)).toEqual(['slipway.yml']);
  });

  it('is not there when it is new', () => {
    expect(() => writeWhole(join(folder, 'slipway.yml'), 'text', fullDisk)).toThrow('no space left');
    expect(readdirSync(folder)).toEqual([]);
  });
});

it('a file that is written again keeps its rights, also behind a link', () => {
  const file = join(folder, 'shared.yml');
  const link = join(folder, 'slipway.yml');
  writeFileSync(file, 'old');
  chmodSync(file, 0o640);
  symlinkSync(file, link);
  writeWhole(link, 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
});
