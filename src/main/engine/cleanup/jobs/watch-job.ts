import { cancelled } from '../../../../shared/errors.ts';
import type { CleanupJob } from '../../../../shared/model/cleanup.ts';
import { lastPer } from '../../ports/pacing.ts';

/** Another process may run the job; its changes are polled at this interval. */
const LOOKED_EVERY_MS = 1_000;
const PROGRESS_EVERY_MS = 100;

interface Source {
  readonly find: (id: string) => CleanupJob;
  /** Told the id of a job whenever something of it changes in this process. */
  readonly listeners: Set<(id: string) => void>;
}

interface Watch {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly emit: (job: CleanupJob) => void;
  readonly isEnd: (job: CleanupJob) => boolean;
}

/** Emits a job as it changes, and returns it once `isEnd` says so. Throws CANCELLED, and what `find` throws. */
export async function watchJob(
  { find, listeners }: Source,
  { id, signal, emit, isEnd }: Watch,
): Promise<CleanupJob> {
  const { promise, resolve, reject } = Promise.withResolvers<CleanupJob>();
  const pace = lastPer(PROGRESS_EVERY_MS, emit);
  let seen = '';

  function poll(): void {
    const job = find(id);
    const content = JSON.stringify(job);
    if (content === seen) return;
    seen = content;
    pace.push(job);
    if (isEnd(job)) resolve(job);
  }
  function pollSafely(): void {
    try {
      poll();
    } catch (error) {
      reject(error);
    }
  }
  function lookAt(changed: string): void {
    if (changed === id) pollSafely();
  }
  function giveUp(): void {
    reject(cancelled('Following a clean-up'));
  }

  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  listeners.add(lookAt);
  const timer = setInterval(pollSafely, LOOKED_EVERY_MS);
  pollSafely();
  try {
    return await promise;
  } finally {
    pace.flush();
    pace.stop();
    clearInterval(timer);
    listeners.delete(lookAt);
    signal.removeEventListener('abort', giveUp);
  }
}
