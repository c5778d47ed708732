/** What an AppSpec for ECS names besides the revision. */
export interface AppSpecTarget {
  readonly taskDefinition: string;
  readonly containerName: string | undefined;
  readonly containerPort: number | undefined;
}

/**
 * An AppSpec for a service of ECS, as JSON.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
 */
export function appSpecOf(
  { taskDefinition, containerName, containerPort }: AppSpecTarget,
  indent?: number,
): string {
  const balanced = containerName !== undefined && containerPort !== undefined;
  const LoadBalancerInfo = { ContainerName: containerName, ContainerPort: containerPort };
  const Properties = { TaskDefinition: taskDefinition, ...(balanced ? { LoadBalancerInfo } : {}) };
  const TargetService = { Type: 'AWS::ECS::Service', Properties };
  return JSON.stringify({ version: 0, Resources: [{ TargetService }] }, null, indent);
}

/** The task definition that the text of an AppSpec names, in JSON or YAML. Undefined where none is found. */
export function taskDefinitionIn(content: string | undefined): string | undefined {
  return /["']?TaskDefinition["']?\s*:\s*["']?([^"'\s,}]+)/.exec(content ?? '')?.[1];
}
