import type { RegisterTaskDefinitionRequest, Tag } from '@aws-sdk/client-ecs';
import { daysBefore } from './demo-time.ts';
import type { DeclaredStage } from './stage.ts';

const CLUSTER = 'shop';
const BUCKET = 'acme-terraform-state';
const STATE = 'shop/terraform.tfstate';
/** What the stack of `checkout` takes from outside. */
const REGISTRY_EXPORT = 'shop-registry';
const LOG_LEVEL = '/shop/log-level';

/** What each service was created with, and what was deployed past its declaration. */
const SERVICES = [
  { name: 'catalog', declared: '1.4.0', running: '1.4.0', count: 2 },
  { name: 'checkout', declared: '2.0.0', running: '2.1.0', count: 3 },
  { name: 'worker', declared: '0.8.0', running: '0.9.0', count: 1 },
] as const;

type Declared = (typeof SERVICES)[number];

/**
 * An account whose services other tools own: `catalog` is as its CloudFormation stack declares it, `checkout` has drifted
 * from its CDK stack, and `worker` from a state of Terraform in S3, which has a secret in it.
 */
export function loadDeclaredScenario(stage: DeclaredStage): void {
  const { ecs, images } = stage;
  const now = ecs.begunAt;
  for (const { name, declared, running } of SERVICES) {
    images.createRepository(name);
    const tags = [...new Set<string>([declared, running, NEXT_TAG])];
    for (const [index, tag] of tags.entries()) {
      const at = daysBefore(now, 30 - index * 10);
      images.seedImage({
        repository: name,
        tags: [tag],
        labels: { 'org.opencontainers.image.version': tag },
        createdAt: at,
        pushedAt: at,
      });
    }
  }
  if (ecs.isRestored) return;
  ecs.seed.cluster(CLUSTER, [{ key: 'environment', value: 'staging' }]);
  for (const service of SERVICES) seedService(stage, service);
  addImported(stage);
}

function addImported({ ecs, stacks, parameters, registryHost }: DeclaredStage): void {
  const createdAt = daysBefore(ecs.begunAt, 90);
  stacks.put({
    name: 'shop-registry',
    arn: 'arn:aws:cloudformation:us-east-1:123456789012:stack/shop-registry/2c1d4e70-0f3e-11f0-8de9-0242ac120002',
    template: JSON.stringify({ Resources: { Repository: { Type: 'AWS::ECR::Repository' } } }),
    parameters: [],
    resources: [],
    exports: { [REGISTRY_EXPORT]: registryHost },
    createdAt,
  });
  parameters.put({
    name: LOG_LEVEL,
    type: 'String',
    value: 'info',
    version: 1,
    description: undefined,
    changedAt: createdAt,
    changedBy: 'arn:aws:iam::123456789012:role/platform',
  });
}

/** A stack of a network and an empty state of Terraform. Neither owns a service. */
export function addDemoDeclarations({ ecs, stacks, objects }: DeclaredStage): void {
  if (ecs.isRestored) return;
  const createdAt = daysBefore(ecs.begunAt, 400);
  stacks.put({
    name: 'shop-network',
    arn: 'arn:aws:cloudformation:us-east-1:123456789012:stack/shop-network/0a8f2b10-0f3e-11f0-8de9-0242ac120002',
    template: JSON.stringify({ Resources: { Vpc: { Type: 'AWS::EC2::VPC' } } }),
    parameters: [],
    resources: [{ logicalId: 'Vpc', physicalId: 'vpc-0a1b2c3d4e5f60718', type: 'AWS::EC2::VPC' }],
    createdAt,
  });
  const empty = {
    version: 4,
    terraform_version: '1.13.4',
    serial: 1,
    lineage: '',
    outputs: {},
    resources: [],
  };
  objects.put({
    bucket: BUCKET,
    key: 'network/terraform.tfstate',
    text: JSON.stringify(empty),
    changedAt: createdAt,
  });
}

/** A version of each image that is not deployed. */
const NEXT_TAG = '3.0.0';

function seedService(stage: DeclaredStage, service: Declared): void {
  const { ecs, registryHost, stacks, objects } = stage;
  const { seed, begunAt: now } = ecs;
  const { name, declared, running, count } = service;
  const register = (tag: string, days: number, by: string): string =>
    seed.taskDefinition(taskDefinition(name, `${registryHost}/${name}:${tag}`), {
      registeredAt: daysBefore(now, days),
      registeredBy: by,
    });
  const first = register(declared, 30, 'arn:aws:iam::123456789012:role/platform');
  const [, , , region = '', accountId = ''] = first.split(':');
  const drifted =
    running === declared
      ? []
      : [
          {
            taskDefinition: register(running, 4, `arn:aws:iam::${accountId}:user/ana`),
            at: daysBefore(now, 4),
            tookSeconds: 70,
            outcome: 'SUCCESSFUL' as const,
          },
        ];
  const stackArn = `arn:aws:cloudformation:${region}:${accountId}:stack/shop-${name}/6f1c1f60-0f3e-11f0-8de9-0242ac120002`;
  const isOfStack = name !== 'worker';
  const serviceArn = seed.service({
    request: {
      cluster: CLUSTER,
      serviceName: name,
      taskDefinition: drifted[0]?.taskDefinition ?? first,
      desiredCount: count,
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ['subnet-0a1b2c3d4e5f60718'],
          securityGroups: ['sg-0123456789abcdef0'],
        },
      },
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      tags: isOfStack ? stackTags(name, stackArn) : [{ key: 'ManagedBy', value: 'terraform' }],
    },
    createdAt: daysBefore(now, 30),
    createdBy: `arn:aws:iam::${accountId}:role/platform`,
    releases: [
      { taskDefinition: first, at: daysBefore(now, 30), tookSeconds: 80, outcome: 'SUCCESSFUL' },
      ...drifted,
    ],
  });
  if (!isOfStack) {
    objects.put({
      bucket: BUCKET,
      key: STATE,
      text: JSON.stringify(terraformState(service, { serviceArn, first, registryHost }), undefined, 2),
      changedAt: daysBefore(now, 30),
    });
    return;
  }
  stacks.put({
    name: `shop-${name}`,
    arn: stackArn,
    template: name === 'catalog' ? catalogTemplate() : checkoutTemplate(),
    parameters:
      name === 'catalog'
        ? [
            { ParameterKey: 'Registry', ParameterValue: registryHost },
            { ParameterKey: 'ImageTag', ParameterValue: declared },
            { ParameterKey: 'LogLevel', ParameterValue: '/shop/log-level', ResolvedValue: 'info' },
          ]
        : [],
    resources: [
      { logicalId: 'Service', physicalId: serviceArn, type: 'AWS::ECS::Service' },
      { logicalId: 'TaskDefinition', physicalId: first, type: 'AWS::ECS::TaskDefinition' },
    ],
    createdAt: daysBefore(now, 30),
  });
}

/** CloudFormation sets them on what it creates. */
function stackTags(name: string, arn: string): Tag[] {
  return [
    { key: 'aws:cloudformation:stack-name', value: `shop-${name}` },
    { key: 'aws:cloudformation:stack-id', value: arn },
    { key: 'aws:cloudformation:logical-id', value: 'Service' },
  ];
}

function taskDefinition(name: string, image: string): RegisterTaskDefinitionRequest {
  return {
    family: `shop-${name}`,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      {
        name: 'app',
        image,
        essential: true,
        environment: [
          { name: 'LOG_LEVEL', value: 'info' },
          { name: 'DATABASE_PASSWORD', value: 'not-a-real-password' },
        ],
      },
    ],
  };
}

function catalogTemplate(): string {
  return `AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Registry:
    Type: String
  ImageTag:
    Type: String
    Default: 1.0.0
  LogLevel:
    Type: AWS::SSM::Parameter::Value<String>
    Default: /shop/log-level
Resources:
  TaskDefinition:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: shop-catalog
      Cpu: 256
      Memory: 512
      NetworkMode: awsvpc
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions:
        - Name: app
          Image: !Sub '\${Registry}/catalog:\${ImageTag}'
          Essential: true
          Environment:
            - Name: LOG_LEVEL
              Value: !Ref LogLevel
            - Name: DATABASE_PASSWORD
              Value: '{{resolve:secretsmanager:shop/database:SecretString:password}}'
  Service:
    Type: AWS::ECS::Service
    Properties:
      ServiceName: catalog
      Cluster: ${CLUSTER}
      DesiredCount: 2
      TaskDefinition: !Ref TaskDefinition
`;
}

function checkoutTemplate(): string {
  return JSON.stringify({
    Resources: {
      TaskDefinition: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: {
          Family: 'shop-checkout',
          Cpu: '256',
          Memory: '512',
          NetworkMode: 'awsvpc',
          RequiresCompatibilities: ['FARGATE'],
          ContainerDefinitions: [
            {
              Name: 'app',
              Image: { 'Fn::Join': ['', [{ 'Fn::ImportValue': REGISTRY_EXPORT }, '/checkout:2.0.0']] },
              Essential: true,
              Environment: [{ Name: 'LOG_LEVEL', Value: `{{resolve:ssm:${LOG_LEVEL}}}` }],
            },
          ],
        },
        Metadata: { 'aws:cdk:path': 'ShopCheckout/TaskDefinition/Resource' },
      },
      Service: {
        Type: 'AWS::ECS::Service',
        Properties: { Cluster: CLUSTER, DesiredCount: 2, TaskDefinition: { Ref: 'TaskDefinition' } },
        Metadata: { 'aws:cdk:path': 'ShopCheckout/Service/Service' },
      },
      CDKMetadata: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'v2:deflate64:' } },
    },
  });
}

/** A state file of version 4, with the fields that Terraform writes: https://developer.hashicorp.com/terraform/language/state. */
function terraformState(
  { name, declared, count }: Declared,
  {
    serviceArn,
    first,
    registryHost,
  }: { readonly serviceArn: string; readonly first: string; readonly registryHost: string },
): object {
  const { containerDefinitions, family, cpu, memory } = taskDefinition(
    name,
    `${registryHost}/${name}:${declared}`,
  );
  const provider = 'provider["registry.terraform.io/hashicorp/aws"]';
  return {
    version: 4,
    terraform_version: '1.13.4',
    serial: 12,
    lineage: '1d8d2f4e-7a51-9c0b-4d53-5d0b7c1f3f10',
    outputs: {},
    resources: [
      {
        mode: 'managed',
        type: 'aws_ecs_task_definition',
        name,
        provider,
        instances: [
          {
            schema_version: 1,
            attributes: {
              arn: first,
              family,
              cpu,
              memory,
              network_mode: 'awsvpc',
              requires_compatibilities: ['FARGATE'],
              container_definitions: JSON.stringify(containerDefinitions),
            },
          },
        ],
      },
      {
        mode: 'managed',
        type: 'aws_ecs_service',
        name,
        provider,
        instances: [
          {
            schema_version: 2,
            attributes: {
              id: serviceArn,
              name,
              cluster: CLUSTER,
              desired_count: count,
              task_definition: first,
            },
            dependencies: [`aws_ecs_task_definition.${name}`],
          },
        ],
      },
    ],
  };
}
