import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import type {
  Deployment,
  Diagnosis,
  FailureGroup,
  FailureTimelineEntry,
  LifecycleHook,
} from '../../../shared/model/deployment.ts';
import type { ServiceEvent } from '../../../shared/model/service.ts';
import { stepForStuckDeployment } from '../ecs/rolling-bounds.ts';
import { memoryLimitMiB } from '../logs/log-source.ts';
import { meaningOfLines } from '../task-failures/failure-meanings.ts';
import { helpFor } from '../task-failures/next-steps.ts';
import type { CollectedEvidence } from './evidence-reader.ts';
import type { MainCause } from './main-cause.ts';
import { moreMemory } from './more-memory.ts';

/** What a diagnosis is made from. */
export interface Findings {
  readonly deployment: Deployment;
  readonly current: ServiceDeployment;
  readonly cause: MainCause | undefined;
  /** The state of the deployment, or how it ended, with the cause. */
  readonly sentence: string;
  readonly failures: readonly FailureGroup[];
  readonly hooks: readonly LifecycleHook[];
  readonly events: readonly ServiceEvent[];
  readonly evidence: CollectedEvidence;
}

/** More events than this say nothing new about a failure. */
const EVENTS_KEPT = 20;

/** The reason why a deployment fails or failed. Undefined for a success, or if nothing has failed. */
export function diagnose(findings: Findings): Diagnosis | undefined {
  const { deployment, current, cause, failures, events, evidence } = findings;
  const isFine = deployment.outcome === 'succeeded' || deployment.outcome === 'unknown';
  const isInProgress = deployment.outcome === 'in-progress' && current.rollback === undefined;
  if (cause === undefined || isFine || (isInProgress && failures.length === 0)) return undefined;
  const triggeredAlarms = current.alarms?.triggeredAlarmNames ?? [];
  const turnedBackAt = current.rollback?.startedAt;
  const main = failures.find(({ kind }) => kind === cause.kind);
  const larger =
    cause.kind === 'out-of-memory' && main !== undefined ? moreMemory(evidence.definition, main) : undefined;
  return {
    kind: cause.kind,
    sentence: findings.sentence,
    help: nextStepsOf(current, cause, main),
    ...(larger === undefined ? {} : { moreMemory: larger }),
    failureTimeline: failureTimelineOf({
      deployment,
      failures,
      triggeredAlarms,
      ...(turnedBackAt === undefined ? {} : { turnedBackAt }),
    }),
    stoppedTasks: failures,
    ...(evidence.lastLines === undefined ? {} : { lastLines: evidence.lastLines }),
    targets: evidence.targets,
    alarms: triggeredAlarms,
    events: events.slice(0, EVENTS_KEPT),
    gaps: evidence.gaps,
  };
}

function nextStepsOf(
  { deploymentConfiguration, targetServiceRevision }: ServiceDeployment,
  { kind }: MainCause,
  main: FailureGroup | undefined,
): string {
  const requested = targetServiceRevision?.requestedTaskCount ?? 0;
  const isStuck = kind === 'deployment-stuck' && requested > 0 && deploymentConfiguration !== undefined;
  return isStuck ? stepForStuckDeployment({ deploymentConfiguration }, requested) : helpFor(kind, main);
}

/** The failures with what the evidence adds: the memory limit, and what the last lines say of an exit. */
export function withEvidence(
  failures: readonly FailureGroup[],
  { definition, lastLines }: CollectedEvidence,
): readonly FailureGroup[] {
  return failures.map((failure) => {
    if (failure.kind === 'crashed' && lastLines?.container === failure.container) {
      return { ...failure, ...meaningOfLines(lastLines?.lines.map(({ text }) => text) ?? []) };
    }
    if (failure.kind !== 'out-of-memory') return failure;
    const container = definition?.containerDefinitions?.find(({ name }) => name === failure.container);
    const memoryMiB = memoryLimitMiB(container, definition?.memory);
    return memoryMiB === undefined ? failure : { ...failure, memoryMiB };
  });
}

interface ReleaseProgress {
  readonly deployment: Deployment;
  readonly failures: readonly FailureGroup[];
  /** When ECS started to roll back. */
  readonly turnedBackAt?: Date;
  readonly triggeredAlarms: readonly string[];
}

/** More failures of a kind than this are one entry. */
const MOST_OF_A_KIND = 4;

/** What happened in order: how it started, each failure, and the rollback. For a strip that is read at a glance. */
function failureTimelineOf({
  deployment,
  failures,
  turnedBackAt,
  triggeredAlarms,
}: ReleaseProgress): readonly FailureTimelineEntry[] {
  const begun = deployment.startedAt ?? deployment.createdAt;
  const start: FailureTimelineEntry = {
    words: 'scale up',
    state: 'passed',
    ...(begun === undefined ? {} : { at: begun }),
  };
  const failed = failures.flatMap(failureTimelineOfGroup);
  const alarms = triggeredAlarms.map(
    (name): FailureTimelineEntry => ({ words: `alarm ${name}`, state: 'failed' }),
  );
  return [start, ...failed.toSorted(byTime), ...alarms, ...wayBack(deployment, turnedBackAt)];
}

function failureTimelineOfGroup(group: FailureGroup): readonly FailureTimelineEntry[] {
  const words = shortWords(group);
  if (group.times > MOST_OF_A_KIND)
    return [{ words: `${words} (${group.times} times)`, state: 'failed', ...at(group.firstAt) }];
  return Array.from({ length: group.times }, (_, index) => ({
    words,
    state: 'failed',
    ...at(index === group.times - 1 ? group.lastAt : group.firstAt),
  }));
}

/** `killed 137`, `exit 1`, `failed its health check`. */
function shortWords({ kind, exitCode, cause }: FailureGroup): string {
  if (kind === 'out-of-memory') return `killed ${exitCode ?? ''}`.trim();
  if (kind === 'crashed' && exitCode !== undefined) return `exit ${exitCode}`;
  return cause.replace(/^could not start: /, '');
}

function wayBack(
  { status, outcome, finishedAt }: Deployment,
  turnedBackAt: Date | undefined,
): readonly FailureTimelineEntry[] {
  const since = turnedBackAt?.toISOString() ?? finishedAt;
  if (outcome === 'rolled-back') return [{ words: 'rolled back', state: 'back', ...at(finishedAt) }];
  if (outcome === 'failed') return [{ words: 'rollback failed', state: 'failed', ...at(finishedAt) }];
  if (outcome === 'stopped') return [{ words: 'stopped', state: 'back', ...at(finishedAt) }];
  if (status.startsWith('ROLLBACK_')) return [{ words: 'rolling back', state: 'back', ...at(since) }];
  return [];
}

function at(instant: string | undefined): { readonly at?: string } {
  return instant === undefined ? {} : { at: instant };
}

function byTime(one: FailureTimelineEntry, other: FailureTimelineEntry): number {
  return (one.at ?? '').localeCompare(other.at ?? '');
}
