import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Priority } from './aws.ts';
import { bucketOf } from './buckets.ts';
import { createRequestScheduler } from './scheduler.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Asks for `count` tokens and counts how many were granted. */
function ask(scheduler: ReturnType<typeof createRequestScheduler>, priority: Priority, count: number) {
  const granted = { count: 0 };
  for (let index = 0; index < count; index += 1) {
    void scheduler.acquire('task definition modify', priority).then(() => {
      granted.count += 1;
    });
  }
  return granted;
}

it('the scheduler grants the burst at once and then the refill', async () => {
  const scheduler = createRequestScheduler();
  const granted = ask(scheduler, 'clicked', 25);
  await vi.advanceTimersByTimeAsync(0);
  expect(granted.count).toBe(20);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(granted.count).toBe(23);
});

it('the scheduler grants clicked requests first, then visible ones, then the background', async () => {
  const scheduler = createRequestScheduler();
  ask(scheduler, 'clicked', 20);
  const background = ask(scheduler, 'background', 1);
  const visible = ask(scheduler, 'visible', 1);
  const clicked = ask(scheduler, 'clicked', 1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([clicked.count, visible.count, background.count]).toEqual([1, 0, 0]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([clicked.count, visible.count, background.count]).toEqual([1, 1, 0]);
});

it('the scheduler gives the background the whole refill while nobody else waits', async () => {
  const scheduler = createRequestScheduler();
  const background = ask(scheduler, 'background', 1_000);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(background.count).toBe(15 + 100);
});

it('the scheduler gives the background half of the refill for a minute after throttling', async () => {
  const scheduler = createRequestScheduler();
  const background = ask(scheduler, 'background', 1_000);
  await vi.advanceTimersByTimeAsync(0);
  scheduler.throttled('task definition modify');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(background.count).toBeLessThanOrEqual(15 + 30);
  const before = background.count;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(background.count).toBeGreaterThanOrEqual(before + 60);
});

it('the scheduler sends a deploy at once, before waiting background requests', async () => {
  const scheduler = createRequestScheduler();
  const background = ask(scheduler, 'background', 1_000);
  await vi.advanceTimersByTimeAsync(30_000);
  const before = background.count;
  const deploy = ask(scheduler, 'clicked', 1);
  await vi.advanceTimersByTimeAsync(0);
  expect(deploy.count).toBe(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(background.count).toBe(before + 9);
});

it('the scheduler leaves tokens for deploys while the background is busy', async () => {
  const scheduler = createRequestScheduler();
  ask(scheduler, 'background', 1_000);
  await vi.advanceTimersByTimeAsync(60_000);
  const deploys = ask(scheduler, 'clicked', 5);
  await vi.advanceTimersByTimeAsync(0);
  expect(deploys.count).toBe(5);
});

it('the scheduler removes a request that is cancelled while it waits', async () => {
  const scheduler = createRequestScheduler();
  ask(scheduler, 'clicked', 20);
  const controller = new AbortController();
  const waiting = scheduler.acquire('task definition modify', 'clicked', controller.signal);
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  const next = ask(scheduler, 'clicked', 1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(next.count).toBe(1);
});

it('the scheduler empties a bucket when AWS throttles', async () => {
  const scheduler = createRequestScheduler();
  scheduler.throttled('task definition modify');
  const granted = ask(scheduler, 'clicked', 5);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(granted.count).toBe(2);
});

it('the scheduler reports the state of each bucket', () => {
  const scheduler = createRequestScheduler();
  ask(scheduler, 'clicked', 22);
  expect(scheduler.budget().find(({ bucket }) => bucket === 'task definition modify')).toEqual({
    bucket: 'task definition modify',
    available: 0,
    burst: 20,
    perSecond: 1,
    waiting: 2,
  });
});

describe('buckets', () => {
  it('RegisterTaskDefinition and DeregisterTaskDefinition share one', () => {
    expect(bucketOf('ecs', 'RegisterTaskDefinition')).toBe(bucketOf('ecs', 'DeregisterTaskDefinition'));
  });

  it('an unlisted operation has one, too', () => {
    expect(bucketOf('ecs', 'PutAttributes')).toBe('other ECS');
    expect(bucketOf('ecr', 'toString')).toBe('other ECR');
  });
});
