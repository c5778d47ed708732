import type { CreateServiceRequest } from '@aws-sdk/client-ecs';
import { invalidParameter } from './errors.ts';

type Routing = Pick<
  CreateServiceRequest,
  'loadBalancers' | 'serviceRegistries' | 'serviceConnectConfiguration'
>;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html (Target groups per service) */
const MOST_LOAD_BALANCERS = 5;
const REGISTRY = /^arn:aws[a-z-]*:servicediscovery:[a-z0-9-]+:\d{12}:service\/.+/;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html (discoveryName) */
const DISCOVERY_NAME = /^[a-z0-9_][a-z0-9_-]{0,63}$/;

/** Throws InvalidParameterException for what a service cannot be reached by, whatever its task definition. */
export function checkRouting({
  loadBalancers = [],
  serviceRegistries = [],
  serviceConnectConfiguration: connect,
}: Routing): void {
  if (loadBalancers.length > MOST_LOAD_BALANCERS) {
    throw invalidParameter(`loadBalancers can have at most ${MOST_LOAD_BALANCERS} items.`);
  }
  // "If you are using an Application Load Balancer or a Network Load Balancer the load balancer name parameter should be
  // omitted." (API reference, LoadBalancer)
  if (
    loadBalancers.some((each) => each.loadBalancerName !== undefined && each.targetGroupArn !== undefined)
  ) {
    throw invalidParameter(
      'loadBalancerName and targetGroupArn cannot both be specified for a load balancer.',
    );
  }
  // "Multiple service registries for each service are not supported" (API reference, CreateService)
  if (serviceRegistries.length > 1) throw invalidParameter('serviceRegistries can have at most 1 item.');
  if (serviceRegistries.some(({ registryArn = '' }) => !REGISTRY.test(registryArn))) {
    throw invalidParameter(
      'The registryArn of a service registry must be the ARN of an AWS Cloud Map service.',
    );
  }
  for (const { discoveryName, clientAliases = [] } of connect?.services ?? []) {
    if (discoveryName !== undefined && !DISCOVERY_NAME.test(discoveryName)) {
      throw invalidParameter(`The discoveryName '${discoveryName}' must match [a-z0-9_][a-z0-9_-]{0,63}.`);
    }
    // "The maximum number of client aliases that you can have in this list is 1." (API reference, ServiceConnectService)
    if (clientAliases.length > 1) throw invalidParameter('clientAliases can have at most 1 item.');
  }
}
