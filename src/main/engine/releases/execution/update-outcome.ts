import type { ECSClient, UpdateExpressGatewayServiceRequest } from '@aws-sdk/client-ecs';
import { pause, withRetry } from '../../aws/retry.ts';
import { readExpressConfiguration } from '../../catalog/express-service.ts';
import { deploymentsUntil, findStartedDeployment } from '../../ecs/started-deployment.ts';
import { changedSince, isAsAsked, isConfigurationAsAsked } from '../model/asked-settings.ts';
import { type DeployableService, primaryOf, readService } from '../model/service-reading.ts';
import { type StoredPlan, startsDeployment, type UpdateAction } from '../model/stored-plan.ts';
import type { SentUpdate, ServiceUpdateRequest } from './update-request.ts';

/** The outcome of an UpdateService whose answer nobody knows. */
export type UpdateOutcome =
  | ({ readonly kind: 'carried out' } & SentUpdate)
  | { readonly kind: 'not carried out' }
  /** Somebody else has changed the service since, so the outcome can't be determined. */
  | { readonly kind: 'unknown'; readonly runs: string; readonly changed?: string };

/** A call may still arrive after the first poll. */
const ATTEMPTS = 3;

/** An update that was sent. */
export interface Sent {
  readonly plan: StoredPlan;
  readonly action: UpdateAction;
  /** The revision that this release has registered for it. */
  readonly registered: string | undefined;
  /** What was sent. */
  readonly request: ServiceUpdateRequest;
  /** When it was sent, by the clock of this machine. */
  readonly at: Date;
}

/** Reads the service and its deployments and tells whether the update was carried out. Throws NOT_FOUND. */
export async function updateOutcomeOf(
  ecs: ECSClient,
  sent: Sent,
  signal: AbortSignal,
): Promise<UpdateOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await onePoll(ecs, sent, signal);
    if (outcome.kind !== 'not carried out' || attempt === ATTEMPTS) return outcome;
    await pause(attempt + 1, signal);
  }
}

async function onePoll(ecs: ECSClient, sent: Sent, signal: AbortSignal): Promise<UpdateOutcome> {
  const { plan, action, registered } = sent;
  const service = await withRetry(signal, () => readService(ecs, plan.service, signal));
  if (sent.request.operation === 'UpdateExpressGatewayService') {
    return expressOutcome(ecs, { service, plan, asked: sent.request.input }, signal);
  }
  const isSet = isAsAsked(service, sent.request.input);
  if (!startsDeployment(action)) return settingsOutcome(service, plan, isSet);
  const target = registered ?? action.taskDefinition ?? plan.base.taskDefinitionArn;
  const isNew = primaryOf(service).id !== plan.base.primaryId;
  const isOurs = registered !== undefined || isSet;
  if (isNew && isOurs && service.taskDefinition === target) {
    const deploymentArn = await deploymentNow(ecs, service, plan, target, signal);
    return { kind: 'carried out', ...(deploymentArn === undefined ? {} : { deploymentArn }) };
  }
  // Nobody else deploys a revision that this release registered, so its deployment is proof even after it has ended.
  if (registered !== undefined) {
    const deploymentArn = await withRetry(signal, () =>
      findStartedDeployment(ecs, plan.service, new Set(), registered, signal, 1),
    );
    if (deploymentArn !== undefined) return { kind: 'carried out', deploymentArn };
    return { kind: 'not carried out' };
  }
  if (!isNew) return { kind: 'not carried out' };
  // Somebody has deployed since, before or after: ECS remembers whether ours was among it.
  const before = await withRetry(signal, () => deploymentsUntil(ecs, plan.service, sent.at, signal));
  const deploymentArn = await withRetry(signal, () =>
    findStartedDeployment(ecs, plan.service, before, target, signal, 1),
  );
  if (deploymentArn !== undefined) return { kind: 'carried out', deploymentArn };
  return { kind: 'unknown', runs: service.taskDefinition };
}

/**
 * For an Express service, its active configuration shows it. Whoever else has updated it since has taken that from
 * it, so that it cannot be told.
 */
async function expressOutcome(
  ecs: ECSClient,
  {
    service,
    plan,
    asked,
  }: {
    readonly service: DeployableService;
    readonly plan: StoredPlan;
    readonly asked: UpdateExpressGatewayServiceRequest;
  },
  signal: AbortSignal,
): Promise<UpdateOutcome> {
  if (primaryOf(service).id === plan.base.primaryId) return { kind: 'not carried out' };
  const current = await withRetry(signal, () =>
    readExpressConfiguration(ecs, asked.serviceArn ?? '', signal),
  );
  const { taskDefinition } = service;
  if (!isConfigurationAsAsked(current, asked)) return { kind: 'unknown', runs: taskDefinition };
  const deploymentArn = await deploymentNow(ecs, service, plan, taskDefinition, signal);
  return { kind: 'carried out', taskDefinition, deploymentArn };
}

function settingsOutcome(service: DeployableService, { base }: StoredPlan, isSet: boolean): UpdateOutcome {
  if (isSet) return { kind: 'carried out' };
  const changed = changedSince(service, base.members ?? {});
  if (changed === undefined) return { kind: 'not carried out' };
  return { kind: 'unknown', runs: service.taskDefinition, changed };
}

async function deploymentNow(
  ecs: ECSClient,
  { currentServiceDeployment }: DeployableService,
  plan: StoredPlan,
  target: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (currentServiceDeployment !== undefined) return currentServiceDeployment;
  return withRetry(signal, () => findStartedDeployment(ecs, plan.service, new Set(), target, signal));
}
