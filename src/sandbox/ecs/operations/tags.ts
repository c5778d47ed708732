import {
  ListTagsForResourceCommand,
  type Tag,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecs';
import { type Operation, operation } from '../../aws-json/service.ts';
import type { EcsContext } from '../context.ts';
import { clusterNotFound, invalidParameter } from '../errors.ts';

const TAGS_AT_MOST = 50;

export function tagOperations(context: EcsContext): readonly Operation[] {
  return [
    operation(TagResourceCommand, ({ resourceArn = '', tags = [] }) => {
      const resource = requireTagged(context, resourceArn);
      const added = new Set(tags.map(({ key }) => key));
      const result = [...resource.tags.filter(({ key }) => !added.has(key)), ...tags];
      if (result.length > TAGS_AT_MOST) {
        throw invalidParameter(`The maximum number of tags per resource is ${TAGS_AT_MOST}.`);
      }
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
  if (arn.includes(':cluster/')) throw clusterNotFound();
  throw invalidParameter('The specified resource does not exist.');
}
