import {
  ClientException$,
  ClusterContainsContainerInstancesException$,
  ClusterContainsServicesException$,
  ClusterContainsTasksException$,
  ClusterNotFoundException$,
  ConflictException$,
  DaemonNotActiveException$,
  DaemonNotFoundException$,
  InvalidParameterException$,
  MissingVersionException$,
  NoUpdateAvailableException$,
  ResourceInUseException$,
  ResourceNotFoundException$,
  ServiceDeploymentNotFoundException$,
  ServiceNotActiveException$,
  ServiceNotFoundException$,
  TargetNotConnectedException$,
  TargetNotFoundException$,
  TaskSetNotFoundException$,
  UnsupportedFeatureException$,
} from '@aws-sdk/client-ecs';
import { type AwsError, awsError } from '../../../aws-api/service.ts';

/** The errors of the ECS API, in the words in which AWS gives them. */
export const clientError = (message: string): AwsError => awsError(ClientException$, message);

export const invalidParameter = (message: string): AwsError => awsError(InvalidParameterException$, message);

export const conflict = (message: string): AwsError => awsError(ConflictException$, message);

export const clusterNotFound = (): AwsError => awsError(ClusterNotFoundException$, 'Cluster not found.');

export const clusterContainsServices = (): AwsError =>
  awsError(ClusterContainsServicesException$, 'The Cluster cannot be deleted while Services are active.');

export const clusterContainsTasks = (): AwsError =>
  awsError(ClusterContainsTasksException$, 'The Cluster cannot be deleted while Tasks are active.');

export const serviceNotFound = (): AwsError => awsError(ServiceNotFoundException$, 'Service not found.');

export const serviceNotActive = (): AwsError =>
  awsError(ServiceNotActiveException$, 'Service was not ACTIVE.');

export const taskSetNotFound = (): AwsError => awsError(TaskSetNotFoundException$, 'TaskSet not found.');

export const clusterContainsInstances = (): AwsError =>
  awsError(
    ClusterContainsContainerInstancesException$,
    'The Cluster cannot be deleted while Container Instances are active or draining.',
  );

export const resourceNotFound = (message: string): AwsError => awsError(ResourceNotFoundException$, message);

export const resourceInUse = (message: string): AwsError => awsError(ResourceInUseException$, message);

export const targetNotFound = (message: string): AwsError => awsError(TargetNotFoundException$, message);

export const targetNotConnected = (): AwsError =>
  awsError(
    TargetNotConnectedException$,
    'The execute command failed due to an internal error. Try again later.',
  );

export const noUpdateAvailable = (): AwsError =>
  awsError(NoUpdateAvailableException$, 'There is no update available for your container agent.');

export const missingVersion = (): AwsError =>
  awsError(
    MissingVersionException$,
    'Amazon ECS is unable to determine the current version of the Amazon ECS container agent on the container instance and does not have enough information to proceed with an update.',
  );

export const serviceDeploymentNotFound = (): AwsError =>
  awsError(ServiceDeploymentNotFoundException$, 'Service deployment not found.');

export const daemonNotFound = (): AwsError => awsError(DaemonNotFoundException$, 'Daemon not found.');

export const daemonNotActive = (): AwsError => awsError(DaemonNotActiveException$, 'Daemon was not ACTIVE.');

export const taskDefinitionNotFound = (): AwsError => clientError('Unable to describe task definition.');

/** For what the sandbox does not simulate yet. */
export const unsupported = (message: string): AwsError => awsError(UnsupportedFeatureException$, message);
