import type { ContainerDefinition, RegisterTaskDefinitionRequest, Service } from '@aws-sdk/client-ecs';
import type { ServiceSettings } from '../../../../shared/model/change.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { ownerByTags } from '../../drift/owner-check.ts';
import { fail, pass, warn } from '../../ecs/check.ts';
import { isExpress } from '../../ecs/deployed-revision.ts';
import { primarySetOf } from '../../ecs/service-task-sets.ts';
import { controllerIsEcs } from '../model/service-controller.ts';
import type { RestoredMembers } from '../model/service-restoration.ts';

/** Only an ACTIVE service takes an update; ECS refuses one that drains or is deleted. */
export function serviceIsActive({ serviceName, status }: Service): Check {
  if (status === 'ACTIVE') return pass('service', `The service ${serviceName} is active`);
  return fail(
    'service',
    `The service ${serviceName} is ${status ?? 'in an unknown state'}`,
    'ECS changes only active services. Create the service again, or choose another one.',
  );
}

/** What UpdateService takes where CodeDeploy deploys, besides the number of tasks. */
const OPEN_TO_ALL: ReadonlySet<string> = new Set([
  'deploymentConfiguration',
  'healthCheckGracePeriodSeconds',
]);

/**
 * A change that starts no deployment: where CodeDeploy deploys, UpdateService takes some of it anyway.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 */
export function controllerTakesSettings(service: Service, settings: ServiceSettings = {}): Check {
  if (service.deploymentController?.type !== 'CODE_DEPLOY') return controllerIsEcs(service);
  const closed = Object.keys(settings).filter((member) => !OPEN_TO_ALL.has(member));
  if (closed.length === 0) {
    return pass('controller', 'CodeDeploy deploys this service; ECS accepts this change directly');
  }
  return fail(
    'controller',
    `CodeDeploy deploys this service, so ECS doesn't accept ${closed.join(' and ')}`,
    'Remove it from this change.',
  );
}

/** A service that a tool declares gets its declared revision back at the tool's next run. */
export function isOwnedByNobodyElse(service: Service): Check {
  const owner = ownerByTags(service);
  if (owner === undefined) {
    return isExpress(service)
      ? pass('owner', 'ECS manages this Express service, and Slipway changes it through ECS')
      : pass('owner', 'No tag shows that another tool manages this service');
  }
  return warn(
    'owner',
    `${owner} manages this service, according to its tags`,
    `The next run of ${owner} overwrites this change. Make the same change there.`,
  );
}

/** Without the circuit breaker ECS starts failing tasks again forever. */
export function circuitBreakerIsOn({ deploymentConfiguration }: Service): Check {
  const breaker = deploymentConfiguration?.deploymentCircuitBreaker;
  if (breaker?.enable !== true) {
    return warn(
      'circuit-breaker',
      'The circuit breaker is off',
      'If the new tasks fail, ECS keeps starting them and the deployment never ends. Roll back manually in that case.',
    );
  }
  if (breaker.rollback !== true) {
    return warn(
      'circuit-breaker',
      "The circuit breaker stops a failing deployment, but doesn't roll it back",
      'If the deployment fails, roll back manually, or turn on rollback for the service.',
    );
  }
  return pass('circuit-breaker', 'The circuit breaker rolls a failing deployment back');
}

/** Nothing tells ECS or callers when a new task is ready if nothing checks it. */
export function hasNoDowntime(service: Service, hasHealthCheck: boolean): Check {
  const isBalanced = (service.loadBalancers?.length ?? 0) > 0 || (service.serviceRegistries?.length ?? 0) > 0;
  if (isBalanced || hasHealthCheck) {
    return pass(
      'downtime',
      isBalanced
        ? 'The load balancer sends traffic to ready tasks'
        : 'A health check shows when a task is ready',
    );
  }
  return warn(
    'downtime',
    'No load balancer and no health check',
    "ECS considers a task ready as soon as it is running, so short downtime is possible and a hanging application isn't detected.",
  );
}

/**
 * What the service reaches its tasks by, where the new ones don't have it: ECS refuses such an update.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html (containerName, containerPort)
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html (portName)
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceVolumeConfiguration.html (name)
 */
export function contentFitsService(
  service: Service,
  restored: RestoredMembers | undefined,
  { containerDefinitions = [], volumes = [] }: RegisterTaskDefinitionRequest,
): readonly Check[] {
  if (isExpress(service)) return [];
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  const balancers = service.loadBalancers?.length
    ? service.loadBalancers
    : primarySetOf(service)?.loadBalancers;
  const connect = restored?.serviceConnectConfiguration ?? primary?.serviceConnectConfiguration;
  const lattice = restored?.vpcLatticeConfigurations ?? primary?.vpcLatticeConfigurations;
  const configured = restored?.volumeConfigurations ?? primary?.volumeConfigurations;
  const targets = [
    ...(balancers ?? []).map((target) => ({ by: 'The load balancer', ...target })),
    ...(service.serviceRegistries ?? []).map((target) => ({ by: 'The service registry', ...target })),
  ];
  const names = [
    ...((connect?.enabled === true ? connect.services : undefined) ?? []).map(({ portName }) => ({
      by: 'Service Connect',
      portName,
    })),
    ...(lattice ?? []).map(({ portName }) => ({ by: 'VPC Lattice', portName })),
  ];
  const portNames = containerDefinitions.flatMap(({ portMappings = [] }) =>
    portMappings.map(({ name }) => name),
  );
  const atLaunch = volumes.filter(({ configuredAtLaunch }) => configuredAtLaunch).map(({ name }) => name);
  return [
    ...targets.flatMap(({ by, containerName, containerPort }) => {
      if (containerName === undefined) return [];
      const container = containerDefinitions.find(({ name }) => name === containerName);
      if (container === undefined) return [notReached(by, `the container ${containerName}`)];
      return containerPort === undefined || mapsPort(container, containerPort)
        ? []
        : [notReached(by, `the port ${containerPort} of the container ${containerName}`)];
    }),
    ...names
      .filter(({ portName }) => portName !== undefined && !portNames.includes(portName))
      .map(({ by, portName }) => notReached(by, `a port mapping with the name ${portName}`)),
    ...(configured ?? [])
      .filter(({ name }) => !atLaunch.includes(name))
      .map(({ name }) => notReached('A volume configuration', `the volume ${name}, configured at launch`)),
    ...(primary === undefined ? [] : atLaunch)
      .filter((name) => !configured?.some((each) => each.name === name))
      .map(notConfigured),
  ];
}

function mapsPort({ portMappings = [] }: ContainerDefinition, port: number): boolean {
  return portMappings.some(({ containerPort, containerPortRange }) => {
    if (containerPortRange === undefined) return containerPort === port;
    const [first = 0, last = 0] = containerPortRange.split('-').map(Number);
    return first <= port && port <= last;
  });
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html (name) */
function notConfigured(volume: string | undefined): Check {
  return fail(
    'content',
    `This revision configures the volume ${volume} at launch, and the service has no configuration of it`,
    'ECS refuses this update. Deploy the revision once with `aws ecs update-service --volume-configurations`, or remove configuredAtLaunch from the volume.',
  );
}

function notReached(by: string, what: string): Check {
  return fail(
    'content',
    `${by} of the service needs ${what}, which this revision doesn't have`,
    'ECS refuses this update. Add it to the task definition, or change the service first.',
  );
}
