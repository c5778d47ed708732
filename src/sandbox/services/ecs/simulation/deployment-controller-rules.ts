import type { CreateServiceRequest, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { invalidParameter } from './errors.ts';

const USE_CODE_DEPLOY = 'Use AWS CodeDeploy to trigger a new deployment.';

/** What UpdateService calls each of the members that such a service does not take from it. */
const NOT_BY_UPDATE: readonly (readonly [keyof UpdateServiceRequest, string])[] = [
  ['taskDefinition', 'task definition'],
  ['networkConfiguration', 'network parameters'],
  ['loadBalancers', 'load balancers'],
  ['platformVersion', 'platform version'],
  ['capacityProviderStrategy', 'capacity provider strategy'],
  ['serviceRegistries', 'service registries'],
];

/** Throws InvalidParameterException for an update of what only CodeDeploy or an external controller may change. */
export function checkUpdateOfTaskSets(
  request: UpdateServiceRequest,
  controller: 'CODE_DEPLOY' | 'EXTERNAL',
): void {
  const isCodeDeploy = controller === 'CODE_DEPLOY';
  const services = `services with ${isCodeDeploy ? 'a' : 'an'} ${controller} deployment controller.`;
  const instead = isCodeDeploy ? USE_CODE_DEPLOY : 'Use CreateTaskSet to deploy a new task set.';
  for (const [member, name] of NOT_BY_UPDATE) {
    if (request[member] !== undefined)
      throw invalidParameter(`Unable to update ${name} on ${services} ${instead}`);
  }
  if (request.forceNewDeployment === true) {
    throw invalidParameter(`Cannot force a new deployment on ${services} ${instead}`);
  }
}

/** Throws InvalidParameterException for what belongs to the task sets of a service and not to the service. */
export function checkExternalService(request: CreateServiceRequest): void {
  const { taskDefinition, loadBalancers, networkConfiguration, launchType } = request;
  const refused: readonly (readonly [unknown, string])[] = [
    [taskDefinition, 'taskDefinition'],
    [loadBalancers, 'loadBalancers'],
    [networkConfiguration, 'networkConfiguration'],
    [launchType, 'launchType'],
  ];
  for (const [value, name] of refused) {
    if (value !== undefined) {
      throw invalidParameter(
        `${name} cannot be specified for services with an EXTERNAL deployment controller.`,
      );
    }
  }
}
