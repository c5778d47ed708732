import {
  type Cluster,
  type ClusterSetting,
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  ListClustersCommand,
  UpdateClusterCommand,
  UpdateClusterSettingsCommand,
} from '@aws-sdk/client-ecs';
import { type Operation, operation } from '../../../aws-api/service.ts';
import { clusterArn, lastPart } from '../simulation/arns.ts';
import { checkDefaultStrategy } from '../simulation/capacity-provider-rules.ts';
import type { EcsContext } from '../simulation/context.ts';
import {
  clusterContainsInstances,
  clusterContainsServices,
  clusterContainsTasks,
  invalidParameter,
} from '../simulation/errors.ts';
import { requireCapacityProvider, requireCluster } from '../simulation/lookups.ts';
import { pageOf } from '../simulation/paging.ts';
import type { ClusterRecord } from '../simulation/state.ts';
import { checkTags } from '../simulation/tag-rules.ts';
import { isMeantToRun, isRunning, isStopped } from '../simulation/task-transitions.ts';

const PAGE = { most: 100, byDefault: 100 } as const;
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,254}$/;

export function clusterOperations(context: EcsContext): readonly Operation[] {
  const { state, home } = context;

  return [
    operation(CreateClusterCommand, ({ clusterName = 'default', tags = [], ...settings }) => {
      checkTags(tags);
      if (!NAME.test(clusterName)) {
        throw invalidParameter('Cluster name must match [a-zA-Z][a-zA-Z0-9-_]{0,254}.');
      }
      const arn = clusterArn(home, clusterName);
      const existing = state.clusters.get(arn);
      if (existing?.cluster.status === 'ACTIVE') return { cluster: viewCluster(context, existing) };
      const { serviceConnectDefaults, ...rest } = settings;
      checkSettings(rest.settings);
      const { capacityProviders = [], defaultCapacityProviderStrategy = [] } = rest;
      for (const each of capacityProviders) requireCapacityProvider(context, each);
      checkDefaultStrategy(defaultCapacityProviderStrategy, capacityProviders);
      const record: ClusterRecord = {
        cluster: {
          ...rest,
          ...(serviceConnectDefaults === undefined
            ? {}
            : { serviceConnectDefaults: { namespace: serviceConnectDefaults.namespace } }),
          clusterArn: arn,
          clusterName,
          status: 'ACTIVE',
        },
        tags,
      };
      state.clusters.put(record);
      return { cluster: { ...viewCluster(context, record), tags } };
    }),

    operation(DescribeClustersCommand, ({ clusters = ['default'], include = [] }) => {
      if (clusters.length > PAGE.most) throw invalidParameter(`Clusters cannot be more than ${PAGE.most}.`);
      const arns = clusters.map((name) => clusterArn(home, lastPart(name)));
      const records = arns.map((arn) => state.clusters.get(arn));
      return {
        clusters: records.flatMap((record) => {
          if (record === undefined) return [];
          const { settings, configuration, statistics, ...plain } = viewCluster(context, record);
          return {
            ...plain,
            statistics: include.includes('STATISTICS') ? (statistics ?? []) : [],
            settings: include.includes('SETTINGS') ? (settings ?? []) : [],
            ...(include.includes('CONFIGURATIONS') ? { configuration } : {}),
            tags: include.includes('TAGS') ? [...record.tags] : [],
          };
        }),
        failures: arns.flatMap((arn, index) =>
          records[index] === undefined ? [{ arn, reason: 'MISSING' }] : [],
        ),
      };
    }),

    operation(ListClustersCommand, (input) => {
      const active = [...state.clusters.all()].filter(({ cluster }) => cluster.status === 'ACTIVE');
      const page = pageOf(active, ({ cluster }) => cluster.clusterArn, input, PAGE);
      return { clusterArns: page.items.map(({ cluster }) => cluster.clusterArn), nextToken: page.nextToken };
    }),

    operation(UpdateClusterCommand, ({ cluster: name, settings, configuration, serviceConnectDefaults }) => {
      checkSettings(settings);
      const record = requireCluster(context, name);
      return {
        cluster: change(record, {
          ...(settings === undefined ? {} : { settings }),
          ...(configuration === undefined ? {} : { configuration }),
          ...(serviceConnectDefaults === undefined
            ? {}
            : { serviceConnectDefaults: { namespace: serviceConnectDefaults.namespace } }),
        }),
      };
    }),

    operation(UpdateClusterSettingsCommand, ({ cluster: name, settings = [] }) => {
      checkSettings(settings);
      const record = requireCluster(context, name);
      const changed = new Set(settings.map((setting) => setting.name));
      const kept = (record.cluster.settings ?? []).filter((setting) => !changed.has(setting.name));
      return { cluster: change(record, { settings: [...kept, ...settings] }) };
    }),

    operation(DeleteClusterCommand, ({ cluster: name }) => {
      const record = requireCluster(context, name);
      const arn = record.cluster.clusterArn;
      if ([...state.services.inGroup(arn)].some(({ status }) => status !== 'INACTIVE'))
        throw clusterContainsServices();
      if ([...state.tasks.inGroup(arn)].some((task) => !isStopped(task))) throw clusterContainsTasks();
      if ([...state.containerInstances.inGroup(arn)].some(({ instance }) => instance.status !== 'INACTIVE')) {
        throw clusterContainsInstances();
      }
      const deleted: ClusterRecord = { ...record, cluster: { ...record.cluster, status: 'INACTIVE' } };
      state.clusters.put(deleted);
      return { cluster: viewCluster(context, deleted) };
    }),
  ];

  function change(record: ClusterRecord, changes: Partial<Cluster>): Cluster {
    const changed: ClusterRecord = {
      ...record,
      cluster: { ...record.cluster, ...changes, ...identity(record) },
    };
    state.clusters.put(changed);
    return viewCluster(context, changed);
  }
}

/** What no update changes. */
function identity({ cluster }: ClusterRecord) {
  const { clusterArn: arn, clusterName, status } = cluster;
  return { clusterArn: arn, clusterName, status };
}

/** A cluster as it is shown with everything that can be asked for. */
export function viewCluster({ state }: EcsContext, { cluster }: ClusterRecord): Cluster {
  const services = [...state.services.inGroup(cluster.clusterArn)].filter(
    ({ status }) => status !== 'INACTIVE',
  );
  const tasks = [cluster.clusterArn, ...services.map(({ arn }) => arn)].flatMap((group) =>
    [...state.tasks.inGroup(group)].filter(isMeantToRun),
  );
  const running = tasks.filter(isRunning).length;
  const instances = [...state.containerInstances.inGroup(cluster.clusterArn)].filter(
    ({ instance }) => instance.status !== 'INACTIVE',
  );
  return {
    ...cluster,
    activeServicesCount: services.length,
    runningTasksCount: running,
    pendingTasksCount: tasks.length - running,
    registeredContainerInstancesCount: instances.length,
    statistics: [],
    capacityProviders: cluster.capacityProviders ?? [],
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy ?? [],
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterSetting.html */
const SETTING_VALUES = ['enabled', 'enhanced', 'disabled'];

function checkSettings(settings: readonly ClusterSetting[] = []): void {
  const wrong = settings.find(({ value }) => value !== undefined && !SETTING_VALUES.includes(value));
  if (wrong === undefined) return;
  throw invalidParameter(`The value of ${wrong.name} must be one of [${SETTING_VALUES.join(', ')}].`);
}
