import { openBenchEngine } from './bench-engine.ts';

/** What the parent asks for, as JSON in the first argument. */
interface Following {
  readonly data: string;
  readonly account: Parameters<typeof openBenchEngine>[0]['account'];
  readonly input: object;
}

const [text = '{}'] = process.argv.slice(2);
// The parent wrote it a moment ago.
const { data, account, input } = JSON.parse(text) as Following;
const engine = await openBenchEngine({ account, data });

// Of a fixed size and written once, so that what this process grows by is the engine's: pages of zeros take no memory yet.
const MOST_LINES = 2_000_000;
const seen = new Uint8Array(MOST_LINES).fill(0);
const lags = new Uint32Array(MOST_LINES).fill(0);
let count = 0;
let repeated = 0;
let firstEventMs = Number.NaN;
let calledAt = 0;

/** Lines say when they were written, and their number: `line 7 1795966267943 …`. */
const WRITTEN = /^line (?<number>\d+) (?<at>\d+) /;

function see(event: unknown): void {
  if (Number.isNaN(firstEventMs)) firstEventMs = performance.now() - calledAt;
  if (typeof event !== 'object' || event === null || !('lines' in event) || !Array.isArray(event.lines))
    return;
  const now = Date.now();
  for (const line of event.lines as readonly { readonly text: string }[]) {
    const { number, at } = WRITTEN.exec(line.text)?.groups ?? {};
    if (number === undefined) continue;
    if (seen[Number(number)] === 1) {
      repeated += 1;
      continue;
    }
    seen[Number(number)] = 1;
    lags[count] = Math.max(0, now - Number(at));
    count += 1;
  }
}

const connection = engine.dispatcher.connect((_id, event) => see(event));
process.on('message', (question) => {
  if (question === 'rss') {
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    process.send?.({ rss, heapUsed });
    return;
  }
  connection.cancel('logs');
  const sorted = lags.slice(0, count).toSorted();
  process.send?.({
    lines: count,
    repeated,
    firstEventMs,
    medianMs: sorted[Math.floor(sorted.length / 2)],
    p95Ms: sorted[Math.floor(sorted.length * 0.95)],
  });
});
process.on('disconnect', () => process.exit());

calledAt = performance.now();
void connection.call({ id: 'logs', method: 'services.logs', input });
process.send?.('ready');
