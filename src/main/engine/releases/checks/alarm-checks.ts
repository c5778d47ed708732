import type { Service } from '@aws-sdk/client-ecs';
import type { Check } from '../../../../shared/model/plan.ts';
import { pass, type Reading, unknown, warn } from '../../ecs/check.ts';

/** The alarms that a service's deployments watch, if they watch any. */
export function watchedAlarms({ deploymentConfiguration }: Service): readonly string[] {
  const alarms = deploymentConfiguration?.alarms;
  return alarms?.enable === true ? (alarms.alarmNames ?? []) : [];
}

/**
 * ECS does not watch alarms that don't exist, nor, for the whole of a deployment, any of them when one is in ALARM as
 * it starts.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
 */
export function alarmsAreQuiet(
  names: readonly string[],
  states: Reading<ReadonlyMap<string, string>>,
): Check | undefined {
  if (names.length === 0) return undefined;
  const all = names.join(' and ');
  if (states.state === 'unreadable')
    return unknown(
      'alarms',
      `Couldn't verify the state of ${names.length === 1 ? 'the alarm' : 'the alarms'} ${all}`,
      states.reason,
    );
  const missing = names.filter((name) => !states.value.has(name));
  if (missing.length > 0) {
    return warn(
      'alarms',
      `The alarm ${missing.join(' and ')} doesn't exist, so it can't trigger a rollback`,
      'Create the alarm in CloudWatch, or remove it from the deployment settings.',
    );
  }
  const raised = names.filter((name) => states.value.get(name) === 'ALARM');
  if (raised.length > 0) {
    return warn(
      'alarms',
      `${raised.join(' and ')} ${raised.length === 1 ? 'is' : 'are'} in ALARM already, so ECS does not watch the alarms of this deployment`,
      'Check the alarm first, or watch the deployment yourself.',
    );
  }
  return pass('alarms', `${all} ${names.length === 1 ? 'watches' : 'watch'} the deployment`);
}
