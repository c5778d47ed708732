import type { ClusterSetting, RegisterTaskDefinitionRequest, Tag } from '@aws-sdk/client-ecs';
import { clusterArn, serviceArn } from './arns.ts';
import { OF_AWS } from './capacity-provider-rules.ts';
import type { EcsContext } from './context.ts';
import type { DeploymentEngine } from './deployment-engine.ts';
import {
  type SeedDaemon,
  type SeedExpressService,
  seedDaemon,
  seedExpressService,
} from './managed-seeding.ts';
import { playReleases } from './past-deployments.ts';
import type { SeedService } from './seed-service.ts';
import { contentOf, settingsOfNewService } from './service-content.ts';
import { settledTasks } from './settled-tasks.ts';
import type { ServiceRecord } from './state.ts';
import { requestDeletion } from './task-definition-deletion.ts';
import { registerTaskDefinition } from './task-definition-registration.ts';

export interface SeedRegistration {
  readonly registeredAt: Date;
  readonly registeredBy: string;
  /** It is INACTIVE since then. */
  readonly deregisteredAt?: Date;
  /** Whether its deletion is requested as well: it stays DELETE_IN_PROGRESS for as long as something uses it. */
  readonly deletion?: 'requested';
}

/** How a scenario fills the simulated ECS, with a past of its own. */
export interface EcsSeeder {
  /** Returns the cluster's ARN. */
  cluster(name: string, tags?: readonly Tag[], settings?: readonly ClusterSetting[]): string;
  /** Registers the next revision of a family in the past. Returns its ARN. */
  taskDefinition(request: RegisterTaskDefinitionRequest, past: SeedRegistration): string;
  /** Makes a steady service with its deployments and running tasks. Returns its ARN. */
  service(seed: SeedService): string;
  /** Makes a steady Express service with its releases. Returns its ARN. */
  expressService(seed: SeedExpressService): string;
  /** Makes a managed daemon with its releases. Returns its ARN. */
  daemon(seed: SeedDaemon): string;
  /** Starts a deployment of a seeded service, now. */
  deploy(serviceArn: string, taskDefinitionArn: string): void;
  /** Sets how many tasks a seeded service is to have, now. */
  scale(serviceArn: string, desiredCount: number): void;
}

export function createSeeder(context: EcsContext, engine: DeploymentEngine): EcsSeeder {
  const { state, home } = context;

  function seedService(seed: SeedService): string {
    const service = playReleases(context, newService(context, seed), seed);
    state.services.put(service);
    const tasks = settledTasks(context, service, seed.tasks);
    for (const record of tasks) engine.adoptTask(record);
    if (tasks.length !== service.desiredCount) engine.look(service.arn);
    return service.arn;
  }

  return {
    cluster(name, tags = [], settings = []) {
      const arn = clusterArn(home, name);
      // As the console creates clusters.
      const capacityProviders = [...OF_AWS];
      state.clusters.put({
        cluster: {
          clusterArn: arn,
          clusterName: name,
          status: 'ACTIVE',
          capacityProviders,
          settings: [...settings],
        },
        tags,
      });
      return arn;
    },

    taskDefinition(request, { deregisteredAt, deletion, ...registration }) {
      const record = registerTaskDefinition(context, request, registration);
      if (deregisteredAt !== undefined) {
        const definition = { ...record.definition, status: 'INACTIVE', deregisteredAt } as const;
        const inactive = { ...record, definition };
        state.taskDefinitions.put(inactive);
        if (deletion !== undefined) requestDeletion(context, inactive);
      }
      return record.definition.taskDefinitionArn;
    },

    service: seedService,
    expressService: (seed) => seedExpressService(context, seed, seedService),
    daemon: (seed) => seedDaemon(context, seed),

    deploy(arn, taskDefinitionArn) {
      const service = state.services.get(arn);
      const current = state.serviceRevisions.get(service?.rollouts[0]?.revisionArn ?? '');
      if (service === undefined || current === undefined)
        throw new Error(`There is no service ${arn} to deploy.`);
      engine.deploy(service, { ...contentOf(current), taskDefinition: taskDefinitionArn });
    },

    scale(arn, desiredCount) {
      const service = state.services.get(arn);
      if (service === undefined) throw new Error(`There is no service ${arn} to scale.`);
      engine.scale(service, desiredCount);
    },
  };
}

function newService({ home }: EcsContext, { request, createdAt, createdBy }: SeedService): ServiceRecord {
  const { cluster = 'default', serviceName = '' } = request;
  return {
    arn: serviceArn(home, cluster, serviceName),
    name: serviceName,
    clusterArn: clusterArn(home, cluster),
    status: 'ACTIVE',
    createdAt,
    createdBy,
    desiredCount: request.desiredCount ?? 0,
    settings: settingsOfNewService(request),
    tags: request.tags ?? [],
    rollouts: [],
    lastCompletedRevisionArn: undefined,
    events: [],
    isSteady: true,
  };
}
