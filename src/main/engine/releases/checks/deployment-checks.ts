import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Check } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { presentCheck, type Reading } from '../../ecs/check.ts';
import { newerSettingsOfTaskSet } from '../../ecs/newer-settings.ts';
import { reading } from '../../ecs/read-result.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import type { TaskSetMove } from '../model/stored-plan.ts';
import { alarmsAreQuiet, watchedAlarms } from './alarm-checks.ts';
import { deploymentCanMove, nobodyElseDeploys } from './movement-checks.ts';
import { taskSetKeepsNewerSettings } from './newer-settings-check.ts';
import { readLastGood, readRegisteredBy } from './preflight-reads.ts';
import type { Inspection } from './preflight-subject.ts';
import { rollbackIsPossible } from './rollback-check.ts';
import { circuitBreakerIsOn, hasNoDowntime } from './service-checks.ts';
import { targetGroupChecks } from './target-group-reads.ts';
import { taskSetChecks } from './task-set-checks.ts';

/** Checks of the deployment and of a later rollback. */
export async function deploymentChecks(inspection: Inspection): Promise<readonly Check[]> {
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
      ...(await newerSettingsCheck(inspection, action.taskSet)),
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
    ...presentCheck(alarmsAreQuiet(alarms, alarmStates)),
    ...targetGroups,
    downtime,
    rollbackIsPossible(lastGood),
  ];
}

/** A set that exists is made primary as it is; a new one takes over the settings of another. */
async function newerSettingsCheck(
  { dependencies, ref, signal }: Inspection,
  { existing, like }: TaskSetMove,
): Promise<readonly Check[]> {
  if (existing !== undefined) return [];
  const ecs = dependencies.aws.ecs(ref, 'clicked');
  const { cluster, service } = ref;
  return taskSetKeepsNewerSettings(
    await reading(() => newerSettingsOfTaskSet(ecs, { cluster, service, taskSet: like }, signal)),
  );
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
