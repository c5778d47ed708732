import { type AwsError, awsError } from '../../aws-api/service.ts';

// Clients find IAM's exceptions by the codes of the Query protocol, which are not the names of the SDK's schemas.

export function noSuchEntity(message: string): AwsError {
  return awsError('NoSuchEntity', message, { status: 404 });
}

export function noSuchRole(name: string): AwsError {
  return noSuchEntity(`The role with name ${name} cannot be found.`);
}

export function deleteConflict(message: string): AwsError {
  return awsError('DeleteConflict', message, { status: 409 });
}

export function entityAlreadyExists(message: string): AwsError {
  return awsError('EntityAlreadyExists', message, { status: 409 });
}

export function limitExceeded(message: string): AwsError {
  return awsError('LimitExceeded', message, { status: 409 });
}

export function malformedPolicy(message: string): AwsError {
  return awsError('MalformedPolicyDocument', message);
}

export function invalidInput(message: string): AwsError {
  return awsError('InvalidInput', message);
}

/** A value that does not hold to what its member asks for. */
export function invalidValue(value: string | number, member: string, constraint: string): AwsError {
  return awsError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
