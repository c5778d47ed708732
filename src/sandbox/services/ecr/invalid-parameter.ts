import { InvalidParameterException$ } from '@aws-sdk/client-ecr';
import { type AwsError, awsError } from '../../aws-api/service.ts';

/** ECR's words for a parameter that breaks a constraint, such as `Member must have a value between 1 and 1000`. */
export function invalidParameter(member: string, constraint: string): AwsError {
  return awsError(
    InvalidParameterException$,
    `Invalid parameter at '${member}' failed to satisfy constraint: '${constraint}'`,
  );
}
