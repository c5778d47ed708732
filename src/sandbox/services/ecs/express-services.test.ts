import {
  CreateClusterCommand,
  CreateExpressGatewayServiceCommand,
  type CreateExpressGatewayServiceRequest,
  DeleteExpressGatewayServiceCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type ECSExpressGatewayService,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  UpdateExpressGatewayServiceCommand,
  type UpdateExpressGatewayServiceRequest,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestEcs, type TestEcs } from '../../testing/ecs.ts';

let ecs: TestEcs;
let shop: string;
const created: string[] = [];
beforeEach(async () => {
  created.length = 0;
  ecs = await startTestEcs({ createAlarm: (name) => created.push(name) });
  await ecs.client.send(new CreateClusterCommand({ clusterName: 'production' }));
  shop = ecs.push('shop:1.0').reference;
});
afterEach(() => ecs.close());

const MINUTE = 60_000;
const EXECUTION_ROLE = 'arn:aws:iam::123456789012:role/ecs-execution';
const INFRASTRUCTURE_ROLE = 'arn:aws:iam::123456789012:role/ecs-infrastructure';

async function create(
  changes: Partial<CreateExpressGatewayServiceRequest> = {},
): Promise<ECSExpressGatewayService> {
  const { service = {} } = await ecs.client.send(
    new CreateExpressGatewayServiceCommand({
      cluster: 'production',
      serviceName: 'shop',
      infrastructureRoleArn: INFRASTRUCTURE_ROLE,
      executionRoleArn: EXECUTION_ROLE,
      primaryContainer: { image: shop, containerPort: 8080, environment: [{ name: 'LEVEL', value: 'info' }] },
      ...changes,
    }),
  );
  ecs.clock.advance(15 * MINUTE);
  return service;
}

async function described(): Promise<Service> {
  const { services = [] } = await ecs.client.send(
    new DescribeServicesCommand({ cluster: 'production', services: ['shop'] }),
  );
  return services[0] ?? {};
}

async function express(serviceArn = ''): Promise<ECSExpressGatewayService> {
  const { service = {} } = await ecs.client.send(new DescribeExpressGatewayServiceCommand({ serviceArn }));
  return service;
}

const update = (request: UpdateExpressGatewayServiceRequest) =>
  ecs.client.send(new UpdateExpressGatewayServiceCommand(request));

describe('an Express service of the sandbox', () => {
  it('has service revisions that name its scaling and health check path, also of earlier ones', async () => {
    const { serviceArn } = await create({ healthCheckPath: '/live', scalingTarget: { maxTaskCount: 4 } });
    await ecs.client.send(new UpdateExpressGatewayServiceCommand({ serviceArn, healthCheckPath: '/ready' }));
    ecs.clock.advance(15 * MINUTE);
    const { serviceDeployments = [] } = await ecs.client.send(
      new ListServiceDeploymentsCommand({ cluster: 'production', service: 'shop' }),
    );
    const { serviceRevisions = [] } = await ecs.client.send(
      new DescribeServiceRevisionsCommand({
        serviceRevisionArns: serviceDeployments.flatMap((each) => each.targetServiceRevisionArn ?? []),
      }),
    );
    const [now, earlier] = serviceRevisions.map(({ ecsManagedResources }) => ecsManagedResources);
    expect(now?.ingressPaths?.[0]?.targetGroups?.[0]?.healthCheckPath).toBe('/ready');
    expect(earlier?.ingressPaths?.[0]?.targetGroups?.[0]?.healthCheckPath).toBe('/live');
    expect(earlier?.autoScaling).toMatchObject({
      scalableTarget: { minCapacity: 1, maxCapacity: 4 },
      applicationAutoScalingPolicies: [{ metric: 'ECSServiceAverageCPUUtilization', targetValue: 60 }],
    });
  });

  it('gets a task definition, a canary deployment, a load balancer and an alarm from ECS', async () => {
    const { serviceArn } = await create();
    const { activeConfigurations = [], infrastructureRoleArn } = await express(serviceArn);
    expect(infrastructureRoleArn).toBe(INFRASTRUCTURE_ROLE);
    expect(activeConfigurations).toMatchObject([
      {
        cpu: '1024',
        memory: '2048',
        cpuArchitecture: 'X86_64',
        healthCheckPath: '/',
        scalingTarget: { minTaskCount: 1, maxTaskCount: 20, autoScalingMetric: 'AVERAGE_CPU' },
        ingressPaths: [{ accessType: 'PUBLIC', endpoint: expect.stringMatching(/^sh-.*\.on\.aws$/) }],
      },
    ]);
    const { taskDefinition } = await ecs.client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: activeConfigurations[0]?.taskDefinitionArn }),
    );
    expect(taskDefinition).toMatchObject({
      family: 'production-shop',
      containerDefinitions: [{ name: 'Main', image: shop, portMappings: [{ containerPort: 8080 }] }],
    });
    expect(await described()).toMatchObject({
      deploymentConfiguration: {
        strategy: 'CANARY',
        alarms: { alarmNames: ['production/shop/RollbackAlarm'], enable: true },
      },
      loadBalancers: [{ containerName: 'Main', containerPort: 8080 }],
      runningCount: 1,
    });
    expect(created).toEqual(['production/shop/RollbackAlarm']);
  });

  it('has its task definition in its deployments and not in DescribeServices', async () => {
    await create();
    const service = await described();
    expect(service).toMatchObject({ resourceManagementType: 'ECS' });
    expect(service.taskDefinition).toBeUndefined();
    expect(service.deployments?.[0]?.taskDefinition).toMatch(/production-shop:1$/);
  });

  it('is listed under the resource management type ECS', async () => {
    const { serviceArn } = await create();
    const list = async (resourceManagementType: 'ECS' | 'CUSTOMER') =>
      (await ecs.client.send(new ListServicesCommand({ cluster: 'production', resourceManagementType })))
        .serviceArns;
    expect(await list('ECS')).toEqual([serviceArn]);
    expect(await list('CUSTOMER')).toEqual([]);
  });

  it('is deployed with a new configuration, and keeps what an update leaves out', async () => {
    const { serviceArn } = await create();
    const image = ecs.push('shop:1.1').reference;
    const { service } = await update({
      serviceArn,
      primaryContainer: { image, containerPort: 8080 },
      scalingTarget: { minTaskCount: 2 },
    });
    expect(service?.targetConfiguration).toMatchObject({
      cpu: '1024',
      primaryContainer: { image },
      scalingTarget: { minTaskCount: 2, maxTaskCount: 20 },
    });
    const during = await express(serviceArn);
    expect(during.activeConfigurations).toHaveLength(2);
    expect(during.currentDeployment).toMatch(/:service-deployment\//);
    ecs.clock.advance(30 * MINUTE);
    const after = await express(serviceArn);
    expect(after.activeConfigurations).toMatchObject([{ primaryContainer: { image } }]);
    expect(await described()).toMatchObject({ runningCount: 2 });
  });

  it('has its former configuration again when its deployment is rolled back', async () => {
    const { serviceArn } = await create();
    const image = ecs.push('shop:1.1-crash').reference;
    await update({ serviceArn, primaryContainer: { image, containerPort: 8080 } });
    ecs.clock.advance(60 * MINUTE);
    const { activeConfigurations } = await express(serviceArn);
    expect(activeConfigurations).toMatchObject([{ primaryContainer: { image: shop } }]);
  });

  it('takes a task definition of the customer whose container Main has one named TCP port', async () => {
    const { serviceArn } = await create();
    const register = async (portMappings: { containerPort: number; name?: string }[]) => {
      const { taskDefinition } = await ecs.client.send(
        new RegisterTaskDefinitionCommand({
          family: 'own',
          networkMode: 'awsvpc',
          requiresCompatibilities: ['FARGATE'],
          cpu: '512',
          memory: '1024',
          executionRoleArn: EXECUTION_ROLE,
          containerDefinitions: [
            { name: 'Main', image: shop, portMappings },
            { name: 'sidecar', image: shop },
          ],
        }),
      );
      return taskDefinition?.taskDefinitionArn ?? '';
    };
    await expect(
      update({ serviceArn, taskDefinitionArn: await register([{ containerPort: 80 }]) }),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const taskDefinitionArn = await register([{ containerPort: 80, name: 'web' }]);
    await expect(update({ serviceArn, taskDefinitionArn, cpu: '256' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    const { service } = await update({ serviceArn, taskDefinitionArn });
    expect(service?.targetConfiguration).toMatchObject({
      taskDefinitionArn,
      cpu: '512',
      primaryContainer: { image: shop },
    });
  });

  it('drains when it is deleted, and takes no update afterwards', async () => {
    const { serviceArn } = await create();
    const { service } = await ecs.client.send(new DeleteExpressGatewayServiceCommand({ serviceArn }));
    expect(service?.status).toEqual({ statusCode: 'DRAINING' });
    ecs.clock.advance(10 * MINUTE);
    expect((await express(serviceArn)).status).toEqual({ statusCode: 'INACTIVE' });
    await expect(update({ serviceArn })).rejects.toMatchObject({ name: 'ServiceNotActiveException' });
  });

  it('is refused by the errors that AWS documents', async () => {
    const missing = 'arn:aws:ecs:us-east-1:123456789012:service/production/none';
    await expect(express(missing)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(update({ serviceArn: missing })).rejects.toMatchObject({ name: 'ServiceNotFoundException' });
    await expect(create({ cluster: 'none' })).rejects.toMatchObject({ name: 'ClusterNotFoundException' });
    await expect(create({ healthCheckPath: 'health' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(create({ primaryContainer: undefined })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});
