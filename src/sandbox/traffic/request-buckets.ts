import type { Interceptor } from '../aws-api/interceptor.ts';
import { awsError } from '../aws-api/service.ts';

interface BucketSize {
  /** Calls that can be made at once. */
  readonly burst: number;
  /** Calls that come back each second of real time. */
  readonly perSecond: number;
}

interface SharedBucket extends BucketSize {
  readonly operations: readonly string[];
}

const sustained = (perSecond: number): BucketSize => ({ burst: perSecond, perSecond });

/**
 * What AWS allows one account in one region: the throttling quotas of the ECS API, and the service quotas of ECR and
 * Step Functions. Operations that are not listed are not limited.
 */
const BUCKETS: readonly SharedBucket[] = [
  { burst: 50, perSecond: 20, operations: ['ECS.DescribeClusters', 'ECS.ListClusters'] },
  { burst: 20, perSecond: 1, operations: ['ECS.RegisterTaskDefinition', 'ECS.DeregisterTaskDefinition'] },
  {
    burst: 50,
    perSecond: 20,
    operations: ['ECS.DescribeTaskDefinition', 'ECS.ListTaskDefinitions', 'ECS.ListTaskDefinitionFamilies'],
  },
  { burst: 5, perSecond: 1, operations: ['ECS.DeleteTaskDefinitions'] },
  { burst: 50, perSecond: 5, operations: ['ECS.CreateService', 'ECS.UpdateService', 'ECS.DeleteService'] },
  { burst: 100, perSecond: 20, operations: ['ECS.DescribeServices', 'ECS.ListServices'] },
  {
    burst: 50,
    perSecond: 20,
    operations: ['ECS.DescribeServiceDeployments', 'ECS.ListServiceDeployments'],
  },
  { burst: 50, perSecond: 20, operations: ['ECS.DescribeServiceRevisions'] },
  {
    burst: 100,
    perSecond: 20,
    operations: ['ECS.DescribeTasks', 'ECS.ListTasks', 'ECS.DescribeContainerInstances'],
  },
  { burst: 100, perSecond: 40, operations: ['ECS.RunTask', 'ECS.StopTask', 'ECS.ExecuteCommand'] },
  { burst: 20, perSecond: 10, operations: ['ECS.TagResource', 'ECS.UntagResource'] },
  { burst: 50, perSecond: 20, operations: ['ECS.ListTagsForResource'] },
  { ...sustained(10), operations: ['ECR.PutImage'] },
  { ...sustained(100), operations: ['ECR.InitiateLayerUpload'] },
  { ...sustained(500), operations: ['ECR.UploadLayerPart'] },
  { ...sustained(2000), operations: ['ECR.BatchGetImage'] },
  { ...sustained(500), operations: ['ECR.GetAuthorizationToken'] },
  { burst: 100, perSecond: 5, operations: ['States.ListStateMachines'] },
  { burst: 100, perSecond: 5, operations: ['States.ListStateMachineVersions'] },
  { burst: 200, perSecond: 15, operations: ['States.DescribeStateMachine'] },
];

interface Fill {
  tokens: number;
  at: number;
}

/**
 * Answers `ThrottlingException` when the bucket of an operation is empty. The buckets fill in real time, however fast
 * the sandbox's clock runs, because it is real clients that pace themselves.
 *
 * @param nowMs real time in milliseconds; it need not start at zero.
 */
export function createRequestBuckets(nowMs: () => number = () => performance.now()): Interceptor {
  const bucketOf = new Map(
    BUCKETS.flatMap((bucket) => bucket.operations.map((operation) => [operation, bucket] as const)),
  );
  const fills = new Map<string, Fill>();

  return async ({ service, operation, region }, next) => {
    const bucket = bucketOf.get(`${service}.${operation}`);
    if (bucket !== undefined && !take(fills, `${region} ${bucket.operations[0] ?? ''}`, bucket, nowMs())) {
      throw awsError('ThrottlingException', 'Rate exceeded');
    }
    return next();
  };
}

function take(fills: Map<string, Fill>, key: string, { burst, perSecond }: BucketSize, now: number): boolean {
  const fill = fills.get(key) ?? { tokens: burst, at: now };
  const tokens = Math.min(burst, fill.tokens + ((now - fill.at) / 1000) * perSecond);
  const isAllowed = tokens >= 1;
  fills.set(key, { tokens: isAllowed ? tokens - 1 : tokens, at: now });
  return isAllowed;
}
