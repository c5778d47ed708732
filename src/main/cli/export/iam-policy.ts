import {
  type PolicyStatement,
  passingRoles,
  policyText,
  taggingRevisions,
} from '../../engine/ecs/iam-policy.ts';
import type { ReleaseTarget } from './release-target.ts';

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
  const statements: readonly PolicyStatement[] = [
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
    ...(target.hasTags ? [taggingRevisions(`${ecs}:task-definition/${family}:*`)] : []),
    ...passingRoles(target.roles),
    ...ecrStatements(target),
  ];
  return policyText(statements);
}

function ecrStatements({ ecr, build, partition, repository }: ReleaseTarget): readonly PolicyStatement[] {
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
