import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { createJobs, type Jobs } from '../jobs/jobs.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';
import { openSlipway } from '../testing/slipway.ts';
import { createReleaseJobs, type ReleaseJobs } from './release-jobs.ts';

const SERVICE = { account: 'sandbox', region: 'us-east-1', cluster: 'tools', service: 'dashboard' };

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
});
afterEach(() => sandbox.close());

function change() {
  const registry = new URL(sandbox.endpoint).host;
  return { images: [{ container: 'app', image: `${registry}/dashboard:5.2.1` }] };
}

describe('a release as a job', () => {
  let engine: ReleaseEngine;
  let jobs: Jobs;
  let releases: ReleaseJobs;
  let asksForCode: boolean;
  beforeEach(async () => {
    engine = await openReleaseEngine(sandbox);
    asksForCode = false;
    const aws = { ...engine.dependencies.aws, asksForCode: () => asksForCode };
    jobs = createJobs({ clock: { now: () => new Date() }, logger: pino({ level: 'silent' }) });
    const dependencies = { ...engine.dependencies, aws };
    releases = createReleaseJobs({ dependencies, jobs });
  });
  afterEach(async () => {
    await jobs.close();
    engine.close();
  });

  it('continues when its caller leaves, and is followed to its end', async () => {
    const plan = await engine.releases['releases.plan']({ service: SERVICE, change: change() }, aCall());
    const caller = new AbortController();
    const call = releases.execute(
      { plan: plan.id, tagRevision: true },
      { signal: caller.signal, emit: () => caller.abort() },
    );
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    const ended = eventually(() =>
      expect(jobs.list()).toMatchObject([{ state: 'ended', outcome: 'succeeded' }]),
    );
    await sandbox.clock.runUntil(ended);
    expect(engine.journal.entries.list({})).toMatchObject([{ state: 'done', outcome: 'succeeded' }]);
  });

  it('stops between two calls when it is cancelled, and reports what it left', async () => {
    const plan = await engine.releases['releases.plan']({ service: SERVICE, change: change() }, aCall());
    const call = releases.execute(
      { plan: plan.id, tagRevision: true },
      { ...aCall(), emit: () => jobs.cancel(plan.id) },
    );
    await expect(call).rejects.toMatchObject({
      code: 'CANCELLED',
      detail: { releaseId: expect.any(String) },
    });
    expect(engine.journal.entries.list({})).toMatchObject([{ state: 'unfinished' }]);
  });

  it('does not ask for an MFA code after a restart: it waits until one was entered', async () => {
    const plan = await engine.releases['releases.plan']({ service: SERVICE, change: change() }, aCall());
    const { id } = await engine.releases['releases.execute']({ plan: plan.id, tagRevision: true }, aCall());
    engine.journal.entries.release(id);
    asksForCode = true;
    const before = sandbox.calls().length;
    releases.recover();
    await eventually(() => expect(jobs.list()).toMatchObject([{ state: 'waiting', recovered: true }]));
    expect(sandbox.calls().slice(before)).toEqual([]);
  });
});

it('a release is found again when the engine restarts while ECS deploys', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'jobs-'));
  const first = await openSlipway(sandbox, folder);
  const plan = await first.client.call('releases.plan', { service: SERVICE, change: change() });
  const release = await first.client.call('releases.execute', { plan: plan.id });
  await first.close();

  const second = await openSlipway(sandbox, folder);
  const done = eventually(async () => {
    const { entries } = await second.client.call('journal.list', {});
    expect(entries).toMatchObject([{ id: release.id, state: 'done', outcome: 'succeeded' }]);
  });
  await sandbox.clock.runUntil(done);
  await second.close();
  rmSync(folder, { recursive: true });
});
