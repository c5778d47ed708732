import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'vite';
import { z } from 'zod';
import type { Sandbox } from '../src/sandbox/start.ts';

const Answer = z.object({
  id: z.number(),
  events: z.array(z.object({ kind: z.string(), ms: z.number(), items: z.number() })),
  ms: z.number(),
  output: z.number(),
  failure: z.string().optional(),
});
export type Answer = z.infer<typeof Answer>;

/** An engine in a process of its own. */
export interface EngineProcess {
  call(method: string, input: unknown): Promise<Answer>;
  close(): Promise<void>;
}

interface EngineOptions {
  readonly pollIntervalMs?: number;
}

export async function startEngine(
  { endpoint, region, credentials }: Sandbox,
  data: string,
  { pollIntervalMs }: EngineOptions = {},
): Promise<EngineProcess> {
  const options = JSON.stringify({ data, endpoint, region, credentials, pollIntervalMs });
  const child = fork(await buildEngine(), [options], {
    // As `npm start` starts the browser host.
    execArgv: ['--max-semi-space-size=8', '--expose-gc'],
  });
  await once(child, 'message');
  const waiting = new Map<number, (answer: Answer) => void>();
  child.on('message', (message) => {
    const answer = Answer.parse(message);
    waiting.get(answer.id)?.(answer);
  });
  let last = 0;
  return {
    async call(method, input) {
      last += 1;
      const { promise, resolve } = Promise.withResolvers<Answer>();
      waiting.set(last, resolve);
      child.send({ id: last, method, input });
      const answer = await promise;
      if (answer.failure !== undefined) throw new Error(`${method} failed: ${answer.failure}`);
      return answer;
    },
    close: () => ended(child),
  };
}

/** One file of it, as the app is built: to load it from its sources takes 70 MB more. */
async function buildEngine(): Promise<string> {
  const outDir = join(import.meta.dirname, '..', 'node_modules', '.cache', 'bench');
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true, external: ['pino'] },
    build: { ssr: join(import.meta.dirname, 'account-engine.ts'), outDir },
  });
  return join(outDir, 'account-engine.js');
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.disconnect();
  await exit;
}
