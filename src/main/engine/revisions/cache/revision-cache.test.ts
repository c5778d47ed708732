import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECSClient } from '@aws-sdk/client-ecs';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { taskDefinitionWithEveryMember } from '../../testing/schema-samples.ts';
import { openRevisionCaches } from './revision-cache.ts';

const logger = pino({ level: 'silent' });
const scope = { account: 'profile:a', region: 'eu-west-1' };
const arn = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1';
const { tags = [], ...content } = taskDefinitionWithEveryMember();
const revision = {
  taskDefinition: { ...content, taskDefinitionArn: arn, registeredAt: new Date('2026-01-02T03:04:05Z') },
  tags: tags ?? [],
};

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'slipway-cache-'));
});
afterEach(() => rm(data, { recursive: true }));

function client(endpoint?: string): ECSClient {
  return new ECSClient({ region: 'eu-west-1', ...(endpoint && { endpoint }) });
}

describe('openRevisionCaches', () => {
  it('returns a complete revision after a restart, including times', async () => {
    const first = openRevisionCaches({ paths: { data }, logger });
    (await first.of(client(), scope)).write(revision);
    first.close();
    const second = openRevisionCaches({ paths: { data }, logger });
    expect(await (await second.of(client(), scope)).read(arn)).toEqual(revision);
    second.close();
  });

  it('shares what profiles of the same account have read', async () => {
    const caches = openRevisionCaches({ paths: { data }, logger });
    (await caches.of(client(), scope)).write(revision);
    const other = await caches.of(client(), { ...scope, account: 'profile:b' });
    expect(await other.read(arn)).toEqual(revision);
    caches.close();
  });

  it('separates the answers of different endpoints', async () => {
    const caches = openRevisionCaches({ paths: { data }, logger });
    const one = await caches.of(client('http://127.0.0.1:1'), scope);
    const other = await caches.of(client('http://127.0.0.1:2'), scope);
    one.write(revision);
    expect(await one.read(arn)).toEqual(revision);
    expect(await other.read(arn)).toBeUndefined();
    expect(await (await caches.of(client(), scope)).read(arn)).toBeUndefined();
    caches.close();
  });

  it('starts empty when the file is damaged', async () => {
    await writeFile(join(data, 'revisions.sqlite'), 'this is no database, however long it may be'.repeat(50));
    const caches = openRevisionCaches({ paths: { data }, logger });
    (await caches.of(client(), scope)).write(revision);
    expect(await (await caches.of(client(), scope)).read(arn)).toEqual(revision);
    caches.close();
  });
});

describe('what an endpoint other than AWS returned earlier', () => {
  /** Revisions 1 and 2 as an earlier session has kept them, and the cache of a session after it. */
  async function laterSession() {
    const first = openRevisionCaches({ paths: { data }, logger });
    const before = await first.of(client('http://127.0.0.1:1'), scope);
    before.write(revision);
    before.write(second);
    before.names.write('ACTIVE', { family, numbers: [2, 1], listedAt: new Date() });
    first.close();
    const caches = openRevisionCaches({ paths: { data }, logger });
    return { caches, later: await caches.of(client('http://127.0.0.1:2'), scope) };
  }

  const family = arn.slice(0, -1);
  const second = {
    ...revision,
    taskDefinition: { ...revision.taskDefinition, taskDefinitionArn: `${family}2` },
  };

  it('is used again once a revision has the same registration time, up to that revision', async () => {
    const { caches, later } = await laterSession();
    expect(await later.read(arn)).toBeUndefined();
    expect(later.doubted([arn])).toBe(arn);
    await later.settle(arn, revision);
    expect(later.doubted([arn])).toBeUndefined();
    expect(await later.read(arn)).toEqual(revision);
    expect(await later.read(`${family}2`)).toBeUndefined();
    expect(later.doubted([`${family}2`, arn])).toBe(`${family}2`);
    caches.close();
  });

  it.each([
    ['has been registered at another moment', new Date('2026-01-02T03:04:05.001Z')],
    ['no longer exists', undefined],
  ])('is removed with its names once one %s', async (_what, registeredAt) => {
    const { caches, later } = await laterSession();
    const now = registeredAt && {
      ...revision,
      taskDefinition: { ...revision.taskDefinition, registeredAt },
    };
    await later.settle(arn, now);
    expect(later.doubted([`${family}2`, arn])).toBeUndefined();
    expect(await later.read(`${family}2`)).toBeUndefined();
    expect(later.names.read(family, 'ACTIVE')).toBeUndefined();
    caches.close();
  });
});
