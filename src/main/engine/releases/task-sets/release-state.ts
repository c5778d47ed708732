import type { Service } from '@aws-sdk/client-ecs';
import { primarySetOf, type ServiceTaskSet, taskSetsOf } from '../../ecs/service-task-sets.ts';

/** A release with task sets, as far as it has come. */
export interface ReleaseProgress {
  /** The ARN of the set that is to become the primary one. */
  readonly target: string;
  /** The ARNs of the sets that are deleted then; undefined if unknown: all others. */
  readonly replaces: readonly string[] | undefined;
  /** Its target share; undefined if unknown. */
  readonly scalePercent: number | undefined;
  /** Whether it was made the primary one already. */
  readonly hasMoved: boolean;
  /** The ARNs of the sets that were scaled down already. */
  readonly scaledDown: readonly string[];
}

/** Where a release stands, by what ECS says of the service. */
export type ReleaseState =
  /** The target doesn't exist: not yet, or no longer. */
  | { readonly kind: 'missing' }
  /** Somebody is deleting the target. */
  | { readonly kind: 'leaving' }
  /** The target has less than its share: it is reused, and ECS was not told. */
  | { readonly kind: 'too small' }
  | { readonly kind: 'coming up' }
  /** Steady, and not the primary set. */
  | { readonly kind: 'ready' }
  /** The primary set is one that the release knows nothing of, or the target is no longer it. */
  | { readonly kind: 'overtaken'; readonly primary: ServiceTaskSet | undefined }
  | { readonly kind: 'moved'; readonly old: ServiceTaskSet }
  /** An old set that was scaled down has a share of the tasks again. */
  | { readonly kind: 'old set scaled up'; readonly old: ServiceTaskSet }
  | { readonly kind: 'draining'; readonly old: ServiceTaskSet }
  /** An old set without tasks. */
  | { readonly kind: 'empty'; readonly old: ServiceTaskSet }
  /** The primary set, alone, and not steady (yet, or again). */
  | { readonly kind: 'settling' }
  | { readonly kind: 'done' };

/**
 * Judges a release: it is done only when its set is steady, is the primary one, and what it replaces is gone. What
 * was done once and is not so any more was undone by somebody else, who is not fought with.
 */
export function releaseStateOf(service: Service, progress: ReleaseProgress): ReleaseState {
  const target = taskSetsOf(service).find(({ taskSetArn }) => taskSetArn === progress.target);
  if (target === undefined) return { kind: 'missing' };
  if (target.status === 'DRAINING') return { kind: 'leaving' };
  if (target.status !== 'PRIMARY') return beforeTheMove(service, progress, target);
  return afterTheMove(service, progress, target);
}

function beforeTheMove(service: Service, progress: ReleaseProgress, target: ServiceTaskSet): ReleaseState {
  const { replaces, hasMoved, scalePercent = 0 } = progress;
  const primary = primarySetOf(service);
  const isExpected = replaces === undefined || replaces.includes(primary?.taskSetArn ?? '');
  if (hasMoved || !isExpected) return { kind: 'overtaken', primary };
  if ((target.scale?.value ?? 0) < scalePercent) return { kind: 'too small' };
  return { kind: isSteady(target) ? 'ready' : 'coming up' };
}

function afterTheMove(service: Service, progress: ReleaseProgress, target: ServiceTaskSet): ReleaseState {
  const [old] = taskSetsOf(service).filter(
    ({ taskSetArn }) =>
      taskSetArn !== progress.target &&
      (progress.replaces === undefined || progress.replaces.includes(taskSetArn)),
  );
  if (old === undefined) return { kind: isSteady(target) ? 'done' : 'settling' };
  if (old.status === 'DRAINING') return { kind: 'draining', old };
  if ((old.scale?.value ?? 0) > 0) {
    return { kind: progress.scaledDown.includes(old.taskSetArn) ? 'old set scaled up' : 'moved', old };
  }
  return { kind: (old.runningCount ?? 0) + (old.pendingCount ?? 0) > 0 ? 'draining' : 'empty', old };
}

/** ECS says STEADY_STATE also of a set whose new share it has not looked at; the numbers have to agree. */
function isSteady({ stabilityStatus, runningCount = 0, computedDesiredCount = 0 }: ServiceTaskSet): boolean {
  return stabilityStatus === 'STEADY_STATE' && runningCount >= computedDesiredCount;
}
