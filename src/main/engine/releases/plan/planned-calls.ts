import type { PlannedCall } from '../../../../shared/model/plan.ts';
import { taskSetId } from '../../ecs/service-task-sets.ts';
import type { TaskSetMove } from '../model/stored-plan.ts';

/** The calls that move a service from one task set to another, in their order. `place`: cluster and service. */
export function plannedTaskSetCalls(
  { existing, like, replaces }: TaskSetMove,
  place: string,
): readonly PlannedCall[] {
  const begin: readonly PlannedCall[] =
    existing === undefined
      ? [
          { operation: 'DescribeTaskSets', target: taskSetId(like) },
          { operation: 'CreateTaskSet', target: place },
        ]
      : [{ operation: 'UpdateTaskSet', target: taskSetId(existing) }];
  return [
    ...begin,
    { operation: 'UpdateServicePrimaryTaskSet', target: place },
    ...replaces.flatMap((arn) => [
      { operation: 'UpdateTaskSet', target: taskSetId(arn) },
      { operation: 'DeleteTaskSet', target: taskSetId(arn) },
    ]),
  ];
}
