import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Check } from '../../../../shared/model/plan.ts';
import { about, failUnlessOverridden, pass, type Reading, unknown } from '../../ecs/check.ts';

/** Where containers of a task write their logs (awslogs). */
export interface LogTarget {
  readonly group: string;
  readonly region: string;
  /** Whether the task may make the group at its start. */
  readonly makesGroup: boolean;
}

/** The log groups of a task definition, each once. */
export function logTargetsOf(
  {
    containerDefinitions = [],
  }: { readonly containerDefinitions?: readonly ContainerDefinition[] | undefined },
  ownRegion: string,
): readonly LogTarget[] {
  const targets = containerDefinitions.flatMap(({ logConfiguration: log }): LogTarget[] => {
    const group = log?.options?.['awslogs-group'];
    if (log?.logDriver !== 'awslogs' || group === undefined) return [];
    const region = log.options?.['awslogs-region'] ?? ownRegion;
    return [{ group, region, makesGroup: log.options?.['awslogs-create-group'] === 'true' }];
  });
  return [...new Map(targets.map((target) => [`${target.region} ${target.group}`, target])).values()];
}

export interface FoundLogGroup {
  readonly target: LogTarget;
  readonly exists: Reading<boolean>;
}

/**
 * A task whose log group doesn't exist does not start.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
 */
export function logGroupIsThere({ target, exists }: FoundLogGroup): Check {
  const { group, makesGroup } = target;
  return about(group, judge());

  function judge(): Check {
    if (exists.state === 'unreadable')
      return unknown('log-group', `Couldn't verify that the log group ${group} exists`, exists.reason);
    if (exists.value) return pass('log-group', `The log group ${group} exists`);
    if (makesGroup) return pass('log-group', `The log group ${group} is created when the first task starts`);
    return failUnlessOverridden(
      'log-group',
      `The log group ${group} doesn't exist, so no task can start`,
      'Create the log group, or set awslogs-create-group in the task definition.',
    );
  }
}
