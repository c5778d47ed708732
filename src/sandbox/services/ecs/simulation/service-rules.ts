import {
  type CreateServiceRequest,
  type LaunchType,
  PlatformUnknownException$,
  type UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { awsError } from '../../../aws-api/service.ts';
import { checkStrategy } from './capacity-provider-rules.ts';
import { checkDeploymentConfiguration } from './deployment-configuration-rules.ts';
import type { RevisionContent } from './deployment-engine.ts';
import { invalidParameter } from './errors.ts';
import { checkConstraints } from './placement-constraints.ts';
import { checkPlacementStrategies } from './placement-strategies.ts';
import { canBeRebalanced } from './service-content.ts';
import { checkRouting } from './service-routing-rules.ts';
import { constraintsOf, launchTypeOf } from './service-task-order.ts';
import type { ServiceSettings, TaskDefinitionRecord } from './state.ts';

const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const DESIRED_AT_MOST = 5000;
const SUBNETS_AT_MOST = 16;
const SECURITY_GROUPS_AT_MOST = 5;
const PROVIDERS_AT_MOST = 20;
const LONGEST_GRACE_SECONDS = 2_147_483_647;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html, with the deprecated ones. */
const PLATFORM_VERSIONS: ReadonlySet<string> = new Set([
  'LATEST',
  '1.0.0',
  '1.1.0',
  '1.2.0',
  '1.3.0',
  '1.4.0',
]);

type Definition = TaskDefinitionRecord['definition'];
type Request = CreateServiceRequest | UpdateServiceRequest;

export function checkServiceName(serviceName: string | undefined): void {
  if (serviceName === undefined || !NAME.test(serviceName)) {
    throw invalidParameter('Service name must match [a-zA-Z0-9-_]{1,255}.');
  }
}

/** Throws InvalidParameterException for a service that ECS would not create. */
export function checkNewService(request: CreateServiceRequest, definition: Definition): void {
  checkScheduling(request);
  checkRevision({ ...request, taskDefinition: definition.taskDefinitionArn }, definition);
  checkConstraints(constraintsOf(request, definition));
  checkPlacement(request, request);
  checkRebalancing(request);
  checkVolumes(request, definition);
  checkSettings(request, request);
}

/** Throws InvalidParameterException for an update that would leave a service as ECS does not take it. */
export function checkUpdate(
  request: UpdateServiceRequest,
  settings: ServiceSettings,
  content: RevisionContent,
  definition: Definition,
): void {
  checkDesiredCount(request.desiredCount);
  if (request.desiredCount !== undefined && settings.schedulingStrategy === 'DAEMON') {
    throw invalidParameter(
      'The desired count cannot be set for services using the DAEMON scheduling strategy.',
    );
  }
  checkRevision(content, definition);
  checkConstraints(constraintsOf(settings, definition));
  checkPlacement(settings, content);
  checkVolumes(content, definition);
  checkSettings(settings, content);
}

export function checkDesiredCount(desiredCount: number | undefined): void {
  if (desiredCount === undefined) return;
  if (desiredCount < 0) throw invalidParameter('desiredCount must be greater than or equal to 0');
  if (desiredCount > DESIRED_AT_MOST) {
    throw invalidParameter(`desiredCount must be less than or equal to ${DESIRED_AT_MOST}`);
  }
}

function checkScheduling({
  schedulingStrategy,
  desiredCount,
  deploymentController,
  ...content
}: CreateServiceRequest): void {
  checkDesiredCount(desiredCount);
  if (schedulingStrategy !== 'DAEMON') return;
  if (launchTypeOf(content) === 'FARGATE') {
    throw invalidParameter('The DAEMON scheduling strategy is not supported for the FARGATE launch type.');
  }
  if (deploymentController?.type === 'CODE_DEPLOY') {
    throw invalidParameter(
      'The DAEMON scheduling strategy is not supported for the CODE_DEPLOY deployment controller.',
    );
  }
  if (desiredCount !== undefined) {
    throw invalidParameter(
      'The desired count cannot be set for services using the DAEMON scheduling strategy.',
    );
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement.html: Fargate has no placement. */
export function checkPlacement(
  {
    placementConstraints = [],
    placementStrategy = [],
  }: Pick<ServiceSettings, 'placementConstraints' | 'placementStrategy'>,
  content: Parameters<typeof launchTypeOf>[0],
): void {
  checkPlacementStrategies(placementStrategy);
  if (launchTypeOf(content) !== 'FARGATE') return;
  const [setting] = Object.entries({ placementConstraints, placementStrategy }).filter(
    ([, values]) => values.length > 0,
  );
  if (setting === undefined) return;
  throw invalidParameter(`${setting[0]} is not supported with the FARGATE launch type.`);
}

function checkRebalancing(request: CreateServiceRequest): void {
  if (request.availabilityZoneRebalancing !== 'ENABLED') return;
  const { deploymentConfiguration: { maximumPercent } = {} } = request;
  if (maximumPercent === 100) {
    throw invalidParameter('Availability Zone rebalancing needs a maximumPercent greater than 100.');
  }
  if (!canBeRebalanced(request)) {
    throw invalidParameter('Availability Zone rebalancing is not supported for this service.');
  }
}

/**
 * Of a service or a task: a volume that is configured at launch is named by both sides.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html (name)
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceVolumeConfiguration.html (name)
 */
export function checkVolumes(
  {
    volumeConfigurations = [],
  }: { readonly volumeConfigurations?: readonly { readonly name?: string | undefined }[] | undefined },
  { volumes = [] }: Definition,
): void {
  for (const { name, configuredAtLaunch } of volumes) {
    if (configuredAtLaunch !== true || volumeConfigurations.some((each) => each.name === name)) continue;
    throw invalidParameter(
      `The volume '${name ?? ''}' is configured at launch, and volumeConfigurations does not name it.`,
    );
  }
  for (const { name } of volumeConfigurations) {
    if (volumes.some((volume) => volume.name === name && volume.configuredAtLaunch === true)) continue;
    throw invalidParameter(`The volume '${name ?? ''}' is not configured at launch in the task definition.`);
  }
}

function checkSettings(
  settings: ServiceSettings,
  { loadBalancers = [], ...content }: Omit<Request, 'service'>,
): void {
  const { healthCheckGracePeriodSeconds: grace, deploymentConfiguration, deploymentController } = settings;
  if (grace !== undefined && (grace < 0 || grace > LONGEST_GRACE_SECONDS)) {
    throw invalidParameter('healthCheckGracePeriodSeconds must be between 0 and 2147483647.');
  }
  if (grace !== undefined && grace > 0 && loadBalancers.length === 0 && !isReachedOtherwise(content)) {
    throw invalidParameter(
      'Health check grace period is only valid for services configured to use load balancers',
    );
  }
  checkDeploymentConfiguration(deploymentConfiguration, deploymentController?.type, {
    loadBalancers,
    ...content,
  });
}

/** Throws InvalidParameterException for a service revision, or a task set, that its task definition does not allow. */
export function checkRevision(content: RevisionContent, definition: Definition): void {
  const launchType = launchTypeOf(content);
  checkLaunch(content, definition, launchType);
  checkNetwork(content, definition);
  checkRouting(content);
  checkLoadBalancers(content.loadBalancers, definition);
  checkPortNames(content, definition);
}

function checkLaunch(content: RevisionContent, definition: Definition, launchType: LaunchType): void {
  const { capacityProviderStrategy = [], platformVersion } = content;
  if (content.launchType !== undefined && capacityProviderStrategy.length > 0) {
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  if (capacityProviderStrategy.length > PROVIDERS_AT_MOST) {
    throw invalidParameter(
      `A capacity provider strategy can contain a maximum of ${PROVIDERS_AT_MOST} capacity providers.`,
    );
  }
  checkStrategy(capacityProviderStrategy);
  const compatibilities: readonly string[] = definition.compatibilities ?? [];
  if (launchType !== 'EC2' && !compatibilities.includes(launchType)) {
    throw invalidParameter(`Task definition does not support launch_type ${launchType}.`);
  }
  if (launchType === 'EC2' && platformVersion !== undefined) {
    throw invalidParameter('The platform version must be null when specifying an EC2 launch type.');
  }
  if (platformVersion !== undefined && !PLATFORM_VERSIONS.has(platformVersion)) {
    throw awsError(PlatformUnknownException$, 'The specified platform version does not exist.');
  }
}

/** Throws InvalidParameterException where the network configuration and the network mode do not go together. */
export function checkNetwork(
  { networkConfiguration }: Pick<RevisionContent, 'networkConfiguration'>,
  { networkMode }: Definition,
): void {
  const network = networkConfiguration?.awsvpcConfiguration;
  if (networkMode === 'awsvpc' && network === undefined) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  if (network === undefined) return;
  if (networkMode !== 'awsvpc') {
    throw invalidParameter(
      'Network Configuration is not valid for the given networkMode of this task definition.',
    );
  }
  const subnets = network.subnets ?? [];
  if (subnets.length === 0) throw invalidParameter('subnets can not be empty.');
  if (subnets.length > SUBNETS_AT_MOST)
    throw invalidParameter(`subnets can have at most ${SUBNETS_AT_MOST} items.`);
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html
  if ((network.securityGroups ?? []).length > SECURITY_GROUPS_AT_MOST) {
    throw invalidParameter(`securityGroups can have at most ${SECURITY_GROUPS_AT_MOST} items.`);
  }
}

/**
 * Service Connect and VPC Lattice find a port by its name.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html (portName)
 */
function checkPortNames(
  { serviceConnectConfiguration: connect, vpcLatticeConfigurations = [] }: RevisionContent,
  { containerDefinitions }: Definition,
): void {
  const connected = connect?.enabled === true ? (connect.services ?? []) : [];
  const mapped = containerDefinitions.flatMap(({ portMappings = [] }) =>
    portMappings.map(({ name }) => name),
  );
  for (const { portName } of [...connected, ...vpcLatticeConfigurations]) {
    if (mapped.includes(portName)) continue;
    throw invalidParameter(`The portName '${portName ?? ''}' is not defined in the task definition.`);
  }
}

/** A load balancer must name a container of the task definition, and a port that it maps. */
function checkLoadBalancers(
  loadBalancers: CreateServiceRequest['loadBalancers'],
  definition: TaskDefinitionRecord['definition'],
): void {
  for (const { containerName, containerPort } of loadBalancers ?? []) {
    const container = definition.containerDefinitions.find(({ name }) => name === containerName);
    if (container === undefined) {
      throw invalidParameter(`The container ${containerName} does not exist in the task definition.`);
    }
    if (container.portMappings?.some((mapping) => mapping.containerPort === containerPort) !== true) {
      throw invalidParameter(
        `The container ${containerName} did not have a container port ${containerPort} defined.`,
      );
    }
  }
}

/** Service Connect and VPC Lattice bring traffic to a service too. */
function isReachedOtherwise({
  serviceConnectConfiguration,
  vpcLatticeConfigurations = [],
}: Omit<Request, 'service'>): boolean {
  return serviceConnectConfiguration?.enabled === true || vpcLatticeConfigurations.length > 0;
}
