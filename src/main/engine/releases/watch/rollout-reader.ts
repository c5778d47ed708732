import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Deployment, Rollout } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { lastPartOf, revisionNameOf, serviceLabel } from '../../aws/arns.ts';
import { toDeployment } from '../../catalog/deployments.ts';
import { deploymentOutcome } from '../../ecs/deployment-outcome.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { composeRollout, latestInstant } from './compose-rollout.ts';
import { createDeploymentFacts } from './deployment-facts.ts';
import { detailsMs, nextPollMs, quietDetailsMs } from './poll-interval.ts';
import { createDetailsReader, NO_DETAILS } from './rollout-details.ts';
import { sharedWatching } from './shared-watching.ts';
import { type SeenStage, stageOf, stageSeen } from './stage.ts';

/** Reads one deployment again and again, and remembers what ECS forgets. */
export interface RolloutReader {
  /** Reads the state of the deployment. NOT_FOUND when ECS does not know it. */
  poll(): Promise<void>;
  /** Reads its tasks, events and alarms, and the evidence of what fails. After the first poll. */
  readDetails(): Promise<void>;
  /** Milliseconds from one reading of the details to the next: few where ECS has reported a change since. */
  detailsMs(): number;
  /** All that is known by now. Undefined before the first poll. */
  rollout(): Rollout | undefined;
  /** Milliseconds until the next look at it. */
  nextPollMs(): number;
}

/** The state of a deployment at the last poll. */
interface DeploymentState {
  readonly current: ServiceDeployment;
  /** The same as text, to compare it. */
  readonly text: string;
  readonly deployment: Deployment;
  readonly rolledBackTo: string | undefined;
  readonly expected: number | undefined;
  readonly knownCause: string | undefined;
  readonly stage: SeenStage | undefined;
  readonly changedAt: number;
}

export function createRolloutReader(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  arn: string,
  signal: AbortSignal,
): RolloutReader {
  const { aws, accounts, clock, journal, pollIntervalMs } = dependencies;
  const { pace = 1 } = accounts.find(ref.account);
  const shared = sharedWatching(aws, ref, pollIntervalMs);
  const facts = createDeploymentFacts(aws.ecs(ref, 'visible'), ref, arn, signal);
  const readDetailsOf = createDetailsReader(dependencies, ref, signal);
  let state: DeploymentState | undefined;
  let details = NO_DETAILS;
  /** The deployment that the details belong to, as text. */
  let detailed: string | undefined;
  // How far the clock of AWS is ahead of the one here, at least.
  let aheadMs = 0;

  function nowOfAws(current: ServiceDeployment): Date {
    const here = clock.now().getTime();
    const latest = latestInstant({ current, events: details.service?.events ?? [] })?.getTime() ?? here;
    aheadMs = Math.max(aheadMs, latest - here);
    return new Date(here + aheadMs);
  }

  function rollout(): Rollout | undefined {
    if (state === undefined) return undefined;
    const { current, deployment, rolledBackTo, expected, knownCause } = state;
    const stage = stageOf(current, state.stage, pace);
    return composeRollout({
      deployment,
      current,
      events: details.service?.events ?? [],
      tasks: details.tasks,
      alarmStates: details.alarmStates,
      evidence: details.evidence,
      now: nowOfAws(current),
      ...(rolledBackTo === undefined ? {} : { rolledBackTo }),
      ...(expected === undefined ? {} : { expected }),
      ...(knownCause === undefined ? {} : { knownCause }),
      ...(stage === undefined ? {} : { stage }),
    });
  }

  return {
    async poll() {
      const current = await shared.deployment(arn, signal);
      if (current === undefined) throw notKnown(ref, arn);
      const [revisions, expected] = await Promise.all([facts.revisions(current), facts.expected()]);
      const text = JSON.stringify(current);
      const deployment = { ...toDeployment(current, revisions), ...journal.noteFor(arn) };
      const knownCause = await keptCause(dependencies, ref, deployment);
      const goingBackTo = revisions.get(current.rollback?.serviceRevisionArn ?? '')?.taskDefinition;
      state = {
        current,
        text,
        deployment,
        expected,
        knownCause,
        rolledBackTo: goingBackTo === undefined ? deployment.previousRevision : revisionNameOf(goingBackTo),
        stage: stageSeen(state?.stage, current, nowOfAws(current)),
        changedAt: state?.text === text ? state.changedAt : clock.now().getTime(),
      };
    },
    async readDetails() {
      if (state === undefined) return;
      const { current, deployment, text } = state;
      details = await readDetailsOf({ current, deployment, isSame: text === detailed });
      detailed = text;
      const isGone = details.service === undefined && deploymentOutcome(current.status) === 'in-progress';
      if (isGone) throw serviceDeleted(ref);
    },
    detailsMs() {
      const watches = shared.count();
      if (state?.text !== detailed) return detailsMs(watches, pollIntervalMs);
      return quietDetailsMs(watches, pollIntervalMs, pace);
    },
    rollout,
    nextPollMs() {
      const seen = rollout();
      if (seen === undefined || state === undefined) return 0;
      const { current, changedAt } = state;
      const target = current.targetServiceRevision;
      const requested = target?.requestedTaskCount ?? 0;
      const pollState = {
        rollout: seen,
        isUp: requested > 0 && (target?.runningTaskCount ?? 0) >= requested,
        quietMs: clock.now().getTime() - changedAt,
        now: nowOfAws(current),
      };
      return nextPollMs(pollState, pollIntervalMs);
    },
  };
}

/** What is kept of why a deployment failed that has ended. */
async function keptCause(
  { causes }: ReleaseDependencies,
  ref: ServiceRef,
  deployment: Deployment,
): Promise<string | undefined> {
  if (causes === undefined || deployment.finishedAt === undefined) return undefined;
  const kept = await causes.of(ref, [deployment], async () => []);
  return kept.get(deployment.arn);
}

function notKnown(ref: ServiceRef, arn: string): SlipwayError {
  return new SlipwayError(
    'NOT_FOUND',
    `ECS can't find the deployment ${lastPartOf(arn)} of ${serviceLabel(ref)}. Check what the service is running.`,
  );
}

function serviceDeleted(ref: ServiceRef): SlipwayError {
  return new SlipwayError('NOT_FOUND', `The service ${serviceLabel(ref)} was deleted with its deployment.`);
}
