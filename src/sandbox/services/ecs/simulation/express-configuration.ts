import type {
  CreateExpressGatewayServiceRequest,
  ExpressGatewayContainer,
  ExpressGatewayScalingTarget,
  RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import type { CallContext } from '../../../aws-api/service.ts';
import { lastPart } from './arns.ts';
import type { EcsContext } from './context.ts';
import { clientError, invalidParameter } from './errors.ts';
import type { ExpressConfigurationRecord } from './express-records.ts';
import { requireDeployableTaskDefinition } from './lookups.ts';
import { checkPassRole } from './pass-role.ts';
import type { TaskDefinitionRecord } from './state.ts';
import { registerTaskDefinition } from './task-definition-registration.ts';

/** What both CreateExpressGatewayService and UpdateExpressGatewayService may say of the configuration. */
export type ExpressRequest = Pick<
  CreateExpressGatewayServiceRequest,
  | 'executionRoleArn'
  | 'taskRoleArn'
  | 'primaryContainer'
  | 'cpu'
  | 'memory'
  | 'cpuArchitecture'
  | 'healthCheckPath'
  | 'networkConfiguration'
  | 'scalingTarget'
  | 'taskDefinitionArn'
>;

export type ExpressConfiguration = Omit<ExpressConfigurationRecord['configuration'], 'serviceRevisionArn'>;

/** A configuration before its service revision is made. */
export interface ExpressDraft {
  readonly configuration: ExpressConfiguration;
  readonly isManaged: boolean;
}

/** Who asks for it, and when the task definition of ECS is registered. */
interface Registration {
  readonly registeredAt: Date;
  readonly registeredBy: string;
}

/** The container that gets the traffic. */
export const MAIN_CONTAINER = 'Main';
const DEFAULT_PORT = 80;
/** The guide's defaults, which services have; the API reference still names 256, 512 and `/ping`. */
const DEFAULT_CPU = '1024';
const DEFAULT_MEMORY = '2048';
const DEFAULT_HEALTH_CHECK = '/';
const DEFAULT_SCALING = {
  minTaskCount: 1,
  maxTaskCount: 20,
  autoScalingMetric: 'AVERAGE_CPU',
  autoScalingTargetValue: 60,
} as const satisfies ExpressGatewayScalingTarget;
const DEFAULT_NETWORK = {
  subnets: ['subnet-0d5a1e1f7b0c2a301', 'subnet-0d5a1e1f7b0c2a302'],
  securityGroups: ['sg-0e1d2c3b4a5968778'],
};
/** What a task definition of the customer's own takes the place of. */
const OF_ECS = [
  'primaryContainer',
  'executionRoleArn',
  'taskRoleArn',
  'cpu',
  'memory',
  'cpuArchitecture',
] as const satisfies readonly (keyof ExpressRequest)[];

/**
 * What an Express service is to be after a request. Its task definition is registered where ECS manages it and it is
 * a new one. What a request leaves out stays; a container is given as a whole. Throws InvalidParameterException and
 * ClientException.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateExpressGatewayService.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-work.html
 */
export function nextConfiguration(
  context: EcsContext,
  service: { readonly cluster: string; readonly name: string },
  before: ExpressDraft | undefined,
  request: ExpressRequest,
  registration: Registration,
): ExpressDraft {
  const common = {
    healthCheckPath: request.healthCheckPath ?? before?.configuration.healthCheckPath ?? DEFAULT_HEALTH_CHECK,
    networkConfiguration: {
      ...DEFAULT_NETWORK,
      ...before?.configuration.networkConfiguration,
      ...request.networkConfiguration,
    },
    scalingTarget: {
      ...DEFAULT_SCALING,
      ...before?.configuration.scalingTarget,
      ...request.scalingTarget,
    },
    createdAt: registration.registeredAt,
  };
  checkConfiguration(common);
  const saysContainer = OF_ECS.some((member) => request[member] !== undefined);
  if (request.taskDefinitionArn !== undefined) {
    if (saysContainer) {
      throw invalidParameter(`taskDefinitionArn cannot be specified together with ${OF_ECS.join(', ')}.`);
    }
    return ofCustomer(context, request.taskDefinitionArn, common);
  }
  if (before?.isManaged === false && request.primaryContainer === undefined) {
    if (saysContainer) {
      throw invalidParameter(
        'The service uses a task definition of its own. Specify primaryContainer, or a taskDefinitionArn.',
      );
    }
    return ofCustomer(context, before.configuration.taskDefinitionArn, common);
  }
  const earlier = before?.isManaged === true ? before.configuration : undefined;
  const container = request.primaryContainer ?? earlier?.primaryContainer;
  if (container === undefined) throw invalidParameter('primaryContainer or taskDefinitionArn is required.');
  const content = {
    executionRoleArn: request.executionRoleArn ?? earlier?.executionRoleArn,
    taskRoleArn: request.taskRoleArn ?? earlier?.taskRoleArn,
    cpu: request.cpu ?? earlier?.cpu ?? DEFAULT_CPU,
    memory: request.memory ?? earlier?.memory ?? DEFAULT_MEMORY,
    cpuArchitecture: request.cpuArchitecture ?? earlier?.cpuArchitecture ?? ('X86_64' as const),
    primaryContainer: completeContainer(container, service),
  };
  if (content.executionRoleArn === undefined) {
    throw invalidParameter('executionRoleArn is required with primaryContainer.');
  }
  const { definition } = registerTaskDefinition(
    context,
    managedTaskDefinition(`${service.cluster}-${service.name}`, context.home.region, content),
    registration,
  );
  const { taskDefinitionArn } = definition;
  return { isManaged: true, configuration: { ...common, ...content, taskDefinitionArn } };
}

/** Who creates or updates an Express service passes ECS the roles of its tasks. */
export function checkRoles(request: ExpressRequest, caller: CallContext): void {
  checkPassRole(request, caller);
}

function ofCustomer(
  context: EcsContext,
  name: string,
  common: Omit<ExpressConfiguration, 'taskDefinitionArn' | 'primaryContainer'>,
): ExpressDraft {
  const { definition } = requireDeployableTaskDefinition(context, name);
  const container = mainContainerOf(definition);
  const { cpuArchitecture } = definition.runtimePlatform ?? {};
  const { taskDefinitionArn, executionRoleArn, taskRoleArn, cpu, memory } = definition;
  return {
    isManaged: false,
    configuration: {
      ...common,
      taskDefinitionArn,
      executionRoleArn,
      taskRoleArn,
      cpu,
      memory,
      ...(cpuArchitecture === undefined ? {} : { cpuArchitecture }),
      primaryContainer: container,
    },
  };
}

/** Throws InvalidParameterException for a task definition that an Express service cannot run. */
function mainContainerOf(definition: TaskDefinitionRecord['definition']): ExpressGatewayContainer {
  const { containerDefinitions, compatibilities = [] } = definition;
  const main = containerDefinitions.find(({ name }) => name === MAIN_CONTAINER);
  const [mapping, ...others] = main?.portMappings ?? [];
  const isOne = others.length === 0 && mapping?.containerPort !== undefined && mapping.name !== undefined;
  if (main?.image === undefined || !isOne || (mapping.protocol ?? 'tcp') !== 'tcp') {
    throw invalidParameter(
      `The task definition must have a container named ${MAIN_CONTAINER} with a single TCP port mapping that includes a container port and port name.`,
    );
  }
  if (!compatibilities.includes('FARGATE')) {
    throw invalidParameter('The task definition must have FARGATE compatibility.');
  }
  const { image, command, environment, secrets } = main;
  return {
    image,
    containerPort: mapping.containerPort,
    ...(command === undefined ? {} : { command }),
    ...(environment === undefined ? {} : { environment }),
    ...(secrets === undefined ? {} : { secrets }),
  };
}

function completeContainer(
  container: ExpressGatewayContainer,
  { cluster, name }: { readonly cluster: string; readonly name: string },
): ExpressGatewayContainer {
  return {
    containerPort: DEFAULT_PORT,
    awsLogsConfiguration: { logGroup: `/aws/ecs/${lastPart(cluster)}/${name}`, logStreamPrefix: 'ecs' },
    ...container,
  };
}

function managedTaskDefinition(
  family: string,
  region: string,
  {
    primaryContainer: {
      image,
      containerPort,
      awsLogsConfiguration: logs,
      repositoryCredentials: { credentialsParameter } = {},
      ...container
    },
    cpuArchitecture,
    ...task
  }: Omit<ExpressRequest, 'primaryContainer'> & { readonly primaryContainer: ExpressGatewayContainer },
): RegisterTaskDefinitionRequest {
  const { executionRoleArn, taskRoleArn, cpu, memory } = task;
  return {
    family,
    executionRoleArn,
    ...(taskRoleArn === undefined ? {} : { taskRoleArn }),
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu,
    memory,
    runtimePlatform: { cpuArchitecture, operatingSystemFamily: 'LINUX' },
    containerDefinitions: [
      {
        name: MAIN_CONTAINER,
        image,
        essential: true,
        portMappings: [{ containerPort, name: `main-${containerPort}-tcp`, protocol: 'tcp' }],
        ...container,
        ...(credentialsParameter === undefined ? {} : { repositoryCredentials: { credentialsParameter } }),
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': logs?.logGroup ?? '',
            'awslogs-region': region,
            'awslogs-stream-prefix': logs?.logStreamPrefix ?? 'ecs',
          },
        },
      },
    ],
  };
}

function checkConfiguration({
  healthCheckPath = '',
  scalingTarget = {},
}: Pick<ExpressConfiguration, 'healthCheckPath'> & {
  readonly scalingTarget?: ExpressGatewayScalingTarget;
}): void {
  if (!healthCheckPath.startsWith('/'))
    throw invalidParameter('healthCheckPath must start with a forward slash.');
  const { minTaskCount = 1, maxTaskCount = 1 } = scalingTarget;
  if (minTaskCount < 0) throw invalidParameter('minTaskCount must be at least 0.');
  if (maxTaskCount < minTaskCount) {
    throw clientError('maxTaskCount must be greater than or equal to minTaskCount.');
  }
}
