import {
  CreateServiceCommand,
  type CreateServiceRequest,
  DeleteServiceCommand,
  DescribeServicesCommand,
  ListServicesByNamespaceCommand,
  ListServicesCommand,
  type ListServicesRequest,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { type CallContext, type Operation, operation } from '../../../aws-api/service.ts';
import { lastPart, serviceArn } from '../simulation/arns.ts';
import type { EcsContext } from '../simulation/context.ts';
import { checkExternalService, checkUpdateOfTaskSets } from '../simulation/deployment-controller-rules.ts';
import type { DeploymentEngine } from '../simulation/deployment-engine.ts';
import { invalidParameter, serviceNotActive, serviceNotFound } from '../simulation/errors.ts';
import { onceForToken } from '../simulation/idempotency.ts';
import {
  findService,
  requireActiveService,
  requireCluster,
  requireDeployableTaskDefinition,
  requireProvidersOf,
  requireTaskDefinition,
} from '../simulation/lookups.ts';
import { pageOf } from '../simulation/paging.ts';
import { checkPassRole } from '../simulation/pass-role.ts';
import {
  checkStrategyChange,
  contentAfterUpdate,
  contentOfNewService,
  settingsAfterUpdate,
  settingsOfNewService,
  startsDeployment,
  withDefaultStrategy,
} from '../simulation/service-content.ts';
import {
  checkDesiredCount,
  checkNewService,
  checkServiceName,
  checkUpdate,
} from '../simulation/service-rules.ts';
import { viewService } from '../simulation/service-view.ts';
import type { ServiceRecord } from '../simulation/state.ts';
import { checkTags } from '../simulation/tag-rules.ts';
import { checkTargetGroups } from '../simulation/target-group-rules.ts';
import { addTaskSet } from '../simulation/task-sets.ts';

const PAGE = { most: 100, byDefault: 10 } as const;
const DESCRIBED_AT_MOST = 10;

export function serviceOperations(context: EcsContext, engine: DeploymentEngine): readonly Operation[] {
  const { state, clock, home } = context;

  return [
    operation(CreateServiceCommand, (request, caller) => {
      const [arn = ''] = onceForToken(context, 'CreateService', request, () => [create(request, caller)]);
      const service = state.services.get(arn);
      if (service === undefined) throw serviceNotFound();
      return { service: { ...viewService(context, service), tags: [...service.tags] } };
    }),

    operation(UpdateServiceCommand, (request, caller) => {
      const cluster = requireCluster(context, request.cluster);
      const service = requireActiveService(context, cluster, request.service ?? '');
      const controller = service.settings.deploymentController?.type ?? 'ECS';
      if (controller !== 'ECS') {
        checkUpdateOfTaskSets(request, controller);
        checkDesiredCount(request.desiredCount);
        const settings = settingsAfterUpdate(service, request);
        engine.scale({ ...service, settings }, request.desiredCount ?? service.desiredCount);
        return { service: viewNow(service) };
      }
      const current = state.serviceRevisions.get(service.rollouts[0]?.revisionArn ?? '');
      if (current === undefined) throw serviceNotActive();
      const settings = settingsAfterUpdate(service, request);
      const { definition } =
        request.taskDefinition === undefined
          ? requireTaskDefinition(context, current.taskDefinition)
          : requireDeployableTaskDefinition(context, request.taskDefinition);
      if (request.taskDefinition !== undefined) checkPassRole(definition, caller);
      checkStrategyChange(current, request);
      const content = contentAfterUpdate(current, request, definition.taskDefinitionArn);
      checkUpdate(request, settings, content, definition);
      requireProvidersOf(context, cluster, request.capacityProviderStrategy);
      checkTargetGroups(home, request.loadBalancers);
      const desiredCount = request.desiredCount ?? service.desiredCount;
      if (startsDeployment(current, request, content)) {
        requireDeployableTaskDefinition(context, definition.taskDefinitionArn);
        engine.deploy({ ...service, settings, desiredCount }, content);
      } else {
        engine.scale({ ...service, settings }, desiredCount);
      }
      return { service: viewNow(service) };
    }),

    operation(DeleteServiceCommand, ({ cluster: clusterName, service: name = '', force }) => {
      const cluster = requireCluster(context, clusterName);
      const service = findService(context, cluster, name);
      if (service === undefined) throw serviceNotFound();
      if (service.status !== 'ACTIVE') throw serviceNotActive();
      if (service.desiredCount > 0 && force !== true) {
        throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
      }
      engine.drain(service);
      return { service: viewNow(service) };
    }),

    operation(DescribeServicesCommand, ({ cluster: clusterName, services = [], include = [] }) => {
      const cluster = requireCluster(context, clusterName);
      if (services.length === 0) throw invalidParameter('Services cannot be empty.');
      if (services.length > DESCRIBED_AT_MOST) {
        throw invalidParameter(`Services cannot be more than ${DESCRIBED_AT_MOST}.`);
      }
      const found = services.map((name) => findService(context, cluster, name));
      return {
        services: found.flatMap((service) => {
          if (service === undefined) return [];
          const tags = include.includes('TAGS') ? { tags: [...service.tags] } : {};
          return [{ ...viewService(context, service), ...tags }];
        }),
        failures: services.flatMap((name, index) => {
          if (found[index] !== undefined) return [];
          const arn = name.startsWith('arn:') ? name : serviceArn(home, cluster.cluster.clusterName, name);
          return [{ arn, reason: 'MISSING' }];
        }),
      };
    }),

    operation(ListServicesCommand, (input) => {
      const cluster = requireCluster(context, input.cluster);
      const services = [...state.services.inGroup(cluster.cluster.clusterArn)].filter(
        (service) => service.status !== 'INACTIVE' && matches(service, input),
      );
      const page = pageOf(services, ({ arn }) => arn, input, PAGE);
      return { serviceArns: page.items.map(({ arn }) => arn), nextToken: page.nextToken };
    }),

    operation(ListServicesByNamespaceCommand, (input) => {
      const { namespace = '' } = input;
      const services = [...state.services.all()].filter(
        (service) => service.status !== 'INACTIVE' && isInNamespace(service, namespace),
      );
      const page = pageOf(services, ({ arn }) => arn, input, PAGE);
      return { serviceArns: page.items.map(({ arn }) => arn), nextToken: page.nextToken };
    }),
  ];

  function isInNamespace({ rollouts, clusterArn }: ServiceRecord, namespace: string): boolean {
    const revision = state.serviceRevisions.get(rollouts[0]?.revisionArn ?? '');
    const { enabled, namespace: own } = revision?.serviceConnectConfiguration ?? {};
    const ofCluster = state.clusters.get(clusterArn)?.cluster.serviceConnectDefaults?.namespace;
    return enabled === true && lastPart(own ?? ofCluster ?? '') === lastPart(namespace);
  }

  /** Creates a service, and its first deployment or task set. Returns its ARN. */
  function create(asked: CreateServiceRequest, caller: CallContext): string {
    const cluster = requireCluster(context, asked.cluster);
    const request = withDefaultStrategy(cluster.cluster, asked);
    checkServiceName(request.serviceName);
    const arn = serviceArn(home, cluster.cluster.clusterName, request.serviceName ?? '');
    const existing = state.services.get(arn);
    if (existing?.status === 'ACTIVE') throw invalidParameter('Creation of service was not idempotent.');
    if (existing?.status === 'DRAINING')
      throw invalidParameter('Unable to Start a service that is still Draining.');
    checkTags(request.tags ?? []);
    const service: ServiceRecord = {
      arn,
      name: request.serviceName ?? '',
      clusterArn: cluster.cluster.clusterArn,
      status: 'ACTIVE',
      createdAt: clock.now(),
      createdBy: caller.principalArn,
      desiredCount: request.desiredCount ?? 0,
      settings: settingsOfNewService(request),
      tags: request.tags ?? [],
      rollouts: [],
      lastCompletedRevisionArn: undefined,
      events: [],
      isSteady: false,
    };
    if (request.deploymentController?.type === 'EXTERNAL') {
      checkExternalService(request);
      state.services.put(service);
      return arn;
    }
    if (request.taskDefinition === undefined) throw invalidParameter('TaskDefinition cannot be empty.');
    const { definition } = requireDeployableTaskDefinition(context, request.taskDefinition);
    checkPassRole(definition, caller);
    checkNewService(request, definition);
    requireProvidersOf(context, cluster, request.capacityProviderStrategy);
    checkTargetGroups(home, request.loadBalancers);
    const { taskDefinitionArn } = definition;
    if (request.deploymentController?.type === 'CODE_DEPLOY') {
      const content = contentOfNewService(request, taskDefinitionArn);
      addTaskSet(context, service, content, { status: 'PRIMARY', scale: { value: 100, unit: 'PERCENT' } });
      engine.look(arn);
    } else {
      engine.deploy(service, contentOfNewService(request, taskDefinitionArn));
    }
    return arn;
  }

  /** The service as it is now, after a change. */
  function viewNow({ arn }: ServiceRecord) {
    const service = state.services.get(arn);
    if (service === undefined) throw serviceNotFound();
    return viewService(context, service);
  }

  function matches(
    { rollouts, settings, express }: ServiceRecord,
    {
      launchType,
      schedulingStrategy,
      resourceManagementType,
    }: Pick<ListServicesRequest, 'launchType' | 'schedulingStrategy' | 'resourceManagementType'>,
  ): boolean {
    const managedBy = express === undefined ? 'CUSTOMER' : 'ECS';
    if (resourceManagementType !== undefined && resourceManagementType !== managedBy) return false;
    if (schedulingStrategy !== undefined && settings.schedulingStrategy !== schedulingStrategy) return false;
    if (launchType === undefined) return true;
    return state.serviceRevisions.get(rollouts[0]?.revisionArn ?? '')?.launchType === launchType;
  }
}
