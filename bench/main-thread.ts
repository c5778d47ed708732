import type { Page } from '@playwright/test';
import { z } from 'zod';

const Event = z.object({
  name: z.string(),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  ts: z.number(),
  /** Microseconds, on the clock and of processor time. */
  dur: z.number().default(0),
  tdur: z.number().default(0),
  args: z.object({ name: z.string().optional() }).optional(),
});
type Event = z.infer<typeof Event>;

/**
 * Begins to trace a page. The answer ends it: the milliseconds of processor time of the page's main thread between each two frames
 * that it has asked for, with style, layout and painting.
 */
export async function traceMainThread(page: Page): Promise<() => Promise<readonly number[]>> {
  const session = await page.context().newCDPSession(page);
  const events: Event[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const each of value) {
      const event = Event.safeParse(each).data;
      if (event !== undefined) events.push(event);
    }
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline'] },
  });
  return async () => {
    const complete = new Promise<void>((resolve) => {
      session.once('Tracing.tracingComplete', () => resolve());
    });
    await session.send('Tracing.end');
    await complete;
    await session.detach();
    return workBetweenFrames(events);
  };
}

function workBetweenFrames(events: readonly Event[]): readonly number[] {
  const threadOf = ({ pid, tid }: Event): string => `${pid} ${tid}`;
  const frames = events.filter(({ name }) => name === 'FireAnimationFrame');
  // Other pages, such as the one that is opened first, have a main thread too.
  const main = [...Map.groupBy(frames, threadOf)].toSorted(([, a], [, b]) => b.length - a.length)[0];
  if (main === undefined) return [];
  const starts = main[1].map(({ ts }) => ts).toSorted((a, b) => a - b);
  const tasks = events
    .filter((event) => event.name.endsWith('::RunTask') && threadOf(event) === main[0])
    .toSorted((a, b) => a.ts - b.ts);
  const work: number[] = [];
  let next = 0;
  let sum = 0;
  for (const { ts, dur, tdur } of tasks) {
    if ((starts[next] ?? Number.POSITIVE_INFINITY) < ts + dur) {
      work.push(sum);
      sum = 0;
      while ((starts[next] ?? Number.POSITIVE_INFINITY) < ts + dur) next += 1;
    }
    sum += tdur / 1_000;
  }
  return work.slice(1);
}
