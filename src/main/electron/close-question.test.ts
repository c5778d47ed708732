import { pino } from 'pino';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '../../shared/model/job.ts';
import { createDispatcher } from '../engine/ports/dispatcher.ts';
import type { Handlers } from '../engine/ports/handlers.ts';
import * as standIn from '../testing/electron-stand-in.ts';
import { createCloseQuestion } from './close-question.ts';
import { followRunningJobs } from './running-jobs.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

const logger = pino({ level: 'silent' });
const RELEASE: Job = {
  id: '7ff1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e',
  kind: 'deploy',
  account: 'sandbox',
  region: 'us-east-1',
  cluster: 'production',
  subject: 'web',
  title: 'Deploy web:1.9.0 to web',
  state: 'watching',
  sentence: '2 of 6 tasks run web:42.',
  startedAt: '2026-08-20T10:00:00.000Z',
  recovered: false,
};
const KEEP_OPEN = 0;
const CLOSE_ANYWAY = 1;

describe('the question before the app closes', () => {
  let jobs: readonly Job[];
  let hold: (event: { preventDefault: () => void }) => void;

  beforeEach(() => {
    vi.clearAllMocks();
    jobs = [RELEASE];
    hold = createCloseQuestion({ runningJobs: () => jobs, logger }).hold;
  });

  const nextTask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  function tryToClose(): { readonly isHeld: boolean } {
    const event = { preventDefault: vi.fn<() => void>() };
    hold(event);
    return { isHeld: event.preventDefault.mock.calls.length > 0 };
  }

  it('is not asked while nothing is in progress', () => {
    jobs = [];
    expect(tryToClose().isHeld).toBe(false);
    expect(standIn.dialog.showMessageBox).not.toHaveBeenCalled();
  });

  it('names the release in progress, and what continues without Slipway', () => {
    expect(tryToClose().isHeld).toBe(true);
    const { message, detail, buttons } = standIn.lastQuestion();
    expect(message).toBe('A job is still in progress');
    expect(detail).toContain('Deploy web:1.9.0 to web');
    expect(detail).toContain('Amazon ECS continues with every deployment that it has accepted');
    expect(detail).toContain('it reads its journal and picks them up');
    expect(buttons).toEqual(['Keep open', 'Close anyway']);
  });

  it('keeps the app open, and is asked again at the next attempt', async () => {
    standIn.answerNext(KEEP_OPEN);
    tryToClose();
    await nextTask();
    expect(standIn.app.quit).not.toHaveBeenCalled();
    expect(tryToClose().isHeld).toBe(true);
    expect(standIn.dialog.showMessageBox).toHaveBeenCalledTimes(2);
  });

  it('quits the app when the answer is to close anyway, and does not ask again', async () => {
    standIn.answerNext(CLOSE_ANYWAY);
    tryToClose();
    await nextTask();
    expect(standIn.app.quit).toHaveBeenCalledOnce();
    expect(tryToClose().isHeld).toBe(false);
  });

  it('is shown once, however often somebody tries to close', async () => {
    const answer = standIn.holdNext();
    expect(tryToClose().isHeld).toBe(true);
    jobs = [];
    expect(tryToClose().isHeld).toBe(true);
    expect(standIn.dialog.showMessageBox).toHaveBeenCalledOnce();
    answer(KEEP_OPEN);
    await nextTask();
    expect(tryToClose().isHeld).toBe(false);
  });

  it('says that a clean-up pauses, and names at most five jobs', () => {
    const cleanup: Job = { ...RELEASE, kind: 'cleanup', title: 'Clean up web' };
    jobs = Array.from({ length: 8 }, () => cleanup);
    tryToClose();
    const { message, detail } = standIn.lastQuestion();
    expect(message).toBe('8 jobs are still in progress');
    expect(detail?.match(/Clean up web/g)).toHaveLength(5);
    expect(detail).toContain('and 3 more');
    expect(detail).toContain('A clean-up pauses, and continues when you start Slipway again.');
    expect(detail).not.toContain('Amazon ECS');
  });
});

describe('the jobs in progress', () => {
  it('are those of the engine, except jobs that wait, have ended, or are part of another job', async () => {
    const emitted = Promise.withResolvers<void>();
    const whole = '0b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a01';
    const watch: Handlers['jobs.watch'] = async (_input, { signal, emit }) => {
      emit([
        { ...RELEASE, partOf: whole },
        { ...RELEASE, id: whole, kind: 'fleet', state: 'sending' },
        { ...RELEASE, id: 'd94ec0f3-4c40-4b0a-a7e1-6f6c7a6f8f11', state: 'waiting' },
        { ...RELEASE, id: 'd94ec0f3-4c40-4b0a-a7e1-6f6c7a6f8f12', state: 'ended' },
      ]);
      emitted.resolve();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      throw signal.reason;
    };
    const dispatcher = createDispatcher({ 'jobs.watch': watch }, logger);
    const runningJobs = followRunningJobs(dispatcher, logger);
    await emitted.promise;
    expect(runningJobs().map(({ id }) => id)).toEqual([whole]);
    await dispatcher.close();
  });
});
