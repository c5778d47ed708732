import {
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceRequest,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionRequest,
  type Service,
  type ServiceDeployment,
  type Task,
  UpdateServiceCommand,
  type UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type { Dependencies } from '../services/ecs/simulation/dependencies.ts';
import { startTestEcs, type TestEcs } from './ecs.ts';

type ContainerChanges = Partial<NonNullable<RegisterTaskDefinitionRequest['containerDefinitions']>[number]>;

/** For tests: one service, `web` in `production`, and what tests do with it and ask about it. */
export interface TestService {
  readonly ecs: TestEcs;
  /** Registers a revision with one container, `app`. Returns its ARN. */
  register(image: string, changes?: ContainerChanges): Promise<string>;
  /** Creates the service with a circuit breaker that rolls back, and lets ten minutes pass. */
  create(taskDefinition: string, changes?: Partial<CreateServiceRequest>): Promise<void>;
  /** Returns the ARN of the deployment in progress, or an empty text. */
  update(changes: Omit<UpdateServiceRequest, 'service'>): Promise<string>;
  service(): Promise<Service>;
  deployment(arn: string): Promise<ServiceDeployment>;
  tasks(desiredStatus: 'RUNNING' | 'STOPPED'): Promise<readonly Task[]>;
  /** What the service's events say, newest first. */
  messages(): Promise<readonly string[]>;
}

const FARGATE: Omit<RegisterTaskDefinitionRequest, 'family' | 'containerDefinitions'> = {
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  executionRoleArn: 'arn:aws:iam::123456789012:role/ecs-execution',
  cpu: '256',
  memory: '512',
};

export async function startTestService(dependencies: Dependencies = {}): Promise<TestService> {
  const ecs = await startTestEcs(dependencies);
  const { client, clock } = ecs;
  await client.send(
    new CreateClusterCommand({ clusterName: 'production', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] }),
  );

  async function service(): Promise<Service> {
    const { services } = await client.send(
      new DescribeServicesCommand({ cluster: 'production', services: ['web'] }),
    );
    return found(services?.[0], 'service web');
  }

  return {
    ecs,
    service,
    async register(image, changes = {}) {
      const app = { name: 'app', image, portMappings: [{ containerPort: 8080 }], ...changes };
      const { taskDefinition } = await client.send(
        new RegisterTaskDefinitionCommand({ ...FARGATE, family: 'web', containerDefinitions: [app] }),
      );
      return taskDefinition?.taskDefinitionArn ?? '';
    },
    async create(taskDefinition, changes = {}) {
      await client.send(
        new CreateServiceCommand({
          cluster: 'production',
          serviceName: 'web',
          taskDefinition,
          desiredCount: 4,
          launchType: 'FARGATE',
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
          deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
          ...changes,
        }),
      );
      clock.advance(10 * 60_000);
    },
    async update(changes) {
      const answer = await client.send(
        new UpdateServiceCommand({ cluster: 'production', service: 'web', ...changes }),
      );
      return answer.service?.currentServiceDeployment ?? '';
    },
    async deployment(arn) {
      const { serviceDeployments } = await client.send(
        new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
      );
      return found(serviceDeployments?.[0], `service deployment ${arn}`);
    },
    async tasks(desiredStatus) {
      const { taskArns = [] } = await client.send(
        new ListTasksCommand({ cluster: 'production', serviceName: 'web', desiredStatus }),
      );
      if (taskArns.length === 0) return [];
      const { tasks = [] } = await client.send(
        new DescribeTasksCommand({ cluster: 'production', tasks: taskArns }),
      );
      return tasks;
    },
    async messages() {
      const { events = [] } = await service();
      return events.map(({ message }) => message ?? '');
    },
  };
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`There is no ${what}.`);
  return value;
}
