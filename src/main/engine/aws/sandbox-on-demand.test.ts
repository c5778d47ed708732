import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import type { Job } from '../../../shared/model/job.ts';
import type { CallContext } from '../ports/handlers.ts';
import type { FixedAccount, StartedSandbox } from '../ports/ports.ts';
import { createSandboxOnDemand } from './sandbox-on-demand.ts';

const ACCOUNT: FixedAccount = {
  id: 'sandbox',
  name: 'sandbox',
  region: 'us-east-1',
  endpoint: 'http://127.0.0.1:4566',
  credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
};

const DEPLOY: Job = {
  id: 'plan',
  kind: 'deploy',
  account: 'sandbox',
  region: 'us-east-1',
  cluster: 'production',
  subject: 'checkout',
  title: 'Deploy checkout:29',
  state: 'watching',
  sentence: 'In progress',
  startedAt: '2026-11-30T10:00:00Z',
  recovered: false,
};

/** A host that starts the sandbox when `begin` is called, and the jobs at work. */
function openHost(jobs: readonly Job[] = []) {
  const listed: string[] = [];
  const events: string[] = [];
  const starting = Promise.withResolvers<void>();
  const startSandbox = vi.fn<() => Promise<StartedSandbox>>(async () => {
    await starting.promise;
    events.push('started');
    return {
      account: ACCOUNT,
      isTemporary: false,
      close: async () => void events.push(`closed, listed: ${listed.join()}`),
    };
  });
  const sandbox = createSandboxOnDemand({
    startSandbox,
    accounts: {
      add: async ({ id }) => void listed.push(id),
      remove: async (id) => void listed.splice(listed.indexOf(id), 1),
    },
    jobs: { list: () => jobs },
    logger: pino({ level: 'silent' }),
  });
  const context = { signal: new AbortController().signal, emit: () => undefined };
  return {
    sandbox,
    startSandbox,
    listed,
    events,
    begin: () => starting.resolve(),
    start: () =>
      sandbox.handlers['accounts.startSandbox']({}, context satisfies CallContext<'accounts.startSandbox'>),
    stop: () => sandbox.handlers['accounts.stopSandbox']({}, context),
  };
}

describe('the sandbox beside the AWS profiles', () => {
  it('is started once, however often it is asked for, and stopped after its account is forgotten', async () => {
    const { sandbox, start, stop, begin, startSandbox, listed, events } = openHost();
    expect(sandbox.state()).toBe('offered');
    const asked = [start(), start()];
    begin();
    const answer = { account: 'sandbox', region: 'us-east-1', isTemporary: false };
    expect(await Promise.all(asked)).toEqual([answer, answer]);
    expect(startSandbox).toHaveBeenCalledOnce();
    expect(listed).toEqual(['sandbox']);
    expect(sandbox.state()).toBe('started');

    await Promise.all([stop(), stop()]);
    expect(events).toEqual(['started', 'closed, listed: ']);
    expect(sandbox.state()).toBe('offered');
    expect(await start()).toEqual(answer);
  });

  it('is stopped after its start, where somebody is quicker than the start', async () => {
    const { start, stop, begin, sandbox, events } = openHost();
    const asked = start();
    const stopping = stop();
    begin();
    await Promise.all([asked, stopping]);
    expect(events).toEqual(['started', 'closed, listed: ']);
    expect(sandbox.state()).toBe('offered');
  });

  it('says why it did not start, and is offered again', async () => {
    const { start, begin, startSandbox, sandbox } = openHost();
    begin();
    startSandbox.mockRejectedValueOnce(new Error('listen EMFILE: too many open files'));
    await expect(start()).rejects.toMatchObject({
      message:
        'The sandbox did not start: listen EMFILE: too many open files. Correct this and try again. The log in the data folder has the details.',
    });
    startSandbox.mockRejectedValueOnce(Object.assign(new Error('write'), { code: 'ENOSPC' }));
    await expect(start()).rejects.toThrow('The sandbox did not start: the disk is full.');
    expect(sandbox.state()).toBe('offered');
    expect(await start()).toMatchObject({ account: 'sandbox' });
  });

  it('is not stopped under a job, and is once that has ended', async () => {
    const jobs: Job[] = [{ ...DEPLOY, account: 'profile:prod' }, DEPLOY];
    const { start, stop, begin, listed, sandbox } = openHost(jobs);
    begin();
    await start();
    await expect(stop()).rejects.toMatchObject({
      code: 'CONFLICT',
      message:
        "The sandbox can't be stopped while this is in progress there: Deploy checkout:29. Wait until it ends or cancel it under Activity, then stop the sandbox.",
    });
    expect(listed).toEqual(['sandbox']);
    jobs[1] = { ...DEPLOY, state: 'ended' };
    await stop();
    expect(sandbox.state()).toBe('offered');
  });

  it('ends with the engine, also where it is just starting, and starts no more', async () => {
    const { start, begin, sandbox, startSandbox, events } = openHost([DEPLOY]);
    const asked = start();
    await vi.waitFor(() => expect(startSandbox).toHaveBeenCalled());
    const closing = sandbox.close();
    begin();
    await Promise.all([asked, closing]);
    expect(events).toEqual(['started', 'closed, listed: ']);
    await expect(start()).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('is not offered by a host without one, which says how to have one', async () => {
    const sandbox = createSandboxOnDemand({
      accounts: { add: async () => undefined, remove: async () => undefined },
      jobs: { list: () => [] },
      logger: pino({ level: 'silent' }),
    });
    expect(sandbox.state()).toBeUndefined();
    const context = { signal: new AbortController().signal, emit: () => undefined };
    await expect(sandbox.handlers['accounts.startSandbox']({}, context)).rejects.toThrow(/--sandbox/);
  });
});
