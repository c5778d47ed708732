import { z } from 'zod';
import { openBenchEngine } from './bench-engine.ts';

/**
 * An engine in a process of its own, so that its memory can be measured without the sandbox. Takes calls as messages,
 * and answers when which kind of event came and how many items it had.
 */
const Options = z.object({
  data: z.string(),
  endpoint: z.string(),
  region: z.string(),
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  pollIntervalMs: z.number().optional(),
});

const Call = z.object({ id: z.number(), method: z.string(), input: z.unknown() });

const options = Options.parse(JSON.parse(process.argv[2] ?? ''));
const { data, pollIntervalMs, ...account } = options;
const engine = await openBenchEngine({ account, data, pollIntervalMs });

process.on('message', (message) => void answer(message));
process.on('disconnect', () => void engine.close());
process.send?.({ ready: true });

async function answer(message: unknown): Promise<void> {
  const { id, method, input } = Call.parse(message);
  if (method === 'heap') {
    globalThis.gc?.();
    process.send?.({ id, events: [], ms: 0, output: process.memoryUsage().heapUsed });
    return;
  }
  if (method === 'rss') {
    globalThis.gc?.();
    process.send?.({ id, events: [], ms: 0, output: process.memoryUsage().rss });
    return;
  }
  const start = performance.now();
  const events: { readonly kind: string; readonly ms: number; readonly items: number }[] = [];
  const connection = engine.dispatcher.connect(
    (_id, event) => void events.push({ ms: performance.now() - start, ...outlineOf(event) }),
  );
  const called = await connection.call({ id: String(id), method, input });
  connection.close();
  const ms = performance.now() - start;
  const failure = called.ok ? undefined : called.error.message;
  process.send?.({ id, events, ms, failure, output: called.ok ? outlineOf(called.value).items : 0 });
}

/** Its kind, and how many items the first list in it has. */
function outlineOf(value: unknown): { readonly kind: string; readonly items: number } {
  if (Array.isArray(value)) return { kind: 'list', items: value.length };
  if (typeof value !== 'object' || value === null) return { kind: typeof value, items: 0 };
  const list = Object.values(value).find((each) => Array.isArray(each));
  const kind = 'kind' in value ? String(value.kind) : 'part' in value ? String(value.part) : 'event';
  return { kind, items: Array.isArray(list) ? list.length : 0 };
}
