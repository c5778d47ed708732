import type { Scope } from '../../../shared/model/account.ts';
import type { Aws } from '../aws/aws.ts';
import { describeCached, type RevisionSource } from '../revisions/cache/cached-revisions.ts';
import type { RevisionCaches } from '../revisions/cache/revision-cache.ts';
import {
  noTaskTriggersKnown,
  readTaskTriggers,
  TASK_TRIGGER_SERVICES,
} from '../task-triggers/read-task-triggers.ts';
import type { TaskTrigger } from '../task-triggers/task-trigger.ts';
import { usedRevisions } from '../task-triggers/used-revisions.ts';
import type { KeptName } from './name-store.ts';
import { revisionImages } from './read-revisions.ts';
import { orProblem } from './unread-names.ts';

export interface TriggerReading {
  readonly aws: Pick<Aws, 'ecs' | 'eventRules' | 'schedules' | 'stateMachines'>;
  readonly revisionCaches: RevisionCaches;
}

/**
 * The rules, schedules and state machines of an account and region that start tasks, with the images of the revision that each
 * would start now. A service of AWS that can't be read, such as one that a policy does not allow, is told as a problem.
 */
export async function readTriggers(
  { aws, revisionCaches }: TriggerReading,
  scope: Scope,
  signal: AbortSignal,
): Promise<readonly KeptName[]> {
  const reading = { aws, scope, priority: 'background' } as const;
  const ecs = aws.ecs(scope, 'background');
  const source = { ecs, cache: await revisionCaches.of(ecs, scope) };
  const known = noTaskTriggersKnown();
  const found = await Promise.all(
    TASK_TRIGGER_SERVICES.map((service) =>
      orProblem(service, async () => {
        const { taskTriggers } = await readTaskTriggers(reading, service, known, signal);
        return startedBy(source, taskTriggers, signal);
      }),
    ),
  );
  return found.flat();
}

/** Each trigger with the images of the revision that it would start now. */
async function startedBy(
  source: RevisionSource,
  taskTriggers: readonly TaskTrigger[],
  signal: AbortSignal,
): Promise<readonly KeptName[]> {
  const used = await usedRevisions({ ecs: source.ecs, signal }, taskTriggers, undefined);
  const arns = [...new Set(used.map(({ taskDefinitionArn }) => taskDefinitionArn))];
  const described = await describeCached(source, arns, signal);
  const images = new Map(
    described.flatMap((each) =>
      each === undefined
        ? []
        : [[each.taskDefinition.taskDefinitionArn, revisionImages(each.taskDefinition)]],
    ),
  );
  return used.map(({ source: name, isDisabled, taskDefinitionArn }) => ({
    name,
    images: images.get(taskDefinitionArn) ?? [],
    ...(isDisabled ? { isDisabled } : {}),
  }));
}
