import type {
  Attribute,
  Compatibility,
  ContainerDefinition,
  RegisterTaskDefinitionRequest,
  Volume,
} from '@aws-sdk/client-ecs';

/**
 * A container definition with what ECS fills in when it is registered: empty lists, `essential`, and in awsvpc
 * networks the host port.
 */
export function completeContainer(
  container: ContainerDefinition,
  { networkMode }: RegisterTaskDefinitionRequest,
): ContainerDefinition {
  return {
    cpu: 0,
    essential: true,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    ...container,
    portMappings: (container.portMappings ?? []).map((mapping) => ({
      ...(networkMode === 'awsvpc' || networkMode === 'host'
        ? { hostPort: mapping.containerPort }
        : { hostPort: 0 }),
      protocol: 'tcp',
      ...mapping,
    })),
  };
}

/**
 * An EFS volume without a folder is the root of its file system.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html
 */
export function completeVolume(volume: Volume): Volume {
  const { efsVolumeConfiguration: efs } = volume;
  return efs === undefined ? volume : { ...volume, efsVolumeConfiguration: { rootDirectory: '/', ...efs } };
}

/** Where tasks of this definition could run. */
export function compatibilitiesOf(request: RegisterTaskDefinitionRequest): Compatibility[] {
  if (request.requiresCompatibilities?.includes('FARGATE') === true) return ['EC2', 'FARGATE'];
  return request.networkMode === 'awsvpc' ? ['EC2'] : ['EXTERNAL', 'EC2'];
}

const ECR = /\.dkr[.-]ecr(?:-fips)?\./;

/**
 * What a container instance must be able to do, as ECS derives it when a definition is registered.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-container-instance-attributes.html
 */
export function requiredAttributesOf(request: RegisterTaskDefinitionRequest): Attribute[] {
  const containers = request.containerDefinitions ?? [];
  const logDrivers = containers.flatMap(({ logConfiguration }) => logConfiguration?.logDriver ?? []);
  const secrets = containers.flatMap(({ secrets: ofContainer = [] }) =>
    ofContainer.map(({ valueFrom = '' }) => valueFrom),
  );
  const names = [
    ...logDrivers.map((driver) => `com.amazonaws.ecs.capability.logging-driver.${driver}`),
    ...when(logDrivers.includes('awslogs'), 'ecs.capability.execution-role-awslogs'),
    ...when(
      containers.some(({ image }) => ECR.test(image ?? '')),
      'com.amazonaws.ecs.capability.ecr-auth',
    ),
    ...when(
      request.executionRoleArn !== undefined && containers.some(({ image }) => ECR.test(image ?? '')),
      'ecs.capability.execution-role-ecr-pull',
    ),
    ...when(request.taskRoleArn !== undefined, 'com.amazonaws.ecs.capability.task-iam-role'),
    ...when(request.networkMode === 'awsvpc', 'ecs.capability.task-eni'),
    ...when(
      containers.some(({ healthCheck }) => healthCheck !== undefined),
      'ecs.capability.container-health-check',
    ),
    ...when(
      secrets.some((from) => from.includes(':secretsmanager:')),
      'ecs.capability.secrets.asm.environment-variables',
    ),
    ...when(
      secrets.some((from) => !from.includes(':secretsmanager:')),
      'ecs.capability.secrets.ssm.environment-variables',
    ),
    ...when(
      (request.volumes ?? []).some(({ efsVolumeConfiguration }) => efsVolumeConfiguration !== undefined),
      'ecs.capability.efs',
    ),
    'com.amazonaws.ecs.capability.docker-remote-api.1.18',
    ...when(logDrivers.length > 0, 'com.amazonaws.ecs.capability.docker-remote-api.1.19'),
  ];
  return [...new Set(names)].map((name) => ({ name }));
}

function when(holds: boolean, name: string): string[] {
  return holds ? [name] : [];
}
