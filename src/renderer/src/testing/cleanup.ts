import type { Input } from '../../../shared/contract.ts';
import { type CleanupJob, type CleanupPlan, CleanupPolicy } from '../../../shared/model/cleanup.ts';
import { type ImageCleanupPlan, ImageCleanupPolicy } from '../../../shared/model/image-cleanup.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';

export const SCOPE = { account: 'sandbox', region: 'us-east-1' };
export const PLAN_ID = '0b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a01';

type RevisionCleanupJob = Extract<CleanupJob, { kind: 'revisions' }>;
type ImageCleanupJob = Extract<CleanupJob, { kind: 'images' }>;
type AskedPolicy = Immutable<Input<'cleanup.plan'>>['policy'];

/** Of `web`: the newest runs, two older ones go. */
export function aCleanupPlan(policy: AskedPolicy, changed: Partial<CleanupPlan> = {}): CleanupPlan {
  return {
    id: PLAN_ID,
    target: { ...SCOPE, families: ['web'] },
    subject: 'web',
    environment: 'sandbox',
    policy: CleanupPolicy.parse(policy),
    createdAt: '2026-11-20T16:00:00Z',
    items: [
      item('web:3', 'keep', 'runs in production/web'),
      item('web:2', 'remove', 'not in use'),
      item('web:1', 'remove', 'not in use'),
    ],
    totals: [{ family: 'web', removing: 2, keeping: 1 }],
    removing: 2,
    keeping: 1,
    expectedMs: 2_000,
    warnings: ['Pipes were not looked at.'],
    checks: [],
    unknown: [],
    ...(policy.deletePermanently ? { confirmation: 'web' } : {}),
    ...changed,
  };
}

export function item(name: string, verdict: 'keep' | 'remove', reason: string): CleanupPlan['items'][number] {
  const number = Number(name.split(':')[1]);
  const arn = `arn:aws:ecs:us-east-1:111111111111:task-definition/${name}`;
  return { arn, name, number, status: 'ACTIVE', verdict, reason };
}

/** Half done. */
export function aJob(changed: Partial<RevisionCleanupJob> = {}): RevisionCleanupJob {
  return {
    id: PLAN_ID,
    kind: 'revisions',
    target: { ...SCOPE, families: ['web'] },
    subject: 'web',
    policy: { keepNewest: 10, keepDays: 0, keepWorked: 3, deletePermanently: false },
    state: 'running',
    createdAt: '2026-11-20T16:00:00Z',
    total: 2,
    deregistered: 1,
    deleted: 0,
    left: 1,
    leftMs: 1_000,
    spared: [],
    failed: [],
    held: [],
    ...changed,
  };
}

/** Of `web`: the newest is deployed, an older one goes. */
export function anImagePlan(changed: Partial<ImageCleanupPlan> = {}): ImageCleanupPlan {
  return {
    id: PLAN_ID,
    target: { ...SCOPE, repositories: ['web'] },
    subject: 'web',
    environment: 'sandbox',
    policy: ImageCleanupPolicy.parse({ keepNewest: 1 }),
    createdAt: '2026-11-20T16:00:00Z',
    items: [
      anImage(2, ['1.2', 'latest'], 'keep', 'deployed to production/web'),
      anImage(1, ['1.1'], 'remove', 'not referenced'),
    ],
    totals: [{ repository: 'web', removing: 1, keeping: 1, freedBytes: 18_800_000 }],
    removing: 1,
    keeping: 1,
    freedBytes: 18_800_000,
    batches: 1,
    checks: [],
    warnings: ['Slipway looks at ECS.'],
    confirmation: 'web',
    ...changed,
  };
}

function anImage(
  number: number,
  tags: readonly string[],
  verdict: 'keep' | 'remove',
  reason: string,
): ImageCleanupPlan['items'][number] {
  const digest = `sha256:${String(number).repeat(64)}`;
  return { repository: 'web', digest, tags, kind: 'image', sizeBytes: 18_800_000, verdict, reason };
}

/** Half done. */
export function anImageJob(changed: Partial<ImageCleanupJob> = {}): ImageCleanupJob {
  const { policy, target } = anImagePlan();
  return {
    id: PLAN_ID,
    kind: 'images',
    target,
    subject: 'web',
    policy,
    state: 'running',
    createdAt: '2026-11-20T16:00:00Z',
    total: 2,
    deleted: 1,
    freedBytes: 18_800_000,
    left: 1,
    leftMs: 1_000,
    spared: [],
    failed: [],
    ...changed,
  };
}
