import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKnownSecrets } from './engine/known-secrets.ts';
import { openLog } from './log.ts';

describe('the log', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-log-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('holds no secret, however deep it stands', () => {
    const data = join(folder, 'new', 'data');
    const logger = openLog(data, createKnownSecrets());
    logger.info({ profile: 'prod', secretAccessKey: 'hush' }, 'one');
    logger.info({ account: { credentials: { secretAccessKey: 'hush' } } }, 'two');
    logger.info(
      { err: { request: { headers: { authorization: 'hush', 'x-amz-security-token': 'hush' } } } },
      'x',
    );
    const written = readFileSync(join(data, 'slipway.log'), 'utf8');
    expect(written).toContain('prod');
    expect(written).not.toContain('hush');
  });

  it('refuses the start in one sentence when it is a folder', () => {
    mkdirSync(join(folder, 'slipway.log'));
    expect(() => openLog(folder, createKnownSecrets())).toThrow(
      `Slipway can't write its log ${join(folder, 'slipway.log')}: there is a folder in its place.`,
    );
  });

  it.runIf(existsSync('/dev/full'))('refuses the start in one sentence when the disk is full', () => {
    symlinkSync('/dev/full', join(folder, 'slipway.log'));
    expect(() => openLog(folder, createKnownSecrets())).toThrow('slipway.log: the disk is full.');
  });
});
