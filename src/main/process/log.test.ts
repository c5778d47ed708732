import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKnownSecrets } from '../engine/ports/known-secrets.ts';
import { areaLogger } from '../engine/ports/log-areas.ts';
import { openLog } from './log.ts';

describe('the log', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-log-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('contains no secret at any depth', () => {
    const data = join(folder, 'new', 'data');
    const logger = openLog(data, createKnownSecrets(), undefined);
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

  it('contains no known secret in messages, stacks, causes or addresses', () => {
    const token = `IQoJb3JpZ2luX2VjE${randomBytes(450).toString('base64')}`;
    const secrets = createKnownSecrets();
    const logger = openLog(folder, secrets, undefined);
    secrets.add(token);
    const error = new Error(`outer ${token}`, { cause: new Error(`inner ${encodeURIComponent(token)}`) });
    logger.error({ err: error, url: `https://x/?t=${token}` }, `said ${token}`);
    const written = readFileSync(join(folder, 'slipway.log'), 'utf8');
    expect(written).toContain('outer [hidden]');
    expect(written).not.toContain(token.slice(0, 16));
    expect(written).not.toContain(encodeURIComponent(token).slice(20, 40));
  });

  it('contains the details of the areas in SLIPWAY_LOG, without secrets, and of no other', () => {
    const secrets = createKnownSecrets();
    secrets.add('hunter2-hunter2');
    const logger = openLog(folder, secrets, 'aws');
    logger.debug('detail of no area');
    areaLogger(logger, 'docker').debug('detail of docker');
    areaLogger(logger, 'aws').debug({ token: 'hush' }, 'detail of aws with hunter2-hunter2');
    const written = readFileSync(join(folder, 'slipway.log'), 'utf8');
    expect(written).toContain('"area":"aws","token":"[hidden]","msg":"detail of aws with [hidden]"');
    expect(written).not.toContain('detail of docker');
    expect(written).not.toContain('detail of no area');
  });

  it('refuses the start in one sentence when SLIPWAY_LOG is wrong', () => {
    expect(() => openLog(folder, createKnownSecrets(), 'everything')).toThrow(
      'SLIPWAY_LOG has "everything", which is not an area of the log.',
    );
  });

  it('refuses the start in one sentence when it is a folder', () => {
    mkdirSync(join(folder, 'slipway.log'));
    expect(() => openLog(folder, createKnownSecrets(), undefined)).toThrow(
      `Slipway can't write its log ${join(folder, 'slipway.log')}: there is a folder in its place.`,
    );
  });

  it.runIf(existsSync('/dev/full'))('refuses the start in one sentence when the disk is full', () => {
    symlinkSync('/dev/full', join(folder, 'slipway.log'));
    expect(() => openLog(folder, createKnownSecrets(), undefined)).toThrow('slipway.log: the disk is full.');
  });
});
