import {
  type Deployment,
  DescribeServicesCommand,
  type DescribeTaskDefinitionResponse,
  type ECSClient,
  type Service,
  type TaskDefinition,
  type TaskSet,
} from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { revisionNameOf, serviceLabel } from '../../aws/arns.ts';
import { awsErrorName } from '../../aws/errors.ts';
import { describeServiceRevisions } from '../../catalog/deployments.ts';
import { isExpress, withDeployedRevision } from '../../ecs/deployed-revision.ts';
import { describeWhole } from '../../ecs/newer-settings.ts';
import { controllerIsEcs } from './service-controller.ts';

/** A service with a task definition: it has a PRIMARY deployment, or a PRIMARY task set. */
export type DeployableService = Service & { readonly taskDefinition: string };

/**
 * The service as it is now, with its tags (DescribeServices). Throws NOT_FOUND when it doesn't exist, and
 * PREFLIGHT_FAILED when something else than ECS deploys it and has not started, so that it has no task definition.
 */
export async function readService(
  ecs: ECSClient,
  ref: ServiceRef,
  signal: AbortSignal,
): Promise<DeployableService> {
  const service = await readAnyService(ecs, ref, signal);
  const { taskDefinition } = service;
  if (taskDefinition !== undefined) return { ...service, taskDefinition };
  const current = isExpress(service) ? await revisionOfExpress(ecs, service, signal) : undefined;
  if (current !== undefined) return { ...service, taskDefinition: current };
  const { message, advice = '' } = controllerIsEcs(service);
  throw new SlipwayError(
    'PREFLIGHT_FAILED',
    `${serviceLabel(ref)} cannot be deployed: ${message}. ${advice}`,
  );
}

/** What the newest service revision of an Express service runs, where no deployment names it. */
async function revisionOfExpress(
  ecs: ECSClient,
  { currentServiceRevisions = [] }: Service,
  signal: AbortSignal,
): Promise<string | undefined> {
  const [arn] = currentServiceRevisions.flatMap((revision) => revision.arn ?? []);
  if (arn === undefined) return undefined;
  const [revision] = await describeServiceRevisions({ ecs, signal }, [arn]);
  return revision?.taskDefinition;
}

/** The same for a service that may have no task definition yet. Throws NOT_FOUND. */
export async function readAnyService(
  ecs: ECSClient,
  { cluster, service: name }: ServiceRef,
  signal: AbortSignal,
): Promise<Service> {
  const command = new DescribeServicesCommand({ cluster, services: [name], include: ['TAGS'] });
  const { services } = await ecs.send(command, { abortSignal: signal });
  const [service] = services ?? [];
  if (service === undefined) throw serviceGone({ cluster, service: name });
  return withDeployedRevision(service);
}

export function serviceGone(ref: Pick<ServiceRef, 'cluster' | 'service'>): SlipwayError {
  return new SlipwayError(
    'NOT_FOUND',
    `There is no service ${ref.service} in the cluster ${ref.cluster}. It may have been deleted. Refresh the list of services.`,
  );
}

/** A described task definition that has all of its parts. */
export type DescribedRevision = DescribeTaskDefinitionResponse & {
  readonly taskDefinition: TaskDefinition & { readonly taskDefinitionArn: string };
  /** See describeWhole. */
  readonly newerSettings?: readonly string[];
};

/** A revision with its tags (DescribeTaskDefinition). Throws NOT_FOUND when it was deleted permanently. */
export async function readRevision(
  ecs: ECSClient,
  arn: string,
  signal: AbortSignal,
): Promise<DescribedRevision> {
  try {
    const { described, newerSettings } = await describeWhole(ecs, arn, signal);
    const { taskDefinition } = described;
    if (taskDefinition === undefined) throw revisionGone(arn);
    return { ...described, taskDefinition: { ...taskDefinition, taskDefinitionArn: arn }, newerSettings };
  } catch (error) {
    if (awsErrorName(error) === 'ClientException') throw revisionGone(arn, error);
    throw error;
  }
}

function revisionGone(arn: string, cause?: unknown): SlipwayError {
  return new SlipwayError(
    'NOT_FOUND',
    `The revision ${revisionNameOf(arn)} doesn't exist: it was never registered, or was permanently deleted. Choose another release.`,
    { cause },
  );
}

/** The deployment, or the task set, that a service is on or on its way to. */
export function primaryOf(service: Service): { readonly id: string; readonly createdAt: Date | undefined } {
  const isPrimary = ({ status }: Deployment | TaskSet): boolean => status === 'PRIMARY';
  const primary = service.deployments?.find(isPrimary) ?? service.taskSets?.find(isPrimary);
  return { id: primary?.id ?? '', createdAt: primary?.createdAt };
}
