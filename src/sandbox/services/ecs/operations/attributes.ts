import {
  type Attribute,
  DeleteAttributesCommand,
  ListAttributesCommand,
  PutAttributesCommand,
} from '@aws-sdk/client-ecs';
import { type Operation, operation } from '../../../aws-api/service.ts';
import { containerInstanceArn, lastPart } from '../simulation/arns.ts';
import type { EcsContext } from '../simulation/context.ts';
import type { DeploymentEngine } from '../simulation/deployment-engine.ts';
import { invalidParameter, targetNotFound } from '../simulation/errors.ts';
import { requireCluster } from '../simulation/lookups.ts';
import { pageOf } from '../simulation/paging.ts';
import type { ClusterRecord, ContainerInstanceRecord } from '../simulation/state.ts';
import { readServices } from './cluster-services.ts';

const PAGE = { most: 100, byDefault: 100 } as const;
const ATTRIBUTES_AT_MOST = 10;
const LONGEST_TEXT = 128;

export function attributeOperations(context: EcsContext, engine: DeploymentEngine): readonly Operation[] {
  const { state, home } = context;

  return [
    operation(PutAttributesCommand, ({ cluster: name, attributes = [] }) => {
      const cluster = requireCluster(context, name);
      checkBatch(attributes);
      const owners = attributes.map((attribute) => requireOwner(cluster, attribute));
      for (const [index, { name: key, value }] of attributes.entries()) {
        change(owners[index], (known) => [
          ...known.filter((each) => each.name !== key),
          { name: key, value },
        ]);
      }
      readServices(context, engine, cluster);
      return { attributes };
    }),

    operation(DeleteAttributesCommand, ({ cluster: name, attributes = [] }) => {
      const cluster = requireCluster(context, name);
      checkBatch(attributes);
      const owners = attributes.map((attribute) => requireOwner(cluster, attribute));
      for (const [index, { name: key, value }] of attributes.entries()) {
        change(owners[index], (known) =>
          known.filter((each) => each.name !== key || (value !== undefined && each.value !== value)),
        );
      }
      readServices(context, engine, cluster);
      return { attributes };
    }),

    operation(ListAttributesCommand, (input) => {
      const { cluster } = requireCluster(context, input.cluster);
      const { attributeName, attributeValue } = input;
      const all = [...state.containerInstances.inGroup(cluster.clusterArn)].flatMap(({ instance }) =>
        instance.attributes.map(
          (each): Attribute => ({
            ...each,
            targetType: 'container-instance',
            targetId: instance.containerInstanceArn,
          }),
        ),
      );
      const found = all.filter(
        ({ name, value }) =>
          (attributeName === undefined || name === attributeName) &&
          (attributeValue === undefined || value === attributeValue),
      );
      const page = pageOf(found, ({ name, targetId }) => `${targetId} ${name}`, input, PAGE);
      return { attributes: page.items, nextToken: page.nextToken };
    }),
  ];

  function requireOwner({ cluster }: ClusterRecord, { targetId = '' }: Attribute): ContainerInstanceRecord {
    const arn = containerInstanceArn(home, cluster.clusterName, lastPart(targetId));
    const record = state.containerInstances.get(arn);
    if (record === undefined) throw targetNotFound('Could not find the specified target.');
    return record;
  }

  /** The instance as it is by now: several attributes of one request may be its. */
  function change(
    owner: ContainerInstanceRecord | undefined,
    to: (known: readonly Attribute[]) => Attribute[],
  ): void {
    const record = state.containerInstances.get(owner?.instance.containerInstanceArn ?? '');
    if (record === undefined) return;
    const { instance } = record;
    state.containerInstances.put({
      ...record,
      instance: { ...instance, attributes: to(instance.attributes) },
    });
  }
}

function checkBatch(attributes: readonly Attribute[]): void {
  if (attributes.length === 0) throw invalidParameter('Attributes cannot be empty.');
  if (attributes.length > ATTRIBUTES_AT_MOST) {
    throw invalidParameter(`Attributes cannot be more than ${ATTRIBUTES_AT_MOST}.`);
  }
  checkAttributeTexts(attributes);
}

/** Throws InvalidParameterException for a name or a value that is longer than ECS takes (API reference, Attribute). */
export function checkAttributeTexts(attributes: readonly Attribute[]): void {
  for (const { name = '', value = '' } of attributes) {
    if (name.length <= LONGEST_TEXT && value.length <= LONGEST_TEXT) continue;
    throw invalidParameter(`The name and the value of an attribute have at most ${LONGEST_TEXT} characters.`);
  }
}
