import type { Scope } from '../../../shared/model/account.ts';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import { revisionNameOf } from '../aws/arns.ts';
import type { Aws } from '../aws/aws.ts';
import { optionalRead } from '../catalog/optional-reads.ts';
import { describeCached } from '../revisions/cache/cached-revisions.ts';
import type { RevisionCaches } from '../revisions/cache/revision-cache.ts';
import {
  noTaskTriggersKnown,
  readTaskTriggers,
  TASK_TRIGGER_SERVICES,
} from '../task-triggers/read-task-triggers.ts';
import { joined, NO_TASK_TRIGGERS } from '../task-triggers/task-trigger.ts';
import { usedRevisions } from '../task-triggers/used-revisions.ts';
import type { KeptName, RunningImage } from './name-store.ts';

export interface TriggerReading {
  readonly aws: Pick<Aws, 'ecs' | 'eventRules' | 'schedules' | 'stateMachines'>;
  readonly revisionCaches: RevisionCaches;
}

/**
 * The rules, schedules and state machines of an account and region that start tasks, with the images of the revision that each
 * would start now. What a policy does not allow to be read is left out.
 */
export async function readTriggers(
  { aws, revisionCaches }: TriggerReading,
  scope: Scope,
  signal: AbortSignal,
): Promise<readonly KeptName[]> {
  const reading = { aws, scope, priority: 'background' } as const;
  const known = noTaskTriggersKnown();
  const found = await Promise.all(
    TASK_TRIGGER_SERVICES.map((service) =>
      optionalRead(readTaskTriggers(reading, service, known, signal), NO_TASK_TRIGGERS),
    ),
  );
  const ecs = aws.ecs(scope, 'background');
  const used = await usedRevisions({ ecs, signal }, joined(found).taskTriggers, undefined);
  const arns = [...new Set(used.map(({ taskDefinitionArn }) => taskDefinitionArn))];
  const described = await describeCached({ ecs, cache: await revisionCaches.of(ecs, scope) }, arns, signal);
  const images = new Map(
    arns.map((arn, index) => [
      arn,
      (described[index]?.taskDefinition.containerDefinitions ?? []).flatMap(
        ({ name: container, image }): RunningImage[] => {
          if (container === undefined || image === undefined) return [];
          const digest = parseImageReference(image)?.digest;
          const revision = revisionNameOf(arn);
          return [{ container, image, revision, ...(digest === undefined ? {} : { digest }) }];
        },
      ),
    ]),
  );
  return used.map(({ source, isDisabled, taskDefinitionArn }) => ({
    name: source,
    images: images.get(taskDefinitionArn) ?? [],
    ...(isDisabled ? { isDisabled } : {}),
  }));
}
