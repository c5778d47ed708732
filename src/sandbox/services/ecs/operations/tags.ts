import {
  ListTagsForResourceCommand,
  type Tag,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecs';
import { type Operation, operation } from '../../../aws-api/service.ts';
import { lastPart } from '../simulation/arns.ts';
import type { EcsContext } from '../simulation/context.ts';
import { clusterNotFound, invalidParameter } from '../simulation/errors.ts';
import { checkTags } from '../simulation/tag-rules.ts';

export function tagOperations(context: EcsContext): readonly Operation[] {
  return [
    // Tags of AWS stay as they are, and don't count for the limit.
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html
    operation(TagResourceCommand, ({ resourceArn = '', tags = [] }) => {
      const resource = requireTagged(context, resourceArn);
      const added = new Set(tags.map(({ key }) => key));
      const result = [...resource.tags.filter(({ key }) => !added.has(key)), ...tags];
      checkTags(tags);
      checkTags(result.filter(({ key }) => key?.startsWith('aws:') !== true));
      resource.put(result);
      return {};
    }),

    operation(UntagResourceCommand, ({ resourceArn = '', tagKeys = [] }) => {
      const resource = requireTagged(context, resourceArn);
      resource.put(resource.tags.filter(({ key }) => !tagKeys.includes(key ?? '')));
      return {};
    }),

    operation(ListTagsForResourceCommand, ({ resourceArn = '' }) => ({
      tags: [...requireTagged(context, resourceArn).tags],
    })),
  ];
}

interface Tagged {
  readonly tags: readonly Tag[];
  put(tags: readonly Tag[]): void;
}

/** Throws InvalidParameterException when there is nothing of that ARN that can have tags. */
function requireTagged({ state }: EcsContext, arn: string): Tagged {
  const cluster = state.clusters.get(arn);
  if (cluster !== undefined) {
    return { tags: cluster.tags, put: (tags) => state.clusters.put({ ...cluster, tags }) };
  }
  const service = state.services.get(arn);
  if (service !== undefined) {
    return { tags: service.tags, put: (tags) => state.services.put({ ...service, tags }) };
  }
  const definition = state.taskDefinitions.get(arn);
  if (definition !== undefined) {
    return { tags: definition.tags, put: (tags) => state.taskDefinitions.put({ ...definition, tags }) };
  }
  const record = state.tasks.get(arn);
  if (record !== undefined) {
    const { task } = record;
    return {
      tags: task.tags ?? [],
      put: (tags) => state.tasks.put({ ...record, task: { ...task, tags: [...tags] } }),
    };
  }
  const set = state.taskSets.get(arn);
  if (set !== undefined) return { tags: set.tags, put: (tags) => state.taskSets.put({ ...set, tags }) };
  const instance = state.containerInstances.get(arn);
  if (instance !== undefined) {
    return { tags: instance.tags, put: (tags) => state.containerInstances.put({ ...instance, tags }) };
  }
  const provider = state.capacityProviders.get(lastPart(arn));
  if (provider?.provider.capacityProviderArn === arn) {
    return { tags: provider.tags, put: (tags) => state.capacityProviders.put({ ...provider, tags }) };
  }
  if (arn.includes(':cluster/')) throw clusterNotFound();
  throw invalidParameter('The specified resource does not exist.');
}
