import { assertNever } from '../../../shared/assert-never.ts';
import type { FailureGroup, FailureKind } from '../../../shared/model/deployment.ts';

/** What would help against a cause, in one practical sentence. */
export function helpFor(kind: FailureKind, failure: FailureGroup | undefined): string {
  const container = failure?.container ?? 'the container';
  switch (kind) {
    case 'image-not-found':
      return `Push the image of ${container}, or deploy a tag that is in the repository; a lifecycle policy may have removed it.`;
    case 'pull-not-permitted':
      return 'Allow the task execution role to pull: ecr:GetAuthorizationToken, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer and ecr:BatchCheckLayerAvailability; for another account, its repository policy too.';
    case 'registry-unreachable':
      return 'Give the subnets of the tasks a way to the registry: a public address, a NAT gateway, or VPC endpoints for ECR (api and dkr) and S3, with port 443 open in their security group.';
    case 'pull-failed':
      return `Read what the registry answered below, and try to pull the image of ${container} by hand.`;
    case 'wrong-architecture':
      return `Build the image of ${container} for the processor of the task (docker build --platform), or set cpuArchitecture of the task definition to the image's.`;
    case 'out-of-memory':
      return `Raise the memory of ${container}${limitOf(failure)}, or make it use less.`;
    case 'crashed':
      return `Read the last lines of ${container} below, compare what this revision changed, and run the image with the same environment.`;
    case 'container-health':
      return `Run the health check of ${container} by hand in the image; if it only starts slowly, raise startPeriod or retries of the health check.`;
    case 'load-balancer-health':
      return 'Check that the container answers the path and port of the target group with a code that it expects, and that the security groups let the load balancer through; if it starts slowly, raise the health-check grace period.';
    case 'no-capacity':
      return 'Add instances to the cluster, ask for less cpu or memory, or lower the minimum healthy percent so that old tasks make room first.';
    case 'secret-missing':
      return 'Check that each secret and parameter of the task definition exists in this region under that name, and that the execution role may read and decrypt it.';
    case 'log-group-missing':
      return 'Create the log group, or set awslogs-create-group to true and allow the execution role logs:CreateLogGroup.';
    case 'role-missing':
      return 'Check that the role of the task definition exists, and that its trust policy lets ecs-tasks.amazonaws.com assume it.';
    case 'port-in-use':
      return 'Use a dynamic host port (hostPort 0) or awsvpc networking, or leave an instance free for each task.';
    case 'stopped-by-hand':
      return 'Find out in CloudTrail who called StopTask; nothing is wrong with the revision itself.';
    case 'spot-interruption':
      return 'Deploy again when capacity is back, or give the service a base of on-demand capacity.';
    case 'instance-lost':
      return 'Look at what happened to the instance, in the Auto Scaling group or the EC2 console, and deploy again.';
    case 'alarm':
      return 'Look at the metric of the alarm since the deployment began, and compare what this revision changed.';
    case 'hook':
      return 'Look at what the hook found, in the logs of its function, before you deploy again.';
    case 'stopped':
      return 'Somebody wanted it so; deploy again when the reason is gone.';
    case 'other':
      return 'Read the words of AWS below; the events of the service may say more.';
    default:
      return assertNever(kind);
  }
}

function limitOf(failure: FailureGroup | undefined): string {
  return failure?.memoryMiB === undefined ? '' : ` above ${failure.memoryMiB} MiB`;
}
