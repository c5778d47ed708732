import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeregisterTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type {
  RevisionNamesEvent,
  RevisionReadingEvent,
  RevisionStatus,
} from '../../../../shared/model/revision.ts';
import type { Aws } from '../../aws/aws.ts';
import { openImageCache } from '../../images/image-cache.ts';
import { createImageLookup } from '../../images/image-lookup.ts';
import { awsAtEndpoint } from '../../testing/aws-at-endpoint.ts';
import { openRevisionCaches } from '../cache/revision-cache.ts';
import { createRevisionHandlers } from '../revision-handlers.ts';

const logger = pino({ level: 'silent' });
const REVISIONS = 230;
const cleanUps: (() => unknown)[] = [];
let sandbox: TestSandbox;
let aws: Aws;
let scope: Scope;
let data: string;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'slipway-family-'));
  cleanUps.push(() => rm(data, { recursive: true }));
  await startAgain();
  const client = ecs();
  for (let number = 1; number <= REVISIONS; number += 1) await register(number, client);
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** Another sandbox in the place of the one before, if there is one. */
async function startAgain(): Promise<void> {
  sandbox = await startTestSandbox({ scenario: 'empty' });
  const clients = await awsAtEndpoint(sandbox);
  ({ aws, scope } = clients);
  const started = sandbox;
  cleanUps.push(
    () => started.close(),
    () => clients.aws.close(),
  );
}

async function register(version: number, client = ecs()): Promise<void> {
  const containerDefinitions = [{ name: 'app', image: `web:${version}`, memory: 64 }];
  await client.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions }));
}

async function deregister(number: number): Promise<void> {
  await ecs().send(new DeregisterTaskDefinitionCommand({ taskDefinition: `web:${number}` }));
}

/** A client without Slipway's pace. */
function ecs(): ECSClient {
  const { endpoint, region, credentials } = sandbox;
  const client = new ECSClient({ endpoint, region, credentials });
  cleanUps.push(() => client.destroy());
  return client;
}

/** The handlers of a process that uses the data folder, as after a start. */
function start() {
  const cache = openImageCache({ paths: { data }, logger });
  const caches = openRevisionCaches({ paths: { data }, logger });
  cleanUps.push(
    () => cache.close(),
    () => caches.close(),
  );
  const images = createImageLookup({ aws, cache, logger });
  return createRevisionHandlers({ aws, images, caches, logger });
}

function listening<E>() {
  const events: E[] = [];
  const signal = new AbortController().signal;
  return { events, context: { signal, emit: (event: E) => void events.push(event) } };
}

async function namesOf(
  handlers: ReturnType<typeof start>,
  statuses: RevisionStatus[] = ['ACTIVE'],
  whole = false,
) {
  const { context, events } = listening<RevisionNamesEvent>();
  const { listed } = await handlers['revisions.names']({ ...scope, family: 'web', statuses, whole }, context);
  return { listed, numbers: listed.flatMap(({ numbers }) => numbers), events };
}

/** The calls that `act` makes. */
async function callsOf(act: () => Promise<unknown>): Promise<readonly string[]> {
  const before = sandbox.calls().length;
  await act();
  return sandbox
    .calls()
    .slice(before)
    .map(({ operation }) => operation);
}

const rowsOf = (family: string, from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, index) => ({
    revision: `${family}${from - index}`,
    before: `${family}${from - index - 1}`,
  }));

describe('the names of a family', () => {
  it('arrive page by page, newest first, with each status separately', async () => {
    await deregister(5);
    const { listed, events } = await namesOf(start(), ['ACTIVE', 'INACTIVE']);
    const active = listed.find(({ status }) => status === 'ACTIVE');
    expect(active?.numbers.slice(0, 3)).toEqual([230, 229, 228]);
    expect(active?.numbers).toHaveLength(REVISIONS - 1);
    expect(listed.find(({ status }) => status === 'INACTIVE')?.numbers).toEqual([5]);
    expect(events.filter(({ status }) => status === 'ACTIVE').map(({ numbers }) => numbers.length)).toEqual([
      100, 100, 29,
    ]);
  });

  it('need at most two calls when the family is opened again, also after a restart', async () => {
    const handlers = start();
    const { listed } = await namesOf(handlers);
    const rows = rowsOf(listed[0]?.family ?? '', REVISIONS, REVISIONS - 20);
    await handlers['revisions.rows']({ ...scope, rows }, listening().context);
    await register(REVISIONS + 1);

    const restarted = start();
    const calls = await callsOf(async () => {
      expect((await namesOf(restarted)).numbers).toHaveLength(REVISIONS + 1);
      await restarted['revisions.rows']({ ...scope, rows }, listening().context);
    });
    expect(calls).toEqual(['ListTaskDefinitions', 'DescribeTaskDefinition']);
  });

  it('are read until a page is complete where one is missing, and all of them on request', async () => {
    const handlers = start();
    await namesOf(handlers);
    await deregister(REVISIONS - 2);
    await deregister(3);
    const again = await namesOf(handlers);
    expect(again.numbers).not.toContain(REVISIONS - 2);
    const whole = await namesOf(handlers, ['ACTIVE'], true);
    expect(whole.numbers).not.toContain(3);
  });

  it('are not those of an earlier sandbox at the same endpoint', async () => {
    const handlers = start();
    const { listed } = await namesOf(handlers);
    const family = listed[0]?.family ?? '';
    await handlers['revisions.rows']({ ...scope, rows: rowsOf(family, 230, 200) }, listening().context);

    await startAgain();
    await register(1000);
    const restarted = start();
    const rows = [{ revision: `${family}1` }];
    expect((await namesOf(restarted)).numbers).toEqual([1]);
    const [row] = await restarted['revisions.rows']({ ...scope, rows }, listening().context);
    expect(row?.revision.containers[0]?.image).toBe('web:1000');
  });
});

describe('the visible rows', () => {
  it('say what changed since the compared revision, and omit deleted ones', async () => {
    const handlers = start();
    const { listed } = await namesOf(handlers);
    const family = listed[0]?.family ?? '';
    const entries = await handlers['revisions.rows'](
      { ...scope, rows: [...rowsOf(family, 12, 11), { revision: `${family}9999` }] },
      listening().context,
    );
    expect(entries.map(({ revision }) => revision.name)).toEqual(['web:12', 'web:11']);
    expect(entries[0]?.images).toMatchObject([
      { change: 'changed', before: { image: 'web:11' }, after: { image: 'web:12' } },
    ]);
  });
});

describe('a search', () => {
  it('returns cached revisions without a call, then the rest in order', async () => {
    const handlers = start();
    const { listed } = await namesOf(handlers);
    const family = listed[0]?.family ?? '';
    await handlers['revisions.rows']({ ...scope, rows: rowsOf(family, 3, 2) }, listening().context);
    const { events, context } = listening<RevisionReadingEvent>();
    const revisions = [5, 4, 3, 2, 1].map((number) => `${family}${number}`);
    const calls = await callsOf(() => handlers['revisions.search']({ ...scope, revisions }, context));
    expect(calls).toEqual(['DescribeTaskDefinition', 'DescribeTaskDefinition']);
    expect(events.map((event) => event.revisions.map(({ number }) => number))).toEqual([
      [3, 2, 1],
      [5, 4],
    ]);
  });
});
