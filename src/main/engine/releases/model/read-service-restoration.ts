import type { ECSClient } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { ExpressSettings } from '../../../../shared/model/express.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { lastPartOf } from '../../aws/arns.ts';
import { describeServiceRevisions } from '../../catalog/deployments.ts';
import { inBatches } from '../../ecs/batches.ts';
import { unknown } from '../../ecs/check.ts';
import { isExpress } from '../../ecs/deployed-revision.ts';
import { expressSettingsOf } from '../../ecs/express-settings.ts';
import { describeWholeServiceRevisions } from '../../ecs/newer-settings.ts';
import { hasScaling } from './express-request.ts';
import type { DeployableService } from './service-reading.ts';
import {
  BY_UPDATE_EXPRESS,
  BY_UPDATE_SERVICE,
  newerSettingsNotRestored,
  type RestoredMembers,
  restoredMembers,
  type ServiceRestoration,
  serviceRestoration,
  type WholeRevision,
} from './service-restoration.ts';
import type { UpdateAction } from './stored-plan.ts';

/** Service revisions that DescribeServiceRevisions takes. */
const BATCH = 20;

/** The same, and what of an Express service is sent by other names than those of its service revision. */
interface ReadRestoration extends ServiceRestoration {
  /** As the earlier release had it, where that differs. */
  readonly express: ExpressSettings;
}

/**
 * The same for a service as it is now and a service revision that it had (DescribeServiceRevisions). Where ECS no longer
 * has one of the two, nothing is restored and a check says so.
 */
export async function readServiceRestoration(
  ecs: ECSClient,
  service: DeployableService,
  earlier: string | undefined,
  signal: AbortSignal,
): Promise<ReadRestoration> {
  const current = (service.currentServiceRevisions ?? []).flatMap(({ arn }) => arn ?? []);
  const arns = earlier === undefined ? current : [...new Set([...current, earlier])];
  const revisions = await inBatches(arns, BATCH, (batch) =>
    describeWholeServiceRevisions(ecs, batch, signal),
  );
  const then = revisions.find(({ revision }) => revision.serviceRevisionArn === earlier);
  const now = newest(
    revisions.filter(
      ({ revision: { serviceRevisionArn: arn = '', taskDefinition } }) =>
        current.includes(arn) && taskDefinition === service.taskDefinition,
    ),
  );
  if (now === undefined || then === undefined)
    return { members: [], update: {}, differences: [], checks: [notKnown()], express: {} };
  const taken = isExpress(service) ? BY_UPDATE_EXPRESS : BY_UPDATE_SERVICE;
  const restoration = serviceRestoration(now.revision, then.revision, taken);
  const checks = [...restoration.checks, ...newerSettingsNotRestored(now, then, restoration.members)];
  if (!isExpress(service)) return { ...restoration, checks, express: {} };
  const express = expressSettingsOf(then.revision);
  return {
    ...restoration,
    checks: [...checks, ...expressUnknown(express)],
    express: differingExpress(expressSettingsOf(now.revision), express),
  };
}

function differingExpress(
  now: ExpressSettings,
  { scaling, healthCheckPath }: ExpressSettings,
): ExpressSettings {
  return {
    ...(scaling === undefined || hasScaling(now.scaling, scaling) ? {} : { scaling }),
    ...(healthCheckPath === undefined || healthCheckPath === now.healthCheckPath ? {} : { healthCheckPath }),
  };
}

/** Says what ECS does not name of an earlier release of an Express service. */
function expressUnknown({ scaling, healthCheckPath }: ExpressSettings): readonly Check[] {
  const missing = [
    ...(scaling === undefined ? ['scaling'] : []),
    ...(healthCheckPath === undefined ? ['health check path'] : []),
  ];
  if (missing.length === 0) return [];
  return [
    unknown(
      'service-revision',
      `Couldn't verify the ${missing.join(' and the ')} of that release`,
      'The service revision in ECS does not name them. The current settings are kept.',
    ),
  ];
}

/** After a change of the service alone, two revisions that still have tasks can name the same task definition. */
function newest(revisions: readonly WholeRevision[]): WholeRevision | undefined {
  const createdAt = ({ revision }: WholeRevision): number => revision.createdAt?.getTime() ?? 0;
  return revisions.toSorted((one, other) => createdAt(other) - createdAt(one))[0];
}

/** The same for a plan that was kept: what it restores is read again, since a service revision never changes. */
export async function readRestoredMembers(
  ecs: ECSClient,
  { from, members }: NonNullable<UpdateAction['restore']>,
  signal: AbortSignal,
): Promise<RestoredMembers> {
  const [earlier] = await describeServiceRevisions({ ecs, signal }, [from]);
  if (earlier !== undefined) return restoredMembers(earlier, members);
  throw new SlipwayError(
    'NOT_FOUND',
    `The service revision ${lastPartOf(from)} no longer exists: ECS keeps them for 90 days. Choose another release.`,
  );
}

function notKnown(): Check {
  return unknown(
    'service-revision',
    "Couldn't verify that only the task definition has changed since",
    'ECS no longer has the service revision. Network, load balancers and capacity keep their current settings.',
  );
}
