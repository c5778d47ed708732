import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { Guard } from '../../../../shared/model/environment.ts';
import type { Check, PlanKind } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { revisionNameOf } from '../../aws/arns.ts';
import { identityReader } from '../../aws/caller-identity.ts';
import { ownerCheck } from '../../drift/owner-check.ts';
import { type Capacity, capacityOf, demandOf } from '../../ecs/capacity.ts';
import { fail, type Reading, read, warn } from '../../ecs/check.ts';
import { refusedContents } from '../../ecs/content-rules.ts';
import { reading } from '../../ecs/read-result.ts';
import { registrationInput } from '../../ecs/registration.ts';
import { rollingBounds } from '../../ecs/rolling-bounds.ts';
import { readScalingRange } from '../../ecs/service-scaling.ts';
import { sizeFits } from '../../ecs/size-check.ts';
import { callerReader, type ReadCaller } from '../../permissions/simulation.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { controllerIsEcs } from '../model/service-controller.ts';
import type { DeployableService, DescribedRevision } from '../model/service-reading.ts';
import { type RestoredMembers, withRestored } from '../model/service-restoration.ts';
import { serviceAfter } from '../model/service-settings.ts';
import { isChange, type PlannedAction, startsDeployment, type UpdateAction } from '../model/stored-plan.ts';
import { alarmsAreQuiet, watchedAlarms } from './alarm-checks.ts';
import { callsArePermitted } from './call-permission.ts';
import { instancesHaveCapacity } from './capacity-check.ts';
import { guardChecks } from './guard-checks.ts';
import { holdChecks } from './hold-checks.ts';
import {
  digestIsKept,
  type FoundImage,
  imageCanBePulled,
  platformFits,
  tagStaysWhatItIs,
} from './image-checks.ts';
import { logGroupIsThere, logTargetsOf } from './log-check.ts';
import {
  deploymentCanMove,
  nobodyElseDeploys,
  nothingChanges,
  revisionIsActive,
  scalingKeepsCount,
} from './movement-checks.ts';
import { newImageChecks } from './new-image-checks.ts';
import { keepsNewerSettings } from './newer-settings-check.ts';
import {
  deployedImages,
  findImages,
  findLogGroups,
  imagesOf,
  NOBODY,
  RECENT_STATUS_MS,
  readDeployments,
  readGatewayConnectors,
  readInstanceCapacities,
  readLastGood,
  readRegisteredBy,
} from './preflight-reads.ts';
import { execHasRole, executionRoleIsGiven } from './role-checks.ts';
import { rollbackIsPossible } from './rollback-check.ts';
import { variablesAreNoSecrets } from './secret-checks.ts';
import {
  circuitBreakerIsOn,
  contentFitsService,
  controllerTakesSettings,
  hasNoDowntime,
  isOwnedByNobodyElse,
  serviceIsActive,
} from './service-checks.ts';
import { gracePeriodFits, settingsBelongToStrategy, strategyFits } from './strategy-checks.ts';
import { targetGroupChecks } from './target-group-reads.ts';
import { taskAccessChecks } from './task-access.ts';
import { taskSetChecks } from './task-set-checks.ts';
import { asksForCaller, teamChecks, underOverrides } from './team-checks.ts';

/** What a plan wants and what it stands on, already read. */
export interface PreflightSubject {
  readonly ref: ServiceRef;
  readonly kind: PlanKind;
  readonly service: DeployableService;
  readonly action: PlannedAction;
  /** The revision that the service is on, or on its way to. */
  readonly current: DescribedRevision;
  /** The revision that is deployed, or whose content is registered again. */
  readonly revision: DescribedRevision;
  /** What the new tasks will be made from. */
  readonly content: RegisterTaskDefinitionRequest;
  /** The settings of an earlier service revision that are sent too. */
  readonly restored?: RestoredMembers;
  /** The ARN of who made the plan, where it came through the ledger. */
  readonly plannedBy?: string | undefined;
}

export interface Preflight {
  readonly checks: readonly Check[];
  readonly deployments: Reading<readonly Deployment[]>;
  /** The images of `content`, as the registry has them. */
  readonly images: readonly FoundImage[];
}

/** What is checked, with what it will be and what was read. */
interface Inspection extends PreflightSubject {
  readonly dependencies: ReleaseDependencies;
  readonly guard: Guard;
  readonly signal: AbortSignal;
  readonly caller: ReadCaller;
  readonly action: UpdateAction;
  readonly after: DeployableService;
  readonly capacity: Capacity;
  readonly deployments: Reading<readonly Deployment[]>;
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

/** What the new tasks are made from: images, size, roles, secrets, logs. */
async function contentChecks(inspection: Inspection): Promise<readonly Check[]> {
  const { action, content, current, revision, service, images, capacity, ref } = inspection;
  const { dependencies, signal, caller, kind, guard, deployments } = inspection;
  const { taskDefinitionArn, status } = revision.taskDefinition;
  const { newerSettings = [] } = revision;
  // ECS registers the content of an Express service whose task definition it manages.
  const changed = action.register ?? action.express?.configuration;
  const running = deployedImages(current, deployments);
  const [ofRules, groups, access] = await Promise.all([
    newImageChecks(dependencies, { ref, kind, guard, content, images, running }, signal),
    findLogGroups(dependencies, ref, logTargetsOf(content, ref.region), signal),
    taskAccessChecks({
      dependencies,
      ref,
      signal,
      caller,
      content,
      images,
      running: { content: registrationInput(current), tasks: service.runningCount ?? 0 },
      serviceArn: service.serviceArn ?? '',
      passesRoles: (action.register ?? action.taskDefinition ?? action.express) !== undefined,
    }),
  ]);
  return [
    ...(changed === undefined ? [revisionIsActive(revisionNameOf(taskDefinitionArn), status)] : []),
    ...images.flatMap((image) => [
      imageCanBePulled(image, {
        secret: content.containerDefinitions?.find(({ name }) => name === image.container)
          ?.repositoryCredentials?.credentialsParameter,
        onInstances: capacity.kind === 'instances',
      }),
      ...present(platformFits(image, content.runtimePlatform)),
      tagStaysWhatItIs(image),
    ]),
    ...ofRules,
    ...(content.containerDefinitions ?? []).flatMap((container) => present(digestIsKept(container))),
    ...(changed === undefined
      ? []
      : [
          sizeFits(content, capacity),
          ...contentIsAccepted(content),
          ...keepsNewerSettings(revisionNameOf(taskDefinitionArn), newerSettings),
        ]),
    ...contentFitsService(inspection.after, inspection.restored, content),
    executionRoleIsGiven(content, capacity),
    ...access,
    ...present(changed && variablesAreNoSecrets(changed)),
    ...groups.map(logGroupIsThere),
  ];
}

/** One check for each part of the content that RegisterTaskDefinition would refuse or ignore. */
function contentIsAccepted(content: RegisterTaskDefinitionRequest): readonly Check[] {
  return refusedContents(content).map(({ message, advice, severity }) =>
    severity === 'warning' ? warn('content', message, advice) : fail('content', message, advice),
  );
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
    ...present(deployment && settingsBelongToStrategy(deployment, after)),
    ...present(grace === undefined ? undefined : gracePeriodFits(after, connectors)),
    ...present(execHasRole(content, settings.enableExecuteCommand === true)),
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
  return present(scalingKeepsCount(range, desiredCount));
}

/** Checks of the deployment and of a later rollback. */
async function deploymentChecks(inspection: Inspection): Promise<readonly Check[]> {
  const { dependencies, ref, service, action, after, content, deployments, signal } = inspection;
  const alarms = watchedAlarms(after);
  const [registeredBy, lastGood, alarmStates, targetGroups] = await Promise.all([
    readRegisteredBy(dependencies, ref, deployments, signal),
    readLastGood(dependencies, ref, deployments, signal),
    readAlarmStates(dependencies, ref, alarms, signal),
    targetGroupChecks(dependencies, ref, inspection.restored?.loadBalancers ?? [], signal),
  ]);
  const hasHealthCheck = content.containerDefinitions?.some(({ healthCheck }) => healthCheck !== undefined);
  if (action.taskSet !== undefined) {
    return [
      ...taskSetChecks(service, action.taskSet),
      nobodyElseDeploys(deployments, dependencies.clock.now(), registeredBy),
      hasNoDowntime(after, hasHealthCheck ?? false),
      rollbackIsPossible(lastGood),
    ];
  }
  const downtime = hasNoDowntime(after, hasHealthCheck ?? false);
  // The rest is about deployments that ECS carries out.
  if (after.deploymentController?.type === 'CODE_DEPLOY') return [downtime];
  return [
    deploymentCanMove(after, after.desiredCount ?? 0),
    nobodyElseDeploys(deployments, dependencies.clock.now(), registeredBy),
    ...(action.settings?.deploymentConfiguration === undefined ? [circuitBreakerIsOn(after)] : []),
    ...present(alarmsAreQuiet(alarms, alarmStates)),
    ...targetGroups,
    downtime,
    rollbackIsPossible(lastGood),
  ];
}

function present(check: Check | undefined): readonly Check[] {
  return check === undefined ? [] : [check];
}

/** The states of alarms by their names, those that exist. ECS watches at most 100 for a service. */
function readAlarmStates(
  { aws }: ReleaseDependencies,
  ref: ServiceRef,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Reading<ReadonlyMap<string, string>>> {
  return reading(async () => {
    // Without names, CloudWatch answers with all of them.
    if (names.length === 0) return new Map();
    const command = new DescribeAlarmsCommand({
      AlarmNames: [...names],
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: 100,
    });
    const { MetricAlarms = [], CompositeAlarms = [] } = await aws
      .alarms(ref, 'clicked')
      .send(command, { abortSignal: signal });
    const found = [...MetricAlarms, ...CompositeAlarms];
    return new Map(found.map(({ AlarmName = '', StateValue = '' }) => [AlarmName, StateValue]));
  });
}
