import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECSClient } from '@aws-sdk/client-ecs';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRevisionCaches } from './revision-cache.ts';
import { taskDefinitionWithEveryMember } from './schema-samples.ts';

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
  it('gives a revision back whole after a restart, times included', async () => {
    const first = openRevisionCaches({ paths: { data }, logger });
    first.of(client()).write(scope, revision);
    first.close();
    const second = openRevisionCaches({ paths: { data }, logger });
    expect(await second.of(client()).read(scope, arn)).toEqual(revision);
    second.close();
  });

  it('keeps accounts and regions apart', async () => {
    const caches = openRevisionCaches({ paths: { data }, logger });
    caches.of(client()).write(scope, revision);
    expect(await caches.of(client()).read({ ...scope, account: 'profile:b' }, arn)).toBeUndefined();
    expect(await caches.of(client()).read({ ...scope, region: 'eu-west-2' }, arn)).toBeUndefined();
    caches.close();
  });

  it('keeps what another endpoint answers apart, and not beyond the process', async () => {
    const caches = openRevisionCaches({ paths: { data }, logger });
    const [one, other] = [client('http://127.0.0.1:1'), client('http://127.0.0.1:2')];
    caches.of(one).write(scope, revision);
    expect(await caches.of(one).read(scope, arn)).toEqual(revision);
    expect(await caches.of(other).read(scope, arn)).toBeUndefined();
    expect(await caches.of(client()).read(scope, arn)).toBeUndefined();
    caches.close();
  });

  it('starts anew when the file is damaged', async () => {
    await writeFile(join(data, 'revisions.sqlite'), 'this is no database, however long it may be'.repeat(50));
    const caches = openRevisionCaches({ paths: { data }, logger });
    caches.of(client()).write(scope, revision);
    expect(await caches.of(client()).read(scope, arn)).toEqual(revision);
    caches.close();
  });
});
