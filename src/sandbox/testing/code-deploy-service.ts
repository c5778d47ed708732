import type { CreateDeploymentGroupInput, RevisionLocation } from '@aws-sdk/client-codedeploy';
import type { CreateServiceRequest, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';

/** For tests: a service `shop` in `default` that CodeDeploy deploys, and what deploys it. */
export const SHOP = { cluster: 'default', service: 'shop' } as const;
export const SHOP_GROUP = {
  applicationName: 'AppECS-default-shop',
  deploymentGroupName: 'DgpECS-default-shop',
};

const TARGET_GROUPS = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup';

/** A revision; the tag says how its tasks fare. */
export function shopRevision(tag: string): RegisterTaskDefinitionRequest {
  return {
    family: 'shop',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      { name: 'app', image: `public.ecr.aws/shop/shop:${tag}`, portMappings: [{ containerPort: 8080 }] },
    ],
  };
}

export function shopService(taskDefinition: string): CreateServiceRequest {
  return {
    ...SHOP,
    serviceName: SHOP.service,
    taskDefinition,
    desiredCount: 2,
    launchType: 'FARGATE',
    deploymentController: { type: 'CODE_DEPLOY' },
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    loadBalancers: [
      {
        targetGroupArn: `${TARGET_GROUPS}/shop-blue/6d0ecf831eec9f09`,
        containerName: 'app',
        containerPort: 8080,
      },
    ],
  };
}

export function shopGroup(changes: Partial<CreateDeploymentGroupInput> = {}): CreateDeploymentGroupInput {
  return {
    ...SHOP_GROUP,
    serviceRoleArn: 'arn:aws:iam::123456789012:role/ecsCodeDeployRole',
    ecsServices: [{ clusterName: SHOP.cluster, serviceName: SHOP.service }],
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    loadBalancerInfo: {
      targetGroupPairInfoList: [{ targetGroups: [{ name: 'shop-blue' }, { name: 'shop-green' }] }],
    },
    blueGreenDeploymentConfiguration: {
      terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE', terminationWaitTimeInMinutes: 5 },
      deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 0 },
    },
    autoRollbackConfiguration: {
      enabled: true,
      events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST'],
    },
    ...changes,
  };
}

export function shopAppSpec(taskDefinition: string): RevisionLocation {
  const LoadBalancerInfo = { ContainerName: 'app', ContainerPort: 8080 };
  const TargetService = {
    Type: 'AWS::ECS::Service',
    Properties: { TaskDefinition: taskDefinition, LoadBalancerInfo },
  };
  const content = JSON.stringify({ version: 0, Resources: [{ TargetService }] });
  return { revisionType: 'AppSpecContent', appSpecContent: { content } };
}
