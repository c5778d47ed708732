import type { ReleaseTarget } from './release-target.ts';

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const PUSH = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:CompleteLayerUpload',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
];

/**
 * The least that the exported commands need. Actions with the resource `*` take no other one: Service Authorization
 * Reference, "Actions, resources, and condition keys for Amazon ECS" and "… Amazon ECR".
 */
export function iamPolicy(target: ReleaseTarget): string {
  const { partition, region, accountNumber, cluster, service, family } = target;
  const ecs = `arn:${partition}:ecs:${region}:${accountNumber}`;
  const statements: readonly Statement[] = [
    {
      Sid: 'Deploy',
      Effect: 'Allow',
      Action: ['ecs:DescribeServices', 'ecs:UpdateService'],
      Resource: `${ecs}:service/${cluster}/${service}`,
    },
    {
      Sid: 'RegisterRevisions',
      Effect: 'Allow',
      Action: ['ecs:DescribeTaskDefinition', 'ecs:RegisterTaskDefinition'],
      Resource: '*',
    },
    ...(target.hasTags
      ? [
          {
            Sid: 'TagRevisions',
            Effect: 'Allow',
            Action: ['ecs:TagResource'],
            Resource: `${ecs}:task-definition/${family}:*`,
            Condition: { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } },
          } as const,
        ]
      : []),
    ...(target.roles.length === 0
      ? []
      : [
          {
            Sid: 'PassTheRolesOfTasks',
            Effect: 'Allow',
            Action: ['iam:PassRole'],
            Resource: target.roles,
            Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
          } as const,
        ]),
    ...ecrStatements(target),
  ];
  return `${JSON.stringify({ Version: '2012-10-17', Statement: statements }, undefined, 2)}\n`;
}

function ecrStatements({ ecr, build, partition, repository }: ReleaseTarget): readonly Statement[] {
  if (ecr === undefined) return [];
  const Resource = `arn:${partition}:ecr:${ecr.region}:${ecr.account}:repository/${repository}`;
  const read = { Sid: 'FindImages', Effect: 'Allow', Action: ['ecr:DescribeImages'], Resource } as const;
  if (build === undefined) return [read];
  return [
    read,
    { Sid: 'SignIn', Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: '*' },
    { Sid: 'Push', Effect: 'Allow', Action: PUSH, Resource },
  ];
}
