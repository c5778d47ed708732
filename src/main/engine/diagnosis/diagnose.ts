import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import type { Deployment, Diagnosis, FailureGroup, LifecycleHook } from '../../../shared/model/deployment.ts';
import type { ServiceEvent } from '../../../shared/model/service.ts';
import type { CollectedEvidence } from './evidence-reader.ts';
import { meaningOfLines } from './failure-meanings.ts';
import { failureTimelineOf } from './failure-timeline.ts';
import { memoryLimitMiB } from './log-source.ts';
import type { MainCause } from './main-cause.ts';
import { moreMemory } from './more-memory.ts';
import { helpFor } from './next-steps.ts';

/** What a diagnosis is made from. */
export interface Findings {
  readonly deployment: Deployment;
  readonly current: ServiceDeployment;
  readonly cause: MainCause | undefined;
  /** How the deployment stands or ended, with the cause. */
  readonly sentence: string;
  readonly failures: readonly FailureGroup[];
  readonly hooks: readonly LifecycleHook[];
  readonly events: readonly ServiceEvent[];
  readonly evidence: CollectedEvidence;
}

/** More events than this say nothing new about a failure. */
const EVENTS_KEPT = 20;

/** Why a deployment fails or failed. Undefined for a success, and while nothing has gone wrong. */
export function diagnose(findings: Findings): Diagnosis | undefined {
  const { deployment, current, cause, failures, events, evidence } = findings;
  const isFine = deployment.outcome === 'succeeded' || deployment.outcome === 'unknown';
  const isUnderWay = deployment.outcome === 'in-progress' && current.rollback === undefined;
  if (cause === undefined || isFine || (isUnderWay && failures.length === 0)) return undefined;
  const triggeredAlarms = current.alarms?.triggeredAlarmNames ?? [];
  const turnedBackAt = current.rollback?.startedAt;
  const main = failures.find(({ kind }) => kind === cause.kind);
  const larger =
    cause.kind === 'out-of-memory' && main !== undefined ? moreMemory(evidence.definition, main) : undefined;
  return {
    kind: cause.kind,
    sentence: findings.sentence,
    help: helpFor(cause.kind, main),
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
