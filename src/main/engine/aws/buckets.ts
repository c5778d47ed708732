/** A token bucket as AWS describes it: a burst, and a refill per second. */
export interface BucketLimits {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Request rates for each account and region. ECS: "Request throttling for the Amazon ECS API" in the ECS API
 * reference; ECR: "Amazon ECR service quotas"; logs: "CloudWatch Logs quotas"; alarms: "CloudWatch service quotas"; state
 * machines: "Step Functions service quotas".
 * Amazon does not publish figures for the rest: those are careful.
 */
export const BUCKETS = {
  'cluster read': { burst: 50, perSecond: 20 },
  'cluster modify': { burst: 20, perSecond: 1 },
  'task definition modify': { burst: 20, perSecond: 1 },
  'task definition read': { burst: 50, perSecond: 20 },
  'delete task definitions': { burst: 5, perSecond: 1 },
  'service modify': { burst: 50, perSecond: 5 },
  'service read': { burst: 100, perSecond: 20 },
  'service deployment read': { burst: 50, perSecond: 20 },
  'service revision read': { burst: 50, perSecond: 20 },
  'cluster resource read': { burst: 100, perSecond: 20 },
  'cluster resource modify': { burst: 100, perSecond: 40 },
  'tag modify': { burst: 20, perSecond: 10 },
  'tag read': { burst: 50, perSecond: 20 },
  'other ECS': { burst: 20, perSecond: 10 },
  'put image': { burst: 10, perSecond: 10 },
  'image manifests': { burst: 2000, perSecond: 2000 },
  'registry authorization': { burst: 500, perSecond: 500 },
  'other ECR': { burst: 100, perSecond: 50 },
  STS: { burst: 50, perSecond: 20 },
  'log events': { burst: 25, perSecond: 10 },
  'log searches': { burst: 5, perSecond: 5 },
  'other CloudWatch Logs': { burst: 10, perSecond: 5 },
  alarms: { burst: 9, perSecond: 9 },
  'auto scaling': { burst: 20, perSecond: 5 },
  'load balancers': { burst: 40, perSecond: 10 },
  IAM: { burst: 20, perSecond: 5 },
  secrets: { burst: 40, perSecond: 20 },
  parameters: { burst: 40, perSecond: 20 },
  keys: { burst: 40, perSecond: 20 },
  CodeDeploy: { burst: 20, perSecond: 5 },
  'event rules': { burst: 50, perSecond: 20 },
  schedules: { burst: 50, perSecond: 20 },
  'state machine lists': { burst: 100, perSecond: 5 },
  'state machines': { burst: 200, perSecond: 15 },
  'tables of DynamoDB': { burst: 10, perSecond: 10 },
  'items of DynamoDB': { burst: 200, perSecond: 100 },
  stacks: { burst: 10, perSecond: 5 },
  objects: { burst: 100, perSecond: 50 },
} as const satisfies Readonly<Record<string, BucketLimits>>;

export type BucketName = keyof typeof BUCKETS;

export type AwsService =
  | 'ecs'
  | 'ecr'
  | 'sts'
  | 'logs'
  | 'elb'
  | 'alarms'
  | 'scaling'
  | 'iam'
  | 'secrets'
  | 'parameters'
  | 'keys'
  | 'codeDeploy'
  | 'eventRules'
  | 'schedules'
  | 'stateMachines'
  | 'dynamodb'
  | 'stacks'
  | 'objects';

const BUCKET_OF_OPERATION: Readonly<Record<AwsService, Readonly<Record<string, BucketName>>>> = {
  ecs: {
    DescribeClusters: 'cluster read',
    ListClusters: 'cluster read',
    CreateCluster: 'cluster modify',
    UpdateCluster: 'cluster modify',
    DeleteCluster: 'cluster modify',
    RegisterTaskDefinition: 'task definition modify',
    DeregisterTaskDefinition: 'task definition modify',
    DescribeTaskDefinition: 'task definition read',
    ListTaskDefinitions: 'task definition read',
    ListTaskDefinitionFamilies: 'task definition read',
    DeleteTaskDefinitions: 'delete task definitions',
    CreateService: 'service modify',
    UpdateService: 'service modify',
    DeleteService: 'service modify',
    StopServiceDeployment: 'service modify',
    ContinueServiceDeployment: 'service modify',
    CreateTaskSet: 'service modify',
    UpdateTaskSet: 'service modify',
    DeleteTaskSet: 'service modify',
    UpdateServicePrimaryTaskSet: 'service modify',
    UpdateExpressGatewayService: 'service modify',
    DescribeExpressGatewayService: 'service read',
    DescribeServices: 'service read',
    ListServices: 'service read',
    ListServicesByNamespace: 'service read',
    DescribeTaskSets: 'service read',
    DescribeDaemonTaskDefinition: 'task definition read',
    ListDaemonTaskDefinitions: 'task definition read',
    DescribeServiceDeployments: 'service deployment read',
    ListServiceDeployments: 'service deployment read',
    DescribeServiceRevisions: 'service revision read',
    DescribeTasks: 'cluster resource read',
    ListTasks: 'cluster resource read',
    DescribeContainerInstances: 'cluster resource read',
    ListContainerInstances: 'cluster resource read',
    RunTask: 'cluster resource modify',
    StartTask: 'cluster resource modify',
    StopTask: 'cluster resource modify',
    ExecuteCommand: 'cluster resource modify',
    TagResource: 'tag modify',
    UntagResource: 'tag modify',
    ListTagsForResource: 'tag read',
  },
  ecr: {
    PutImage: 'put image',
    BatchGetImage: 'image manifests',
    GetAuthorizationToken: 'registry authorization',
  },
  sts: {},
  logs: { GetLogEvents: 'log events', FilterLogEvents: 'log searches' },
  elb: {},
  alarms: {},
  scaling: {},
  iam: {},
  secrets: {},
  parameters: {},
  keys: {},
  codeDeploy: {},
  eventRules: {},
  schedules: {},
  stateMachines: {
    ListStateMachines: 'state machine lists',
    ListStateMachineVersions: 'state machine lists',
  },
  dynamodb: {
    PutItem: 'items of DynamoDB',
    UpdateItem: 'items of DynamoDB',
    DeleteItem: 'items of DynamoDB',
    GetItem: 'items of DynamoDB',
    Query: 'items of DynamoDB',
  },
  stacks: {},
  objects: {},
};

const BUCKET_OF_THE_REST: Readonly<Record<AwsService, BucketName>> = {
  ecs: 'other ECS',
  ecr: 'other ECR',
  sts: 'STS',
  logs: 'other CloudWatch Logs',
  elb: 'load balancers',
  alarms: 'alarms',
  scaling: 'auto scaling',
  iam: 'IAM',
  secrets: 'secrets',
  parameters: 'parameters',
  keys: 'keys',
  codeDeploy: 'CodeDeploy',
  eventRules: 'event rules',
  schedules: 'schedules',
  stateMachines: 'state machines',
  dynamodb: 'tables of DynamoDB',
  stacks: 'stacks',
  objects: 'objects',
};

/** The bucket that an operation such as `DescribeServices` draws on. */
export function bucketOf(service: AwsService, operation: string): BucketName {
  const operations = BUCKET_OF_OPERATION[service];
  const named = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  return named ?? BUCKET_OF_THE_REST[service];
}
