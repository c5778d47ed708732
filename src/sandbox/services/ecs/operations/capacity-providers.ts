import {
  CreateCapacityProviderCommand,
  DeleteCapacityProviderCommand,
  DescribeCapacityProvidersCommand,
  PutClusterCapacityProvidersCommand,
  UpdateCapacityProviderCommand,
} from '@aws-sdk/client-ecs';
import { type Operation, operation } from '../../../aws-api/service.ts';
import { capacityProviderArn, lastPart } from '../simulation/arns.ts';
import { completedProvider, updatedProvider } from '../simulation/auto-scaling-group-provider.ts';
import {
  checkAutoScalingGroup,
  checkDefaultStrategy,
  isOfAws,
  OF_AWS,
} from '../simulation/capacity-provider-rules.ts';
import type { EcsContext } from '../simulation/context.ts';
import { clientError, invalidParameter, resourceInUse } from '../simulation/errors.ts';
import { requireCapacityProvider, requireCluster } from '../simulation/lookups.ts';
import { pageOf } from '../simulation/paging.ts';
import type { CapacityProviderRecord } from '../simulation/state.ts';
import { checkTags } from '../simulation/tag-rules.ts';
import { viewCluster } from './clusters.ts';

const PAGE = { most: 10, byDefault: 10 } as const;
const NAME = /^(?!aws|ecs|fargate)[A-Za-z0-9_-]{1,255}$/i;

export function capacityProviderOperations(context: EcsContext): readonly Operation[] {
  const { state, home } = context;

  return [
    operation(CreateCapacityProviderCommand, ({ name = '', tags = [], ...settings }) => {
      if (!NAME.test(name)) {
        throw invalidParameter(
          "The capacity provider name must match [a-zA-Z0-9-_]{1,255} and cannot be prefixed with 'aws', 'ecs' or 'fargate'.",
        );
      }
      checkTags(tags);
      if (state.capacityProviders.get(name)?.provider.status === 'ACTIVE') {
        throw clientError('The specified capacity provider already exists.');
      }
      const { autoScalingGroupProvider, managedInstancesProvider, cluster } = settings;
      if ((autoScalingGroupProvider === undefined) === (managedInstancesProvider === undefined)) {
        throw invalidParameter('Specify either autoScalingGroupProvider or managedInstancesProvider.');
      }
      if (autoScalingGroupProvider !== undefined) checkAutoScalingGroup(autoScalingGroupProvider);
      const record: CapacityProviderRecord = {
        provider: {
          capacityProviderArn: capacityProviderArn(home, name),
          name,
          status: 'ACTIVE',
          updateStatus: 'CREATE_COMPLETE',
          type: autoScalingGroupProvider === undefined ? 'MANAGED_INSTANCES' : 'EC2_AUTOSCALING',
          ...(autoScalingGroupProvider === undefined
            ? {}
            : { autoScalingGroupProvider: completedProvider(autoScalingGroupProvider) }),
          ...(managedInstancesProvider === undefined ? {} : { managedInstancesProvider }),
          ...(cluster === undefined ? {} : { cluster }),
        },
        tags,
      };
      state.capacityProviders.put(record);
      return { capacityProvider: { ...record.provider, tags } };
    }),

    operation(DescribeCapacityProvidersCommand, (input) => {
      const { capacityProviders: asked = [], include = [] } = input;
      const names = asked.map(lastPart);
      const all = [...OF_AWS.map(ofAws), ...state.capacityProviders.all()];
      const found = names.length === 0 ? all : all.filter(({ provider }) => names.includes(provider.name));
      const page = pageOf(found, ({ provider }) => provider.name, input, PAGE);
      return {
        capacityProviders: page.items.map(({ provider, tags }) => ({
          ...provider,
          tags: include.includes('TAGS') ? [...tags] : [],
        })),
        failures: names
          .filter((name) => !all.some(({ provider }) => provider.name === name))
          .map((name) => ({ arn: capacityProviderArn(home, name), reason: 'MISSING' })),
        nextToken: page.nextToken,
      };
    }),

    operation(UpdateCapacityProviderCommand, ({ name = '', autoScalingGroupProvider }) => {
      const record = requireProvider(name);
      const known = record.provider.autoScalingGroupProvider;
      const provider: CapacityProviderRecord['provider'] = {
        ...record.provider,
        updateStatus: 'UPDATE_COMPLETE',
        ...(known === undefined
          ? {}
          : { autoScalingGroupProvider: updatedProvider(known, autoScalingGroupProvider) }),
      };
      state.capacityProviders.put({ ...record, provider });
      return { capacityProvider: provider };
    }),

    operation(DeleteCapacityProviderCommand, ({ capacityProvider = '' }) => {
      const record = requireProvider(capacityProvider);
      const isUsed = [...state.clusters.all()].some(
        ({ cluster }) =>
          cluster.status === 'ACTIVE' && cluster.capacityProviders?.includes(record.provider.name) === true,
      );
      if (isUsed) {
        throw resourceInUse(
          'The capacity provider cannot be deleted because it is associated with a cluster. Remove the capacity provider from the cluster and try again.',
        );
      }
      const provider = { ...record.provider, status: 'INACTIVE', updateStatus: 'DELETE_COMPLETE' } as const;
      state.capacityProviders.put({ ...record, provider });
      return { capacityProvider: provider };
    }),

    operation(
      PutClusterCapacityProvidersCommand,
      ({ cluster: name, capacityProviders = [], defaultCapacityProviderStrategy = [] }) => {
        const record = requireCluster(context, name);
        for (const each of capacityProviders) requireCapacityProvider(context, each);
        checkDefaultStrategy(defaultCapacityProviderStrategy, capacityProviders);
        const changed = {
          ...record,
          cluster: { ...record.cluster, capacityProviders, defaultCapacityProviderStrategy },
        };
        state.clusters.put(changed);
        return { cluster: { ...viewCluster(context, changed), attachmentsStatus: 'UPDATE_COMPLETE' } };
      },
    ),
  ];

  function ofAws(name: (typeof OF_AWS)[number]): CapacityProviderRecord {
    const provider = {
      capacityProviderArn: capacityProviderArn(home, name),
      name,
      status: 'ACTIVE',
      type: name,
    } as const;
    return { provider, tags: [] };
  }

  function requireProvider(nameOrArn: string): CapacityProviderRecord {
    const name = lastPart(nameOrArn);
    if (isOfAws(name))
      throw invalidParameter('The FARGATE and FARGATE_SPOT capacity providers cannot be changed.');
    const record = state.capacityProviders.get(name);
    if (record === undefined) throw invalidParameter('The specified capacity provider was not found.');
    return record;
  }
}
