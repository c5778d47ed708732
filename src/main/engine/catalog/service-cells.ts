import type { Service } from '@aws-sdk/client-ecs';
import type { TaskState } from '../../../shared/model/task.ts';

const MOST_CELLS = 24;

interface Group {
  readonly state: TaskState;
  readonly count: number;
}

/**
 * A cell for each task of a service, oldest deployment first, from the counts of DescribeServices. Places of the
 * newest deployment that stay empty because its tasks fail are failing cells. More than 24 shrink in proportion.
 */
export function serviceCells(
  service: Pick<Service, 'deployments' | 'runningCount' | 'pendingCount'>,
): TaskState[] {
  const groups = (service.deployments ?? []).toReversed().flatMap(groupsOfDeployment);
  return shrink(groups.length > 0 ? groups : groupsWithoutDeployments(service));
}

function groupsOfDeployment({
  desiredCount = 0,
  runningCount = 0,
  pendingCount = 0,
  failedTasks = 0,
}: NonNullable<Service['deployments']>[number]): readonly Group[] {
  const empty = Math.max(0, desiredCount - runningCount - pendingCount);
  return [
    { state: 'running', count: runningCount },
    { state: 'pending', count: pendingCount },
    { state: 'failing', count: Math.min(failedTasks, empty) },
  ];
}

/** Services of the CODE_DEPLOY and EXTERNAL controllers have task sets instead. */
function groupsWithoutDeployments({
  runningCount = 0,
  pendingCount = 0,
}: Partial<Service>): readonly Group[] {
  return [
    { state: 'running', count: runningCount },
    { state: 'pending', count: pendingCount },
  ];
}

function shrink(groups: readonly Group[]): TaskState[] {
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const scale = total > MOST_CELLS ? MOST_CELLS / total : 1;
  return groups
    .flatMap(({ state, count }) =>
      Array<TaskState>(count === 0 ? 0 : Math.max(1, Math.floor(count * scale))).fill(state),
    )
    .slice(0, MOST_CELLS);
}
