import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { taskDefinitionArn } from './arns.ts';
import type { EcsContext } from './context.ts';
import type { TaskDefinitionRecord } from './state.ts';
import { compatibilitiesOf, completeContainer, requiredAttributesOf } from './task-definition-completion.ts';
import { checkTaskDefinition } from './task-definition-rules.ts';

/**
 * Registers the next revision of a family. Every member of the request is kept as it came. Throws ClientException
 * for a definition that ECS refuses.
 */
export function registerTaskDefinition(
  { state, home }: EcsContext,
  request: RegisterTaskDefinitionRequest,
  registration: { readonly registeredAt: Date; readonly registeredBy: string },
): TaskDefinitionRecord {
  checkTaskDefinition(request);
  const { tags = [], family = '', ...content } = request;
  const revision = (state.families.get(family)?.lastRevision ?? 0) + 1;
  const record: TaskDefinitionRecord = {
    definition: {
      volumes: [],
      placementConstraints: [],
      ...content,
      containerDefinitions: (content.containerDefinitions ?? []).map((each) =>
        completeContainer(each, request),
      ),
      taskDefinitionArn: taskDefinitionArn(home, family, revision),
      family,
      revision,
      status: 'ACTIVE',
      compatibilities: compatibilitiesOf(request),
      requiresAttributes: requiredAttributesOf(request),
      ...registration,
    },
    tags,
  };
  state.families.put({ family, lastRevision: revision });
  state.taskDefinitions.put(record);
  return record;
}
