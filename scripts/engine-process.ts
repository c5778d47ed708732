import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import type { EngineProcess } from './engine-restarts.ts';

/** What the process of the engine tells about itself. */
export const EngineMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('listening'), port: z.number() }),
  z.strictObject({ kind: z.literal('accepted'), key: z.string() }),
]);
export type EngineMessage = z.infer<typeof EngineMessage>;

/** What lets pages call the engine; it outlives the engine's processes, so that pages stay connected. */
export interface DevSession {
  readonly ticket: string;
  readonly keys: Set<string>;
}

/** The name of the variable that hands the session to the process of the engine. */
export const SESSION_VARIABLE = 'SLIPWAY_DEV_SESSION';

/** An engine closes in a tenth of a second. One that hangs is not waited for longer than this. */
const LONGEST_STOP_MS = 2000;

/** Starts a process with the engine, the sandbox and the browser host, from the sources as they are now. */
export function startEngineProcess(session: DevSession, environment: NodeJS.ProcessEnv): EngineProcess {
  const port = Promise.withResolvers<number>();
  const kept = { ticket: session.ticket, keys: [...session.keys] };
  const child = fork(join(import.meta.dirname, 'run-engine.ts'), {
    env: { ...environment, [SESSION_VARIABLE]: JSON.stringify(kept) },
    // Ctrl+C in the terminal reaches only the process that was started there, which then stops this one.
    detached: process.platform !== 'win32',
  });
  child.on('message', (sent) => {
    const message = EngineMessage.parse(sent);
    if (message.kind === 'accepted') session.keys.add(message.key);
    else port.resolve(message.port);
  });
  return {
    port: port.promise,
    ended: once(child, 'exit').then(() => undefined),
    stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_STOP_MS);
      child.once('exit', () => clearTimeout(timer));
    },
  };
}
