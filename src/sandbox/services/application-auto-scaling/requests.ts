import {
  InvalidNextTokenException$,
  ObjectNotFoundException$,
  ValidationException$,
} from '@aws-sdk/client-application-auto-scaling';
import type { PageRequest } from '../../aws-api/pages.ts';
import { type AwsError, awsError } from '../../aws-api/service.ts';
import { placeOfService, type Scaled, type Scaling, type Target, targetKey } from './scaling.ts';

export type Asked = { readonly [Member in keyof Scaled]?: Scaled[Member] | undefined };

/** What a request is about. Its dimension must belong to its namespace, and that of ECS to a service. */
export function scaledOf({ ServiceNamespace, ResourceId = '', ScalableDimension }: Asked): Scaled {
  const isOfNamespace = ScalableDimension?.startsWith(`${ServiceNamespace}:`) ?? false;
  if (ServiceNamespace === undefined || ScalableDimension === undefined || !isOfNamespace) {
    throw invalid('Unsupported service namespace, resource type or scalable dimension');
  }
  const scaled = { ServiceNamespace, ResourceId, ScalableDimension };
  if (ServiceNamespace === 'ecs' && placeOfService(scaled) === undefined) {
    throw invalid('Unsupported service namespace, resource type or scalable dimension');
  }
  return scaled;
}

export function isAbout(each: Scaled, { ServiceNamespace, ResourceId, ScalableDimension }: Asked): boolean {
  if (ScalableDimension !== undefined && ResourceId === undefined) throw dimensionWithoutResource();
  return (
    each.ServiceNamespace === ServiceNamespace &&
    (ResourceId ?? each.ResourceId) === each.ResourceId &&
    (ScalableDimension ?? each.ScalableDimension) === each.ScalableDimension
  );
}

export function requireTarget({ targets }: Scaling, scaled: Scaled): Target {
  const target = targets.get(targetKey(scaled));
  if (target === undefined) throw notFound(`No scalable target registered for ${labelOf(scaled)}`);
  return target;
}

export function labelOf({ ServiceNamespace, ResourceId, ScalableDimension }: Scaled): string {
  return `service namespace: ${ServiceNamespace}, resource ID: ${ResourceId}, scalable dimension: ${ScalableDimension}`;
}

/** More than the most are answered with the most. */
export function pageOf(asked: number | undefined, token: string | undefined, most: number): PageRequest {
  if (asked !== undefined && asked < 1) throw invalid('MaxResults must be at least 1');
  return { limit: Math.min(asked ?? most, most), token };
}

export function dimensionWithoutResource(): AwsError {
  return invalid('If you specify a scalable dimension, you must also specify a resource ID');
}

export function notFound(message: string): AwsError {
  return awsError(ObjectNotFoundException$, message);
}

export function badToken(): AwsError {
  return awsError(InvalidNextTokenException$, 'The next token is not valid');
}

export function invalid(message: string): AwsError {
  return awsError(ValidationException$, message);
}
