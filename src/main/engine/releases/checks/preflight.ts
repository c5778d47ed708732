import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { identityReader } from '../../aws/caller-identity.ts';
import { ownerCheck } from '../../drift/owner-check.ts';
import { capacityOf, demandOf } from '../../ecs/capacity.ts';
import { presentCheck, type Reading, read } from '../../ecs/check.ts';
import { reading } from '../../ecs/read-result.ts';
import { registrationInput } from '../../ecs/registration.ts';
import { rollingBounds } from '../../ecs/rolling-bounds.ts';
import { readScalingRange } from '../../ecs/service-scaling.ts';
import { callerReader } from '../../permissions/simulation.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { controllerIsEcs } from '../model/service-controller.ts';
import type { DeployableService } from '../model/service-reading.ts';
import { withRestored } from '../model/service-restoration.ts';
import { serviceAfter } from '../model/service-settings.ts';
import { isChange, type PlannedAction, startsDeployment } from '../model/stored-plan.ts';
import { callsArePermitted } from './call-permission.ts';
import { instancesHaveCapacity } from './capacity-check.ts';
import { contentChecks } from './content-checks.ts';
import { deploymentChecks } from './deployment-checks.ts';
import { guardChecks } from './guard-checks.ts';
import { holdChecks } from './hold-checks.ts';
import type { FoundImage } from './image-checks.ts';
import { nothingChanges, scalingKeepsCount } from './movement-checks.ts';
import {
  findImages,
  imagesOf,
  NOBODY,
  RECENT_STATUS_MS,
  readDeployments,
  readGatewayConnectors,
  readInstanceCapacities,
} from './preflight-reads.ts';
import type { Inspection, PreflightSubject } from './preflight-subject.ts';
import { execHasRole } from './role-checks.ts';
import {
  circuitBreakerIsOn,
  controllerTakesSettings,
  isOwnedByNobodyElse,
  serviceIsActive,
} from './service-checks.ts';
import { gracePeriodFits, settingsBelongToStrategy, strategyFits } from './strategy-checks.ts';
import { asksForCaller, teamChecks, underOverrides } from './team-checks.ts';

export interface Preflight {
  readonly checks: readonly Check[];
  readonly deployments: Reading<readonly Deployment[]>;
  /** The images of `content`, as the registry has them. */
  readonly images: readonly FoundImage[];
}

/** Checks everything that would make a release fail. Only reads; what can't be read makes a check `unknown`. */
export async function preflight(
  dependencies: ReleaseDependencies,
  subject: PreflightSubject,
  signal: AbortSignal,
): Promise<Preflight> {
  const { ref, service, action, content } = subject;
  const { account } = dependencies.accounts.find(ref.account);
  const guard = dependencies.environments.guardOf({ ...ref, account });
  const readIdentity = identityReader(dependencies, ref, signal);
  const caller = callerReader(dependencies, ref, signal, readIdentity);
  const [permitted, deployments, images, identity, lock] = await Promise.all([
    callsArePermitted(dependencies, ref, { ...subject, caller }, signal),
    readDeployments(dependencies, ref, signal),
    findImages(dependencies, ref, imagesOf(content), signal),
    asksForCaller(guard) ? reading(readIdentity) : NOBODY,
    dependencies.locks?.status(ref, RECENT_STATUS_MS),
  ]);
  const serviceArn = service.serviceArn ?? '';
  const starts = startsDeployment(action);
  const deployed = starts ? images : [];
  const now = dependencies.clock.now();
  const always = [
    ...(isChange(action) ? [] : [nothingChanges()]),
    serviceIsActive(service),
    controllerCheck(service, action),
    ...guardChecks(guard, { serviceArn, images }, now),
    ...teamChecks(guard, { serviceArn, deployed, caller: identity, plannedBy: subject.plannedBy }, now),
    ...(lock === undefined ? [] : holdChecks(lock)),
    ...permitted,
  ];
  if (action.kind === 'stop') {
    const checks = [...always, isOwnedByNobodyElse(service)];
    return { checks: underOverrides(guard, checks, identity), deployments, images };
  }

  const after = withRestored(serviceAfter(service, action), subject.restored, content);
  const readings = { dependencies, guard, signal, caller, deployments, images };
  const inspection = { ...subject, ...readings, action, after, capacity: capacityOf(after) };
  const [ofContent, ofSettings, ofRoom, ofScaling, ofDeployment, owner] = await Promise.all([
    starts ? contentChecks(inspection) : Promise.resolve([]),
    settingsChecks(inspection),
    capacityChecks(inspection),
    scalingChecks(inspection),
    starts ? deploymentChecks(inspection) : Promise.resolve([]),
    checkOwner(inspection),
  ]);
  const checks = [...always, ...ofContent, ...ofSettings, ...ofRoom, ...ofScaling, ...ofDeployment, owner];
  return { checks: underOverrides(guard, checks, identity), deployments, images };
}

function controllerCheck(service: DeployableService, action: PlannedAction): Check {
  const isOfSettings = action.kind === 'update' && !startsDeployment(action);
  return isOfSettings ? controllerTakesSettings(service, action.settings) : controllerIsEcs(service);
}

/** Who declares the service, and what of this plan that undoes. */
async function checkOwner(inspection: Inspection): Promise<Check> {
  const { dependencies, ref, service, current, action, after, content, signal } = inspection;
  const byTags = isOwnedByNobodyElse(service);
  const before = { service, content: registrationInput(current) };
  const found = await dependencies.declarations?.({ ref, service, running: before }, signal);
  if (found === undefined) return byTags;
  const { register, taskDefinition = service.taskDefinition } = action;
  const revision = register === undefined ? taskDefinition : 'the new revision';
  const planned = { service: { ...after, taskDefinition: revision }, content };
  return ownerCheck(found, { before, after: planned }, byTags);
}

/** What ECS would refuse of the settings that change. */
async function settingsChecks(inspection: Inspection): Promise<readonly Check[]> {
  const { action, after, content, dependencies, ref, service, signal } = inspection;
  const { settings } = action;
  if (settings === undefined) return [];
  const { deploymentConfiguration: deployment, healthCheckGracePeriodSeconds: grace } = settings;
  const asksForTraffic = (deployment ?? grace) !== undefined;
  const connectors = asksForTraffic
    ? await readGatewayConnectors(dependencies, ref, service, signal)
    : read<readonly string[]>([]);
  return [
    ...(deployment === undefined ? [] : [strategyFits(after, connectors), circuitBreakerIsOn(after)]),
    ...presentCheck(deployment && settingsBelongToStrategy(deployment, after)),
    ...presentCheck(grace === undefined ? undefined : gracePeriodFits(after, connectors)),
    ...presentCheck(execHasRole(content, settings.enableExecuteCommand === true)),
  ];
}

/** Where tasks run on instances, a new one needs capacity. */
async function capacityChecks(inspection: Inspection): Promise<readonly Check[]> {
  const { dependencies, ref, action, service, after, content, capacity, signal } = inspection;
  const desired = after.desiredCount ?? 0;
  const grows = desired > (service.desiredCount ?? 0);
  const needsTask = desired > 0 && (grows || startsDeployment(action));
  if (capacity.kind !== 'instances' || !needsTask || after.schedulingStrategy === 'DAEMON') return [];
  const demand = demandOf(content);
  const rooms = await readInstanceCapacities(dependencies, ref, capacity, demand, signal);
  const constraints = [...(after.placementConstraints ?? []), ...(content.placementConstraints ?? [])];
  return [
    instancesHaveCapacity(rooms, {
      demand,
      canGrow: capacity.providers.length > 0,
      canStopFirst: !grows && action.taskSet === undefined && rollingBounds(after, desired).least < desired,
      isConstrained: constraints.length > 0,
    }),
  ];
}

/** Whether the number of tasks lasts. ECS manages the scaling of an Express service, where the bounds are what changes. */
async function scalingChecks(inspection: Inspection): Promise<readonly Check[]> {
  const { dependencies, ref, action, signal } = inspection;
  const { desiredCount, express } = action;
  if (desiredCount === undefined || express !== undefined) return [];
  const scaling = dependencies.aws.scaling(ref, 'clicked');
  const range = await reading(() => readScalingRange({ scaling, signal }, ref));
  return presentCheck(scalingKeepsCount(range, desiredCount));
}
