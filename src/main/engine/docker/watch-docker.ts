import { z } from 'zod';
import { cancelled } from '../../../shared/errors.ts';
import type { DockerChange, DockerStatus } from '../../../shared/model/docker.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { lastPer } from '../ports/pacing.ts';
import { type ConnectDocker, pause } from './connection.ts';
import { dockerFailure } from './docker-errors.ts';
import type { DockerEndpoint } from './endpoint.ts';
import { readJsonStream } from './json-stream.ts';

/** In milliseconds. */
export interface WatchPauses {
  /** Before an Engine that has ended is asked again; doubled each time, up to the longest. */
  readonly firstRetry: number;
  readonly longestRetry: number;
  /** Between two readings of the configuration, which may name another Engine now. The Engine is not asked for that. */
  readonly address: number;
}

const PAUSES: WatchPauses = { firstRetry: 1_000, longestRetry: 30_000, address: 10_000 };

/** A build tags and untags images in a moment. */
const IMAGES_PACE_MS = 500;

/** https://docs.docker.com/reference/api/engine/version/v1.41/#tag/System/operation/SystemEvents */
const EngineEvent = lazyObject(() => ({ Type: z.string().optional(), Action: z.string().optional() }));
/** Actions that change no list of images. */
const NO_CHANGE: ReadonlySet<string> = new Set(['push', 'save']);

interface Watching {
  readonly signal: AbortSignal;
  readonly emit: (change: DockerChange) => void;
  readonly pauses?: WatchPauses;
}

/** Whether the Docker Engine answers. Never throws because of Docker: the reason is in the answer. */
export async function readDockerStatus(connect: ConnectDocker, signal: AbortSignal): Promise<DockerStatus> {
  try {
    const connection = await connect();
    const { endpoint } = connection;
    const version = await connection.ask(signal, (engine) => engine.version());
    return {
      state: 'connected',
      version: version.Version,
      from: endpoint.from,
      platform: { os: version.Os, architecture: version.Arch },
      ...(endpoint.problem === undefined ? {} : { warning: endpoint.problem }),
    };
  } catch (error) {
    const failure = dockerFailure(error, 'report its version', signal);
    if (failure.code === 'CANCELLED') throw failure;
    return { state: 'unavailable', message: failure.message };
  }
}

/**
 * Tells the state of the Docker Engine whenever it changes, and when its images have changed. It listens to the Engine's events:
 * while they come, or could come, the Engine is asked for nothing. One that has ended, or gives no events, is asked again
 * after a pause. Throws CANCELLED when the signal aborts, and nothing else.
 */
export async function watchDocker(
  connect: ConnectDocker,
  { signal, emit, pauses = PAUSES }: Watching,
): Promise<never> {
  let told = '';
  const tell = (status: DockerStatus): void => {
    const now = JSON.stringify(status);
    if (now !== told) emit({ kind: 'status', status });
    told = now;
  };
  const images = lastPer<undefined>(IMAGES_PACE_MS, () => emit({ kind: 'images' }));
  let wait = pauses.firstRetry;
  try {
    while (!signal.aborted) {
      const listening = {
        signal,
        pauses,
        onOpen(status: DockerStatus): void {
          wait = pauses.firstRetry;
          tell(status);
          // What happened before is not told as an event.
          images.push(undefined);
        },
        onImages: () => images.push(undefined),
      };
      const end = await listen(connect, listening);
      if (signal.aborted) break;
      if (end === 'another-address') continue;
      tell(await readDockerStatus(connect, signal));
      await pause(wait, signal);
      wait = Math.min(wait * 2, pauses.longestRetry);
    }
  } finally {
    images.stop();
  }
  throw cancelled('docker.watch');
}

interface Listening {
  readonly signal: AbortSignal;
  readonly pauses: WatchPauses;
  readonly onOpen: (status: DockerStatus) => void;
  readonly onImages: () => void;
}

/** Listens until the Engine ends, cannot be asked, or another one is configured. */
async function listen(
  connect: ConnectDocker,
  { signal, pauses, onOpen, onImages }: Listening,
): Promise<'ended' | 'another-address'> {
  const over = new AbortController();
  const moved = new AbortController();
  try {
    const connection = await connect();
    void untilMoved(connect, connection.endpoint, { ms: pauses.address, signal: over.signal }).then(() =>
      moved.abort(),
    );
    await connection.listen(
      AbortSignal.any([signal, moved.signal]),
      (engine) => engine.events({ type: ['image'] }),
      async (events) => {
        onOpen(await readDockerStatus(connect, signal));
        for await (const value of readJsonStream(events)) {
          const { Type, Action = '' } = EngineEvent.parse(value);
          if (Type === 'image' && !NO_CHANGE.has(Action)) onImages();
        }
      },
    );
    return 'ended';
  } catch {
    // The state that is read next has the reason.
    return moved.signal.aborted ? 'another-address' : 'ended';
  } finally {
    over.abort();
  }
}

/** Resolves when the configuration names another Engine, and never after the signal has aborted. */
async function untilMoved(
  connect: ConnectDocker,
  endpoint: DockerEndpoint,
  { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
): Promise<void> {
  const now = JSON.stringify(endpoint);
  for (;;) {
    await pause(ms, signal);
    if (signal.aborted) return new Promise(() => undefined);
    // A configuration that is being written is read again.
    const found = await connect().catch(() => undefined);
    if (found !== undefined && JSON.stringify(found.endpoint) !== now) return;
  }
}
