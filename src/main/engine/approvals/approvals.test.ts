import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Plan } from '../../../shared/model/plan.ts';
import type { HostFacts } from '../ports/ports.ts';
import { type ApprovalStore, openApprovalStore } from './approval-store.ts';
import { createApprovals } from './approvals.ts';

const MINUTE_MS = 60_000;
const PLAN: Plan = {
  id: '0b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a01',
  kind: 'deploy',
  service: { account: 'sandbox', region: 'us-east-1', cluster: 'production', service: 'web' },
  environment: 'production',
  createdAt: '2026-11-20T16:00:00.000Z',
  title: 'Deploy web:42 to web',
  base: {
    taskDefinitionArn: 'arn:aws:ecs:us-east-1:111111111111:task-definition/web:41',
    revision: 'web:41',
  },
  images: [],
  differences: [
    { subject: 'environment', name: 'GREETING', kind: 'changed', before: 'hello', after: 'typed-into-it' },
  ],
  serviceDifferences: [],
  unchanged: 0,
  checks: [],
  canExecute: true,
  calls: [],
  commands: [],
  confirmation: 'web',
};

let folder: string;
let now: Date;
let store: ApprovalStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-approvals-'));
  now = new Date('2026-11-20T16:00:00Z');
  store = openApprovalStore(
    { paths: { data: folder }, logger: pino({ level: 'silent' }) },
    { now: () => now },
  );
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const call = () => ({ signal: new AbortController().signal, emit: () => undefined });

function approvalsOf(host: HostFacts['host']) {
  const approvals = createApprovals({
    store,
    host: { host, version: '1' },
    clock: { now: () => now },
    pollMs: 1,
    onRequest: () => undefined,
  });
  const plans = async () => PLAN;
  const releases = approvals.keepingPlans({
    'releases.plan': plans,
    'releases.planRollback': plans,
    'releases.planRevision': plans,
  });
  return { ...approvals.handlers, ...releases };
}

async function ask(handlers: ReturnType<typeof approvalsOf>): Promise<string> {
  await handlers['releases.planRollback']({ service: PLAN.service }, call());
  const input = { plan: PLAN.id, requester: 'some-agent', waitSeconds: 0 };
  expect(await handlers['approvals.request'](input, call())).toEqual({ answer: 'waiting' });
  const [request] = store.waiting();
  return request?.id ?? '';
}

it('a plan for production is approved with its name only', async () => {
  const handlers = approvalsOf('browser');
  const id = await ask(handlers);
  const answer = { id, answer: 'approve' as const };
  await expect(handlers['approvals.answer'](answer, call())).rejects.toThrow('Type web to approve');
  await handlers['approvals.answer']({ ...answer, confirmation: 'web' }, call());
  expect(store.stateOf(id)).toBe('approved');
});

it('the command line cannot approve a plan', async () => {
  const handlers = approvalsOf('cli');
  const answer = { id: await ask(handlers), answer: 'approve' as const, confirmation: 'web' };
  await expect(handlers['approvals.answer'](answer, call())).rejects.toThrow("in Slipway's window");
});

it('a request for approval ends after ten minutes', async () => {
  const handlers = approvalsOf('browser');
  const id = await ask(handlers);
  now = new Date(now.getTime() + 11 * MINUTE_MS);
  expect(store.waiting()).toEqual([]);
  const answer = { id, answer: 'approve' as const, confirmation: 'web' };
  await expect(handlers['approvals.answer'](answer, call())).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('a plan that this process has not made cannot be asked for', async () => {
  const input = { plan: PLAN.id, requester: 'some-agent', waitSeconds: 0 };
  await expect(approvalsOf('browser')['approvals.request'](input, call())).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

it('values of variables in a request for approval are in no file', async () => {
  await ask(approvalsOf('browser'));
  const files = readdirSync(folder).filter((name) =>
    readFileSync(join(folder, name)).includes('typed-into-it'),
  );
  expect(files).toEqual([]);
});
