import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

  it('holds no known secret, in messages, stacks, causes and addresses alike', () => {
    const token = `IQoJb3JpZ2luX2VjE${randomBytes(450).toString('base64')}`;
    const secrets = createKnownSecrets();
    const logger = openLog(folder, secrets);
    secrets.add(token);
    const error = new Error(`outer ${token}`, { cause: new Error(`inner ${encodeURIComponent(token)}`) });
    logger.error({ err: error, url: `https://x/?t=${token}` }, `said ${token}`);
    const written = readFileSync(join(folder, 'slipway.log'), 'utf8');
    expect(written).toContain('outer [hidden]');
    expect(written).not.toContain(token.slice(0, 16));
    expect(written).not.toContain(encodeURIComponent(token).slice(20, 40));
  });
});
