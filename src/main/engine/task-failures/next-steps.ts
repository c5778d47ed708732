import { assertNever } from '../../../shared/assert-never.ts';
import type { FailureGroup, FailureKind } from '../../../shared/model/deployment.ts';

/** The next steps against a cause, in one practical sentence. */
export function helpFor(kind: FailureKind, failure: FailureGroup | undefined): string {
  const container = failure?.container ?? 'the container';
  switch (kind) {
    case 'image-not-found':
      return `Push the image of ${container}, or deploy a tag that exists in the repository. A lifecycle policy may have removed it.`;
    case 'pull-not-permitted':
      return 'Allow the task execution role to pull: ecr:GetAuthorizationToken, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer and ecr:BatchCheckLayerAvailability; for another account, also allow it in the repository policy.';
    case 'registry-unreachable':
      return 'Give the subnets of the tasks a route to the registry: a public IP address, a NAT gateway, or VPC endpoints for ECR (api and dkr) and S3, with port 443 open in their security group.';
    case 'pull-failed':
      return `See the registry's message below, and try to pull the image of ${container} manually.`;
    case 'wrong-architecture':
      return `Build the image of ${container} for the CPU architecture of the task (docker build --platform), or set cpuArchitecture in the task definition to match the image.`;
    case 'out-of-memory':
      return `Increase the memory of ${container}${limitOf(failure)}, or reduce its usage.`;
    case 'crashed':
      return `Read the last log lines of ${container}, check what this revision changed, and run the image with the same environment.`;
    case 'container-health':
      return `Run the health check of ${container} manually in the image. If it only starts slowly, increase startPeriod or retries.`;
    case 'load-balancer-health':
      return 'Check that the container answers the path and port of the target group with an expected status code, and that the security groups allow traffic from the load balancer. If it starts slowly, increase the health check grace period.';
    case 'no-capacity':
      return 'Add instances to the cluster, request less CPU or memory, or lower the minimum healthy percent so that old tasks stop first.';
    case 'deployment-stuck':
      return 'Lower the minimum healthy percent or raise the maximum percent of the service, so that a task can be replaced.';
    case 'secret-missing':
      return 'Check that each secret and parameter of the task definition exists in this region under that name, and that the execution role can read and decrypt it.';
    case 'log-group-missing':
      return 'Create the log group, or set awslogs-create-group to true and allow the execution role logs:CreateLogGroup.';
    case 'role-missing':
      return 'Check that the role of the task definition exists, and that its trust policy lets ecs-tasks.amazonaws.com assume it.';
    case 'port-in-use':
      return 'Use a dynamic host port (hostPort 0) or awsvpc networking, or keep one instance per task available.';
    case 'stopped-by-hand':
      return 'Check CloudTrail for who called StopTask. Nothing indicates a problem with the revision.';
    case 'spot-interruption':
      return 'Deploy again when capacity is available, or add a base of on-demand capacity.';
    case 'instance-lost':
      return 'Check the instance in the Auto Scaling group or the EC2 console, then deploy again.';
    case 'alarm':
      return 'Check the metric of the alarm since the deployment started, and what this revision changed.';
    case 'hook':
      return "Check the logs of the hook's function before you deploy again.";
    case 'stopped':
      return 'Somebody requested this. Deploy again when the reason is resolved.';
    case 'other':
      return "See AWS's message and the service events below.";
    default:
      return assertNever(kind);
  }
}

function limitOf(failure: FailureGroup | undefined): string {
  return failure?.memoryMiB === undefined ? '' : ` above ${failure.memoryMiB} MiB`;
}
