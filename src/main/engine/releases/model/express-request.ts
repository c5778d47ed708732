import type {
  ContainerDefinition,
  ExpressGatewayContainer,
  ExpressGatewayScalingTarget,
  RegisterTaskDefinitionRequest,
  UpdateExpressGatewayServiceRequest,
} from '@aws-sdk/client-ecs';
import type { RestoredMembers } from './service-restoration.ts';
import type { UpdateAction } from './stored-plan.ts';

/** The container of an Express service that gets its traffic, and the only one that ECS manages. */
export const MAIN_CONTAINER = 'Main';

/** What UpdateExpressGatewayService says of a container, or ECS fills in by itself. */
const SAID: ReadonlySet<string> = new Set([
  'name',
  'image',
  'portMappings',
  'environment',
  'secrets',
  'command',
  'logConfiguration',
  'repositoryCredentials',
  'essential',
  'cpu',
  'memory',
  'memoryReservation',
  'versionConsistency',
] satisfies (keyof ContainerDefinition)[]);

/**
 * Whether ECS manages the task definition of an Express service, by its content: one container of the name that ECS
 * gives it, with nothing that only a task definition of the customer's own can say. ECS names the family after cluster
 * and service.
 */
export function isManagedContent(
  { cluster, service }: { readonly cluster: string; readonly service: string },
  { family = '', containerDefinitions = [], volumes = [] }: RegisterTaskDefinitionRequest,
): boolean {
  const [main, ...others] = containerDefinitions;
  if (main?.name !== MAIN_CONTAINER || others.length > 0 || volumes.length > 0) return false;
  const driver = main.logConfiguration?.logDriver ?? 'awslogs';
  return (
    family.startsWith(`${cluster}-${service}`) &&
    driver === 'awslogs' &&
    main.portMappings?.length === 1 &&
    Object.entries(main).every(([member, value]) => SAID.has(member) || isNothing(value))
  );
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** What an update of an Express service is made from. */
export interface ExpressUpdate {
  readonly action: UpdateAction;
  readonly express: NonNullable<UpdateAction['express']>;
  /** What ECS makes the new task definition from, where it manages it. */
  readonly content: RegisterTaskDefinitionRequest | undefined;
  /** The revision that was registered for it, where the task definition is the customer's. */
  readonly registered: string | undefined;
  /** What of an earlier service revision is taken back. */
  readonly restored?: RestoredMembers | undefined;
}

/**
 * What UpdateExpressGatewayService is sent. A container and a scaling are sent as a whole: whether ECS would keep what
 * is left out of one is not documented. Members that do not change are left out.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateExpressGatewayService.html
 */
export function expressRequest({
  action,
  express,
  content,
  registered,
  restored = {},
}: ExpressUpdate): UpdateExpressGatewayServiceRequest {
  const taskDefinitionArn = registered ?? action.taskDefinition;
  const network = restored.networkConfiguration?.awsvpcConfiguration;
  const { subnets, securityGroups } = network ?? {};
  return {
    serviceArn: express.serviceArn,
    ...(taskDefinitionArn === undefined ? managedMembers(content) : { taskDefinitionArn }),
    ...(express.healthCheckPath === undefined ? {} : { healthCheckPath: express.healthCheckPath }),
    ...(express.scaling === undefined ? {} : { scalingTarget: { ...express.scaling } }),
    ...(network === undefined
      ? {}
      : {
          networkConfiguration: {
            ...(subnets === undefined ? {} : { subnets }),
            ...(securityGroups === undefined ? {} : { securityGroups }),
          },
        }),
  };
}

function managedMembers(
  content: RegisterTaskDefinitionRequest | undefined,
): Partial<UpdateExpressGatewayServiceRequest> {
  const [main] = content?.containerDefinitions ?? [];
  if (content === undefined || main === undefined) return {};
  const { executionRoleArn, taskRoleArn, cpu, memory, runtimePlatform } = content;
  const architecture = runtimePlatform?.cpuArchitecture;
  return {
    ...(executionRoleArn === undefined ? {} : { executionRoleArn }),
    ...(taskRoleArn === undefined ? {} : { taskRoleArn }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(architecture === 'X86_64' || architecture === 'ARM64' ? { cpuArchitecture: architecture } : {}),
    primaryContainer: primaryContainer(main),
  };
}

function primaryContainer({
  image,
  portMappings = [],
  environment,
  secrets,
  command,
  repositoryCredentials,
  logConfiguration,
}: ContainerDefinition): ExpressGatewayContainer {
  const [mapping] = portMappings;
  const { 'awslogs-group': logGroup, 'awslogs-stream-prefix': logStreamPrefix } =
    logConfiguration?.options ?? {};
  return {
    image,
    ...(mapping?.containerPort === undefined ? {} : { containerPort: mapping.containerPort }),
    ...(logGroup === undefined || logStreamPrefix === undefined
      ? {}
      : { awsLogsConfiguration: { logGroup, logStreamPrefix } }),
    ...(repositoryCredentials === undefined ? {} : { repositoryCredentials }),
    ...(command === undefined ? {} : { command }),
    environment: environment ?? [],
    secrets: secrets ?? [],
  };
}

/** Whether a configuration has everything that an update asked for. */
export function hasScaling(
  current: ExpressGatewayScalingTarget | undefined,
  asked: ExpressGatewayScalingTarget | undefined,
): boolean {
  if (asked === undefined) return true;
  const now = new Map<string, unknown>(Object.entries(current ?? {}));
  return Object.entries(asked).every(([member, value]) => value === undefined || now.get(member) === value);
}
