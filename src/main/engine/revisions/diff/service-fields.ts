import type { ServiceRevision } from '@aws-sdk/client-ecs';
import { allOf, allWithin, each, type Member, single, wordsOfMembers } from './fields.ts';

/** All that a service revision says beside its task definition: network, load balancers, capacity, platform. */
export function serviceMembers(revision: ServiceRevision): readonly Member[] {
  const {
    serviceRevisionArn: _arn,
    serviceArn: _service,
    clusterArn: _cluster,
    taskDefinition: _taskDefinition,
    containerImages: _images,
    createdAt: _createdAt,
    launchType,
    platformVersion,
    platformFamily,
    capacityProviderStrategy,
    networkConfiguration,
    loadBalancers,
    serviceRegistries,
    ...others
  } = revision;
  return [
    ...single('launch type', '', launchType),
    ...single('platform', 'version', platformVersion),
    ...single('platform', 'family', platformFamily),
    ...each(
      'capacity provider',
      capacityProviderStrategy,
      ({ capacityProvider = '' }) => capacityProvider,
      ({ capacityProvider: _name, ...strategy }) => wordsOfMembers(strategy),
    ),
    ...allWithin('network', networkConfiguration?.awsvpcConfiguration),
    ...each(
      'load balancer',
      loadBalancers,
      ({ targetGroupArn, loadBalancerName, containerName = '', containerPort = '' }) =>
        `${(targetGroupArn ?? loadBalancerName ?? '').split('/').at(-2) ?? loadBalancerName ?? ''} to ${containerName}:${containerPort}`,
      ({ containerName: _container, containerPort: _port, ...balancer }) => wordsOfMembers(balancer),
    ),
    ...each(
      'service registry',
      serviceRegistries,
      ({ registryArn = '' }) => registryArn.split('/').at(-1) ?? registryArn,
      ({ registryArn: _arn, ...registry }) => wordsOfMembers(registry),
    ),
    ...allOf(others),
  ];
}
