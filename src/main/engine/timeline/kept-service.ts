import type { Service, ServiceDeployment, ServiceRevision } from '@aws-sdk/client-ecs';
import { lastPartOf } from '../aws/arns.ts';
import { imagesOf, mainSource } from '../catalog/deployments.ts';
import { currentRevisionArns } from '../catalog/service-row.ts';
import { primaryDeployment } from '../catalog/service-state.ts';
import { deploymentOutcome } from '../ecs/deployment-outcome.ts';
import type { KeptDeployment, KeptRevision, KeptService } from './timeline-store.ts';

/** What the timeline keeps of a service. */
export function toKeptService(
  service: Service,
  revisions: ReadonlyMap<string, ServiceRevision>,
  readAt: string,
): KeptService {
  const primary = primaryDeployment(service);
  const isDeploying = primary?.rolloutState === 'IN_PROGRESS';
  const newest = service.taskDefinition ?? primarySet(service);
  const previous = isDeploying
    ? service.deployments?.find((each) => each !== primary && (each.runningCount ?? 0) > 0)?.taskDefinition
    : undefined;
  const running = previous ?? newest;
  const keptOf = (taskDefinitionArn: string): KeptRevision => {
    const found = currentRevisionArns(service)
      .map((arn) => revisions.get(arn))
      .find((revision) => revision?.taskDefinition === taskDefinitionArn);
    return { taskDefinitionArn, images: imagesOf(found) };
  };
  const createdAt = service.createdAt?.toISOString();
  const changedAt = primary?.createdAt?.toISOString();
  return {
    name: service.serviceName ?? lastPartOf(service.serviceArn ?? ''),
    readAt,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(running === undefined ? {} : { running: keptOf(running) }),
    ...(changedAt === undefined ? {} : { changedAt }),
    ...(isDeploying && newest !== undefined ? { deploying: keptOf(newest) } : {}),
    state: JSON.stringify(
      (service.deployments ?? []).map(({ id, status, rolloutState }) => [id, status, rolloutState]),
    ),
  };
}

function primarySet({ taskSets = [] }: Service): string | undefined {
  return taskSets.find(({ status }) => status === 'PRIMARY')?.taskDefinition;
}

/** What it keeps of a service deployment. */
export function toKeptDeployment(
  service: string,
  deployment: ServiceDeployment,
  revisions: ReadonlyMap<string, ServiceRevision>,
): KeptDeployment {
  const { serviceDeploymentArn: arn = '', status, createdAt, startedAt, finishedAt, stoppedAt } = deployment;
  const target = keptRevision(revisions.get(deployment.targetServiceRevision?.arn ?? ''));
  const source = keptRevision(mainSource(deployment, revisions));
  const endedAt = (finishedAt ?? stoppedAt)?.toISOString();
  return {
    service,
    arn,
    at: (createdAt ?? startedAt ?? finishedAt ?? new Date(0)).toISOString(),
    ...(endedAt === undefined ? {} : { endedAt }),
    outcome: deploymentOutcome(status),
    ...(target === undefined ? {} : { target }),
    ...(source === undefined ? {} : { source }),
  };
}

function keptRevision(revision: ServiceRevision | undefined): KeptRevision | undefined {
  if (revision?.taskDefinition === undefined) return undefined;
  return { taskDefinitionArn: revision.taskDefinition, images: imagesOf(revision) };
}
