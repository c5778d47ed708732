import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import type { FamilyFacts } from '../../../../shared/model/revision.ts';
import { openReleaseEngine, type ReleaseEngine } from '../../testing/release-engine.ts';
import { openRevisionCaches, type RevisionCaches } from '../cache/revision-cache.ts';
import { readFamilyFacts } from './family-facts.ts';

let sandbox: TestSandbox;
let engine: ReleaseEngine;
let data: string;
let caches: RevisionCaches;

beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  engine = await openReleaseEngine(sandbox);
  data = await mkdtemp(join(tmpdir(), 'slipway-facts-'));
  caches = openRevisionCaches({ paths: { data }, logger: pino({ level: 'silent' }) });
});
afterEach(async () => {
  caches.close();
  engine.close();
  await sandbox.close();
  await rm(data, { recursive: true });
});

function read(families: readonly string[], emit: (facts: FamilyFacts) => void = () => undefined) {
  const { aws } = engine.dependencies;
  const { signal } = new AbortController();
  return readFamilyFacts({ aws, caches }, { scope: engine.scope, families }, emit, signal);
}

const calls = (wanted: string): number =>
  sandbox.calls().filter(({ operation }) => operation === wanted).length;

it('the facts of a family take one list and one description, and are sent before the time is known', async () => {
  const events: FamilyFacts[] = [];
  const [dashboard] = await read(['dashboard'], (facts) => events.push(facts));
  expect(dashboard).toEqual({
    family: 'dashboard',
    revisions: 11,
    hasMore: false,
    newest: { name: 'dashboard:11', registeredAt: expect.stringMatching(/^\d{4}-/) },
  });
  expect(events).toEqual([{ ...dashboard, newest: { name: 'dashboard:11' } }, dashboard]);
  expect([calls('ListTaskDefinitions'), calls('DescribeTaskDefinition')]).toEqual([1, 1]);

  await read(['dashboard', 'dashboard']);
  expect([calls('ListTaskDefinitions'), calls('DescribeTaskDefinition')]).toEqual([2, 1]);
});

it('the facts of a family without an active revision have no newest one', async () => {
  expect(await read(['no-such-family'])).toEqual([
    { family: 'no-such-family', revisions: 0, hasMore: false },
  ]);
  expect(calls('DescribeTaskDefinition')).toBe(0);
});
