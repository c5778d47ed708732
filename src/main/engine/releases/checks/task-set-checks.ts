import type { Service } from '@aws-sdk/client-ecs';
import type { Check } from '../../../../shared/model/plan.ts';
import { revisionNameOf } from '../../aws/arns.ts';
import { pass, warn } from '../../ecs/check.ts';
import { otherSetsOf, primarySetOf } from '../../ecs/service-task-sets.ts';
import type { TaskSetMove } from '../model/stored-plan.ts';

/** What can be told of a release through task sets before it begins, besides what any release is asked. */
export function taskSetChecks(service: Service, { existing }: TaskSetMove): readonly Check[] {
  return [primaryIsSteady(service), nothingIsInBetween(service, existing), trafficIsTold(service)];
}

/** The primary set is what stays when the new one does not come up. */
function primaryIsSteady(service: Service): Check {
  const primary = primarySetOf(service);
  const revision = revisionNameOf(primary?.taskDefinition ?? '');
  if (primary?.stabilityStatus === 'STEADY_STATE')
    return pass('way-back', `The primary task set, of ${revision}, is steady and stays until the new one is`);
  return warn(
    'way-back',
    `The primary task set, of ${revision}, is not steady itself`,
    'It stays the primary one until the new set is steady, so that a release that fails leaves things as they are now.',
  );
}

function nothingIsInBetween(service: Service, existing: string | undefined): Check {
  const others = otherSetsOf(service).filter(({ taskSetArn }) => taskSetArn !== existing);
  if (others.length === 0) return pass('task-sets', 'No other task set is there');
  const named = others.map(({ taskDefinition = '' }) => revisionNameOf(taskDefinition)).join(', ');
  return warn(
    'task-sets',
    `The service has ${others.length === 1 ? 'another task set' : 'other task sets'} already: ${named}`,
    'Somebody may be releasing it by other means. They are left as they are; delete them when nobody needs them.',
  );
}

/** ECS moves no traffic between task sets: whatever is registered in a target group gets requests from it. */
function trafficIsTold(service: Service): Check {
  if ((primarySetOf(service)?.loadBalancers ?? []).length === 0)
    return pass('traffic', 'No load balancer has to be told of the new task set');
  return warn(
    'traffic',
    'Both task sets stand in the same target groups for a while',
    'ECS moves no traffic between task sets: the new tasks get requests as soon as they are healthy, before the new set is the primary one.',
  );
}
