import {
  CreateDaemonCommand,
  type CreateDaemonRequest,
  DaemonPropagateTags,
  DeleteDaemonCommand,
  DescribeDaemonCommand,
  DescribeDaemonDeploymentsCommand,
  DescribeDaemonRevisionsCommand,
  ListDaemonDeploymentsCommand,
  ListDaemonsCommand,
  UpdateDaemonCommand,
} from '@aws-sdk/client-ecs';
import { type Operation, operation } from '../../../aws-api/service.ts';
import { daemonArn, lastPart } from '../simulation/arns.ts';
import type { EcsContext } from '../simulation/context.ts';
import type { DaemonRecord, DaemonTaskDefinitionRecord } from '../simulation/daemon-records.ts';
import { requireDaemonTaskDefinition, statusOf } from '../simulation/daemon-task-definitions.ts';
import {
  deployDaemon,
  isDaemonThere,
  newDaemonRevision,
  statusOfDaemon,
  statusOfDeployment,
  viewDaemon,
  viewDaemonDeployment,
} from '../simulation/daemons.ts';
import { checkEnums, type EnumMembers } from '../simulation/enum-members.ts';
import { clientError, daemonNotActive, daemonNotFound, invalidParameter } from '../simulation/errors.ts';
import { onceForToken } from '../simulation/idempotency.ts';
import { requireCluster } from '../simulation/lookups.ts';
import { pageOf } from '../simulation/paging.ts';
import { checkTags } from '../simulation/tag-rules.ts';

const PAGE = { most: 100, byDefault: 100 } as const;
const DESCRIBED_AT_MOST = 20;
const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const ENUMS: EnumMembers = { propagateTags: Object.values(DaemonPropagateTags) };

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-daemons.html */
export function daemonOperations(context: EcsContext): readonly Operation[] {
  const { state, clock, home } = context;

  return [
    operation(CreateDaemonCommand, (request) => {
      checkEnums(request, ENUMS, invalidParameter);
      const [arn = '', deploymentArn = ''] = onceForToken(context, 'CreateDaemon', request, () =>
        create(request),
      );
      const daemon = requireDaemon(arn);
      return { daemonArn: arn, status: statusOfDaemon(daemon), createdAt: daemon.createdAt, deploymentArn };
    }),

    operation(UpdateDaemonCommand, ({ daemonArn: arn = '', ...request }) => {
      checkEnums(request, ENUMS, invalidParameter);
      const before = requireDaemon(arn);
      if (before.deletedAt !== undefined) throw daemonNotActive();
      const definition = requireActive(request.daemonTaskDefinitionArn);
      const capacityProviderArns = checkedProviders(request.capacityProviderArns);
      const daemon: DaemonRecord = { ...before, capacityProviderArns, updatedAt: clock.now() };
      const revision = newDaemonRevision(context, daemon, definition, request);
      const deployment = deployDaemon(context, daemon, revision, request.deploymentConfiguration);
      state.daemons.put(daemon);
      const { createdAt, updatedAt } = daemon;
      return {
        daemonArn: arn,
        status: statusOfDaemon(daemon),
        createdAt,
        updatedAt,
        deploymentArn: deployment.arn,
      };
    }),

    operation(DeleteDaemonCommand, ({ daemonArn: arn = '' }) => {
      const before = requireDaemon(arn);
      if (before.deletedAt !== undefined) throw daemonNotActive();
      const deployment = deployDaemon(context, before, undefined, undefined);
      const daemon: DaemonRecord = { ...before, deletedAt: clock.now(), updatedAt: clock.now() };
      state.daemons.put(daemon);
      const { createdAt, updatedAt } = daemon;
      return {
        daemonArn: arn,
        status: statusOfDaemon(daemon),
        createdAt,
        updatedAt,
        deploymentArn: deployment.arn,
      };
    }),

    operation(DescribeDaemonCommand, ({ daemonArn: arn = '' }) => ({
      daemon: viewDaemon(context, requireDaemon(arn)),
    })),

    operation(ListDaemonsCommand, (input) => {
      const { cluster } = requireCluster(context, input.clusterArn);
      const wanted = input.capacityProviderArns ?? [];
      const found = [...state.daemons.inGroup(cluster.clusterArn)].filter(
        ({ arn, capacityProviderArns }) =>
          isDaemonThere(context, arn) &&
          (wanted.length === 0 || capacityProviderArns.some((provider) => wanted.includes(provider))),
      );
      const page = pageOf(found, ({ arn }) => arn, input, PAGE);
      return {
        daemonSummariesList: page.items.map((daemon) => ({
          daemonArn: daemon.arn,
          status: statusOfDaemon(daemon),
          createdAt: daemon.createdAt,
          updatedAt: daemon.updatedAt,
        })),
        nextToken: page.nextToken,
      };
    }),

    operation(DescribeDaemonRevisionsCommand, ({ daemonRevisionArns: arns = [] }) => {
      checkCount(arns);
      return {
        daemonRevisions: arns.flatMap((arn) => state.daemonRevisions.get(arn) ?? []),
        failures: missing(arns, (arn) => state.daemonRevisions.get(arn) !== undefined),
      };
    }),

    operation(DescribeDaemonDeploymentsCommand, ({ daemonDeploymentArns: arns = [] }) => {
      checkCount(arns);
      const found = arns.flatMap((arn) => state.daemonDeployments.get(arn) ?? []);
      return {
        daemonDeployments: found.map((deployment) => viewDaemonDeployment(context, deployment)),
        failures: missing(arns, (arn) => state.daemonDeployments.get(arn) !== undefined),
      };
    }),

    operation(ListDaemonDeploymentsCommand, (input) => {
      const { daemonArn: arn = '', status = [], createdAt: { before, after } = {} } = input;
      if (state.daemons.get(arn) === undefined) throw invalidParameter('Daemon not found.');
      const found = [...state.daemonDeployments.inGroup(arn)]
        .toReversed()
        .filter(
          (deployment) =>
            (status.length === 0 || status.includes(statusOfDeployment(context, deployment))) &&
            (before === undefined || deployment.createdAt < before) &&
            (after === undefined || deployment.createdAt > after),
        );
      const page = pageOf(found, (deployment) => deployment.arn, input, PAGE);
      return {
        daemonDeployments: page.items.map((deployment) => {
          const { createdAt, startedAt, stoppedAt, finishedAt, statusReason, ...view } = viewDaemonDeployment(
            context,
            deployment,
          );
          return {
            daemonDeploymentArn: deployment.arn,
            daemonArn: arn,
            clusterArn: deployment.clusterArn,
            status: view.status,
            statusReason,
            targetDaemonRevisionArn: deployment.targetRevisionArn,
            createdAt,
            startedAt,
            stoppedAt,
            finishedAt,
          };
        }),
        nextToken: page.nextToken,
      };
    }),
  ];

  /** Answers the ARNs of the daemon and of its first deployment. */
  function create(request: CreateDaemonRequest): readonly string[] {
    const { daemonName = '', tags = [] } = request;
    if (!NAME.test(daemonName)) throw invalidParameter('The daemon name must match [a-zA-Z0-9-_]{1,255}.');
    checkTags(tags);
    const { cluster } = requireCluster(context, request.clusterArn);
    const arn = daemonArn(home, cluster.clusterName, daemonName);
    if (isDaemonThere(context, arn)) throw clientError('Creation of daemon was not idempotent.');
    const definition = requireActive(request.daemonTaskDefinitionArn);
    const daemon: DaemonRecord = {
      arn,
      clusterArn: cluster.clusterArn,
      createdAt: clock.now(),
      updatedAt: clock.now(),
      capacityProviderArns: checkedProviders(request.capacityProviderArns),
      tags,
    };
    const revision = newDaemonRevision(context, daemon, definition, request);
    const deployment = deployDaemon(context, daemon, revision, request.deploymentConfiguration);
    state.daemons.put(daemon);
    return [arn, deployment.arn];
  }

  function requireDaemon(arn: string): DaemonRecord {
    const daemon = state.daemons.get(arn);
    if (daemon === undefined || !isDaemonThere(context, arn)) throw daemonNotFound();
    return daemon;
  }

  function requireActive(name: string | undefined): DaemonTaskDefinitionRecord {
    const record = requireDaemonTaskDefinition(context, name ?? '');
    if (statusOf(context, record) !== 'ACTIVE')
      throw clientError('The daemon task definition is not ACTIVE.');
    return record;
  }

  /** "ECS Managed Daemons is only supported for Amazon ECS Managed Instances Capacity Providers." (CreateDaemon) */
  function checkedProviders(arns: readonly string[] = []): readonly string[] {
    if (arns.length === 0) throw invalidParameter('capacityProviderArns cannot be empty.');
    for (const arn of arns) {
      const provider = state.capacityProviders.get(lastPart(arn))?.provider;
      if (provider?.capacityProviderArn !== arn || provider.managedInstancesProvider === undefined) {
        throw invalidParameter(
          `The capacity provider ${arn} does not exist or is not a Managed Instances capacity provider.`,
        );
      }
    }
    return arns;
  }
}

function checkCount(arns: readonly string[]): void {
  if (arns.length === 0 || arns.length > DESCRIBED_AT_MOST) {
    throw invalidParameter(`Specify 1 to ${DESCRIBED_AT_MOST} ARNs.`);
  }
}

function missing(arns: readonly string[], isThere: (arn: string) => boolean) {
  return arns.filter((arn) => !isThere(arn)).map((arn) => ({ arn, reason: 'MISSING' }));
}
