import type { Service } from '@aws-sdk/client-ecs';

/** Whether ECS itself manages what a service consists of: an Express service. */
export function isExpress({ resourceManagementType }: Pick<Service, 'resourceManagementType'>): boolean {
  return resourceManagementType === 'ECS';
}

/**
 * A described service with the task definition that it is on, or on its way to. DescribeServices leaves it out for
 * Express services, whose PRIMARY deployment names it.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
 */
export function withDeployedRevision(service: Service): Service {
  if (service.taskDefinition !== undefined) return service;
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  if (primary?.taskDefinition === undefined) return service;
  return { ...service, taskDefinition: primary.taskDefinition };
}
