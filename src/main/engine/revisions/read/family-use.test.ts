import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateStateMachineCommand } from '@aws-sdk/client-sfn';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../../sandbox/testing/sandbox.ts';
import type { FamilyUse } from '../../../../shared/model/revision.ts';
import { refuse } from '../../testing/counted-requests.ts';
import { openReleaseEngine, type ReleaseEngine } from '../../testing/release-engine.ts';
import { openRevisionCaches, type RevisionCaches } from '../cache/revision-cache.ts';
import { readFamilyUse } from './family-use.ts';

let sandbox: TestSandbox;
let engine: ReleaseEngine;
let data: string;
let caches: RevisionCaches & { close(): void };
beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  engine = await openReleaseEngine(sandbox);
  data = await mkdtemp(join(tmpdir(), 'slipway-use-'));
  caches = openRevisionCaches({ paths: { data }, logger: pino({ level: 'silent' }) });
});
afterEach(async () => {
  caches.close();
  engine.close();
  await sandbox.close();
  await rm(data, { recursive: true });
});

function useOf(family: string): Promise<FamilyUse> {
  const { aws } = engine.dependencies;
  const { signal } = new AbortController();
  return readFamilyUse({ aws, caches }, { ...engine.scope, family }, false, signal);
}

const arnOf = (name: string): string => `arn:aws:ecs:us-east-1:123456789012:task-definition/${name}`;

it('the use of a family includes schedules, rules and state machines that start its revisions', async () => {
  const { uses, notRead, unknown } = await useOf('report-nightly');
  expect(uses).toEqual([
    { arn: arnOf('report-nightly:14'), reasons: ['the schedule nightly-report runs it'] },
    { arn: arnOf('report-nightly:9'), reasons: ['the state machine month-end runs it'] },
  ]);
  expect({ notRead, unknown }).toEqual({ notRead: [], unknown: [] });
});

it('the use of a family includes what may be read, names the missing action, and is read again the next time', async () => {
  const client = engine.dependencies.aws.schedules(engine.scope, 'visible');
  refuse(client, 'ListSchedules', 'AccessDeniedException', () => true, 'scheduler');
  const { uses, notRead, problem } = await useOf('report-nightly');
  expect(problem).toBeUndefined();
  expect(uses.map(({ arn }) => arn)).toEqual([arnOf('report-nightly:9')]);
  expect(notRead).toEqual([
    { part: 'EventBridge Scheduler', reason: expect.stringContaining('scheduler:ListSchedules') },
  ]);
  client.middlewareStack.remove('refuseListSchedules');
  expect((await useOf('report-nightly')).notRead).toEqual([]);
});

it('the use of a family names what may need any revision', async () => {
  const Run = { Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask.sync', End: true };
  await engine.dependencies.aws.stateMachines(engine.scope, 'visible').send(
    new CreateStateMachineCommand({
      name: 'on-demand',
      roleArn: 'arn:aws:iam::123456789012:role/on-demand',
      definition: JSON.stringify({ StartAt: 'Run', States: { Run } }),
    }),
  );
  expect((await useOf('legacy-cart')).unknown).toEqual([
    { source: 'the state machine on-demand', reason: 'computes its task definition when it runs' },
  ]);
});
