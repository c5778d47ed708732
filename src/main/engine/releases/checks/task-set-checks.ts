import type { Service } from '@aws-sdk/client-ecs';
import type { Check } from '../../../../shared/model/plan.ts';
import { revisionNameOf } from '../../aws/arns.ts';
import { pass, warn } from '../../ecs/check.ts';
import { otherSetsOf, primarySetOf } from '../../ecs/service-task-sets.ts';
import type { TaskSetMove } from '../model/stored-plan.ts';

/** What can be told of a release with task sets before it starts, besides what any release is asked. */
export function taskSetChecks(service: Service, { existing }: TaskSetMove): readonly Check[] {
  return [primaryIsSteady(service), nothingIsInBetween(service, existing), trafficIsTold(service)];
}

/** The primary set is what stays when the new one does not come up. */
function primaryIsSteady(service: Service): Check {
  const primary = primarySetOf(service);
  const revision = revisionNameOf(primary?.taskDefinition ?? '');
  if (primary?.stabilityStatus === 'STEADY_STATE')
    return pass(
      'way-back',
      `The primary task set (${revision}) is steady and stays primary until the new one is steady`,
    );
  return warn(
    'way-back',
    `The primary task set (${revision}) isn't steady`,
    'It stays primary until the new set is steady, so a failed release changes nothing.',
  );
}

function nothingIsInBetween(service: Service, existing: string | undefined): Check {
  const others = otherSetsOf(service).filter(({ taskSetArn }) => taskSetArn !== existing);
  if (others.length === 0) return pass('task-sets', 'There is no other task set');
  const named = others.map(({ taskDefinition = '' }) => revisionNameOf(taskDefinition)).join(', ');
  return warn(
    'task-sets',
    `The service has ${others.length === 1 ? 'another task set' : 'other task sets'} already: ${named}`,
    "Another tool may be releasing this service. Slipway doesn't change them; delete them if they are no longer needed.",
  );
}

/** ECS moves no traffic between task sets: whatever is registered in a target group gets requests from it. */
function trafficIsTold(service: Service): Check {
  if ((primarySetOf(service)?.loadBalancers ?? []).length === 0)
    return pass('traffic', 'The new task set uses no load balancer');
  return warn(
    'traffic',
    'Both task sets share the same target groups for a while',
    "ECS doesn't shift traffic between task sets: new tasks receive requests as soon as they are healthy, before the new set is primary.",
  );
}
