import type { Service } from '@aws-sdk/client-ecs';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { fail, failUnlessOverridden, pass, type Reading, unknown, warn } from '../../ecs/check.ts';
import { rollingBounds } from '../../ecs/rolling-bounds.ts';
import type { ScalingRange } from '../../ecs/service-scaling.ts';

/**
 * A rolling deployment keeps at least ceil(desired × minimum) tasks and runs at most floor(desired × maximum):
 * when both are the same not one task can be replaced.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export function deploymentCanMove(service: Service, desired: number): Check {
  const strategy = service.deploymentConfiguration?.strategy ?? 'ROLLING';
  if (strategy !== 'ROLLING')
    return pass('movement', `The deployment can proceed: ${strategy} starts a second set of tasks`);
  if (desired === 0) return pass('movement', 'The deployment can proceed: no tasks are desired');

  const { minimum, maximum, least, most } = rollingBounds(service, desired);
  if (most > least) {
    return pass('movement', `The deployment can proceed: ${desired} desired, ${minimum} % to ${maximum} %`);
  }
  return failUnlessOverridden(
    'movement',
    `The deployment can't proceed: with ${desired} desired, at least ${least} must run and at most ${most} can run`,
    `Lower the minimum healthy percent of the service (${minimum} %) or raise its maximum percent (${maximum} %).`,
  );
}

/**
 * UpdateService takes any number, and a number outside of the range lasts until a scaling activity.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
 */
export function scalingKeepsCount(
  range: Reading<ScalingRange | undefined>,
  desired: number,
): Check | undefined {
  if (range.state === 'unreadable') {
    return unknown(
      'scaling',
      "Couldn't verify that Application Auto Scaling leaves the number of tasks as it is",
      range.reason,
    );
  }
  if (range.value === undefined) return undefined;
  const { least, most, isSuspended } = range.value;
  if (isSuspended) return pass('scaling', 'Application Auto Scaling is suspended for this service');
  const scales = `Application Auto Scaling scales this service between ${least} and ${most} tasks`;
  if (desired >= least && desired <= most) {
    return pass('scaling', `${scales}, and may change the number again`);
  }
  return warn(
    'scaling',
    `${scales}, so ${desired} is outside of its range`,
    'Its next scaling activity brings the number back into the range. Change the range or suspend scaling first if the number is to last.',
  );
}

/**
 * An update during a deployment replaces it: what it has done so far is thrown away. `registeredBy` is who registered
 * the revision that is being deployed.
 */
export function nobodyElseDeploys(
  deployments: Reading<readonly Deployment[]>,
  now: Date,
  registeredBy?: string,
): Check {
  if (deployments.state === 'unreadable') {
    return unknown(
      'in-progress',
      "Couldn't verify that no other deployment is in progress",
      deployments.reason,
    );
  }
  const current = deployments.value.find(({ outcome }) => outcome === 'in-progress');
  if (current === undefined) return pass('in-progress', 'No other deployment is in progress');
  const by = startedBy(current, registeredBy);
  const since = current.createdAt === undefined ? '' : `, started ${ago(current.createdAt, now)}${by}`;
  return warn(
    'in-progress',
    `A deployment of ${current.revision ?? 'another revision'} is in progress${since}`,
    "This deployment replaces it. If it isn't yours, wait until it ends.",
  );
}

/** ECS does not keep who started a deployment: the journal does, and who registered its revision comes close. */
function startedBy({ callerIdentity }: Deployment, registeredBy: string | undefined): string {
  if (callerIdentity !== undefined) return ` by ${callerIdentity}`;
  return registeredBy === undefined ? '' : `; its revision was registered by ${registeredBy}`;
}

/** A deploy can choose ACTIVE revisions only. */
export function revisionIsActive(revision: string, status: string | undefined): Check {
  if (status === 'ACTIVE') return pass('revision', `${revision} is active`);
  return fail(
    'revision',
    `${revision} is ${status ?? 'in an unknown state'}`,
    'ECS deploys only active revisions. Refresh, and Slipway registers its content as a new revision.',
  );
}

/** The outcome of a revision that ECS no longer deploys. */
export function registeredAgain(revision: string): Check {
  return warn(
    'revision',
    `${revision} is no longer active, so ECS can't deploy it`,
    'Its content is registered again as a new revision.',
  );
}

/** A plan must have something to do. */
export function nothingChanges(): Check {
  return fail(
    'change',
    'This changes nothing',
    'Choose another image or another number of tasks, or force a new deployment.',
  );
}

function ago(instant: string, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - Date.parse(instant)) / 60_000));
  if (minutes < 1) return 'less than a minute ago';
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 1440)} days ago`;
}
