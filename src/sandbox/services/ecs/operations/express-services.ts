import {
  CreateExpressGatewayServiceCommand,
  type CreateExpressGatewayServiceRequest,
  DeleteExpressGatewayServiceCommand,
  DescribeExpressGatewayServiceCommand,
  ExpressCpuArchitecture,
  ExpressGatewayServiceScalingMetric,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import { type AwsError, type CallContext, type Operation, operation } from '../../../aws-api/service.ts';
import { clusterArn, lastPart, serviceArn } from '../simulation/arns.ts';
import type { EcsContext } from '../simulation/context.ts';
import type { DeploymentEngine } from '../simulation/deployment-engine.ts';
import { checkEnums, type EnumMembers } from '../simulation/enum-members.ts';
import {
  invalidParameter,
  resourceNotFound,
  serviceNotActive,
  serviceNotFound,
} from '../simulation/errors.ts';
import {
  checkRoles,
  type ExpressDraft,
  type ExpressRequest,
  nextConfiguration,
} from '../simulation/express-configuration.ts';
import type { ExpressRecord } from '../simulation/express-records.ts';
import {
  alarmName,
  expressServiceRequest,
  newExpressRecord,
  viewConfiguration,
  viewExpressService,
  withinBounds,
} from '../simulation/express-service.ts';
import { requireCluster } from '../simulation/lookups.ts';
import { contentOfNewService, settingsOfNewService } from '../simulation/service-content.ts';
import { checkServiceName } from '../simulation/service-rules.ts';
import type { ServiceRecord } from '../simulation/state.ts';
import { checkTags } from '../simulation/tag-rules.ts';

const ENUMS: EnumMembers = {
  cpuArchitecture: Object.values(ExpressCpuArchitecture),
  'scalingTarget.autoScalingMetric': Object.values(ExpressGatewayServiceScalingMetric),
};

type ExpressService = ServiceRecord & { readonly express: ExpressRecord };

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-overview.html */
export function expressServiceOperations(
  context: EcsContext,
  engine: DeploymentEngine,
): readonly Operation[] {
  const { state, clock, home, dependencies } = context;

  return [
    operation(CreateExpressGatewayServiceCommand, (request, caller) => {
      checkEnums(request, ENUMS, invalidParameter);
      checkRoles(request, caller);
      const service = create(request, caller);
      return { service: { ...viewExpressService(context, service), tags: [...service.tags] } };
    }),

    operation(UpdateExpressGatewayServiceCommand, ({ serviceArn: arn = '', ...request }, caller) => {
      checkEnums(request, ENUMS, invalidParameter);
      checkRoles(request, caller);
      const service = requireExpress(arn, serviceNotFound);
      if (service.status !== 'ACTIVE') throw serviceNotActive();
      const before = state.expressConfigurations.get(service.rollouts[0]?.revisionArn ?? '');
      const updated = deploy(
        { ...service, express: { ...service.express, updatedAt: clock.now() } },
        before,
        request,
        caller,
      );
      const { serviceName, cluster, status, createdAt, updatedAt } = viewExpressService(context, updated);
      const targetConfiguration = viewConfiguration(context, updated, updated.rollouts[0]?.revisionArn ?? '');
      return {
        service: {
          serviceArn: updated.arn,
          serviceName,
          cluster,
          status,
          targetConfiguration,
          createdAt,
          updatedAt,
        },
      };
    }),

    operation(DescribeExpressGatewayServiceCommand, ({ serviceArn: arn = '', include = [] }) => {
      const service = requireExpress(arn, () => resourceNotFound('The specified resource was not found.'));
      const tags = include.includes('TAGS') ? { tags: [...service.tags] } : {};
      return { service: { ...viewExpressService(context, service), ...tags } };
    }),

    operation(DeleteExpressGatewayServiceCommand, ({ serviceArn: arn = '' }) => {
      const service = requireExpress(arn, serviceNotFound);
      if (service.status !== 'ACTIVE') throw serviceNotActive();
      engine.drain(service);
      return { service: viewExpressService(context, current(arn)) };
    }),
  ];

  function create(request: CreateExpressGatewayServiceRequest, caller: CallContext): ExpressService {
    if (request.cluster === undefined) createDefaultCluster();
    const cluster = requireCluster(context, request.cluster).cluster;
    const name = request.serviceName ?? `express-${context.ids.hex().slice(0, 8)}`;
    checkServiceName(name);
    checkTags(request.tags ?? []);
    const arn = serviceArn(home, cluster.clusterName, name);
    const existing = state.services.get(arn);
    if (existing !== undefined && existing.status !== 'INACTIVE') {
      throw invalidParameter('Creation of service was not idempotent.');
    }
    const { infrastructureRoleArn = '' } = request;
    const service: ExpressService = {
      arn,
      name,
      clusterArn: cluster.clusterArn,
      status: 'ACTIVE',
      createdAt: clock.now(),
      createdBy: caller.principalArn,
      desiredCount: 0,
      settings: settingsOfNewService({ serviceName: name }),
      tags: request.tags ?? [],
      rollouts: [],
      lastCompletedRevisionArn: undefined,
      events: [],
      isSteady: false,
      express: newExpressRecord(context, name, infrastructureRoleArn, clock.now()),
    };
    const created = deploy(service, undefined, request, caller);
    dependencies.createAlarm?.(alarmName(cluster.clusterName, name));
    return created;
  }

  /** Starts a deployment of what a request asks for, and keeps its configuration with the new service revision. */
  function deploy(
    service: ExpressService,
    before: ExpressDraft | undefined,
    request: ExpressRequest,
    caller: CallContext,
  ): ExpressService {
    const names = { cluster: lastPart(service.clusterArn), name: service.name };
    const { configuration, isManaged } = nextConfiguration(context, names, before, request, {
      registeredAt: clock.now(),
      registeredBy: caller.principalArn,
    });
    const { infrastructureRoleArn } = service.express;
    const asService = expressServiceRequest(context, names, configuration, infrastructureRoleArn);
    const desiredCount = withinBounds(service.desiredCount, configuration.scalingTarget);
    const settings = settingsOfNewService(asService);
    const content = contentOfNewService(asService, configuration.taskDefinitionArn);
    engine.deploy({ ...service, settings, desiredCount }, content);
    const deployed = current(service.arn);
    const serviceRevisionArn = deployed.rollouts[0]?.revisionArn ?? '';
    state.expressConfigurations.put({
      serviceArn: service.arn,
      configuration: { ...configuration, serviceRevisionArn },
      isManaged,
    });
    return deployed;
  }

  function createDefaultCluster(): void {
    const arn = clusterArn(home, 'default');
    if (state.clusters.get(arn)?.cluster.status === 'ACTIVE') return;
    state.clusters.put({
      cluster: { clusterArn: arn, clusterName: 'default', status: 'ACTIVE' },
      tags: [],
    });
  }

  function current(arn: string): ExpressService {
    return requireExpress(arn, serviceNotFound);
  }

  function requireExpress(arn: string, missing: () => AwsError): ExpressService {
    const service = state.services.get(arn);
    if (service === undefined) throw missing();
    const { express } = service;
    if (express === undefined) throw invalidParameter('The specified service is not an Express service.');
    return { ...service, express };
  }
}
