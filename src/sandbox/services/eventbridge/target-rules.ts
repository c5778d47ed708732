import type { Target } from '@aws-sdk/client-eventbridge';
import { awsError } from '../../aws-api/service.ts';

const CLUSTER = /^arn:aws[a-z-]*:ecs:[^:]+:\d{12}:cluster\//;
const TASK_DEFINITION = /^arn:aws[a-z-]*:ecs:[^:]+:\d{12}:task-definition\/[\w-]+(?::\d+)?$/;

/**
 * What EventBridge asks of a target that is a cluster: a role, and the ARN of a task definition, with a revision or
 * without.
 *
 * @throws AwsError `ValidationException`.
 */
export function checkTarget({ Id = '', Arn = '', RoleArn, EcsParameters }: Target): void {
  if (!CLUSTER.test(Arn)) return;
  if (RoleArn === undefined) throw invalid(`RoleArn is required for target ${Arn}.`);
  if (EcsParameters === undefined) throw invalid(`EcsParameters is required for target ${Id}.`);
  if (!TASK_DEFINITION.test(EcsParameters.TaskDefinitionArn ?? '')) {
    throw invalid(`Provided Arn is not in correct format: ${EcsParameters.TaskDefinitionArn}.`);
  }
}

function invalid(message: string): Error {
  return awsError('ValidationException', message);
}
