import { lastPart } from './arns.ts';
import { assertNever } from './assert-never.ts';
import type { IdSource } from './ids.ts';
import type { Placement } from './placement.ts';
import type { ServiceRecord } from './state.ts';

/** DescribeServices shows no more than the last hundred. */
const EVENTS_KEPT = 100;

/** The service with one more event, newest first. */
export function withEvent(service: ServiceRecord, message: string, at: Date, ids: IdSource): ServiceRecord {
  const event = { id: ids.uuid(), createdAt: at, message };
  return { ...service, events: [event, ...service.events].slice(0, EVENTS_KEPT) };
}

/** ECS's own sentences about a service: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html */
export const sentence = {
  started: (service: ServiceRecord, taskArns: readonly string[]): string =>
    `(service ${service.name}) has started ${taskArns.length} tasks: ${listTasks(taskArns)}.`,

  stopped: (service: ServiceRecord, taskArns: readonly string[]): string =>
    `(service ${service.name}) has stopped ${taskArns.length} running tasks: ${listTasks(taskArns)}.`,

  draining: (service: ServiceRecord, count: number): string =>
    `(service ${service.name}) has begun draining connections on ${count} tasks.`,

  registered: (service: ServiceRecord, targetGroupArn: string): string =>
    `(service ${service.name}) registered 1 targets in (target-group ${targetGroupArn})`,

  deregistered: (service: ServiceRecord, targetGroupArn: string): string =>
    `(service ${service.name}) deregistered 1 targets in (target-group ${targetGroupArn})`,

  failedContainerHealthChecks: (service: ServiceRecord, taskArn: string): string =>
    `(service ${service.name}) (task ${lastPart(taskArn)}) failed container health checks.`,

  failedTargetHealthChecks: (service: ServiceRecord, port: number, targetGroupArn: string): string =>
    `(service ${service.name}) (port ${port}) is unhealthy in (target-group ${targetGroupArn}) due to (reason Health checks failed).`,

  deploymentCompleted: (service: ServiceRecord, rolloutId: string): string =>
    `(service ${service.name}) (deployment ${rolloutId}) deployment completed.`,

  deploymentFailed: (service: ServiceRecord, rolloutId: string, why: string): string =>
    `(service ${service.name}) (deployment ${rolloutId}) deployment failed: ${why}`,

  rollingBack: (service: ServiceRecord, rolloutId: string): string =>
    `(service ${service.name}) rolling back to deployment ${rolloutId}.`,

  steady: (service: ServiceRecord): string => `(service ${service.name}) has reached a steady state.`,

  cannotPlace: (service: ServiceRecord, placement: Placement): string =>
    `(service ${service.name}) was unable to place a task because no container instance met all of its requirements. ${whyNotPlaced(placement)} For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,

  noCapacity: (service: ServiceRecord): string =>
    `(service ${service.name}) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,

  stuck: (service: ServiceRecord): string =>
    `(service ${service.name}) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.`,

  cannotStartConsistently: (service: ServiceRecord): string =>
    `(service ${service.name}) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
} as const;

function whyNotPlaced(placement: Placement): string {
  if (placement.kind !== 'no-room') return 'Reason: No Container Instances were found in your cluster.';
  const closest = `The closest matching (container-instance ${lastPart(placement.closestArn)})`;
  switch (placement.lacking) {
    case 'RESOURCE:MEMORY':
      return `${closest} has insufficient memory available.`;
    case 'RESOURCE:CPU':
      return `${closest} has insufficient CPU units available.`;
    case 'RESOURCE:PORTS':
      return `${closest} is already using a port required by your task.`;
    case 'MemberOf placement constraint unsatisfied.':
    case 'DistinctInstance placement constraint unsatisfied.':
      return `${closest} encountered error "${placement.lacking}"`;
    default:
      return assertNever(placement.lacking);
  }
}

function listTasks(taskArns: readonly string[]): string {
  return taskArns.map((arn) => `(task ${lastPart(arn)})`).join(' ');
}
