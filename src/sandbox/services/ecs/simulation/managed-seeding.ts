import { capacityProviderArn, clusterArn, containerInstanceArn, daemonArn } from './arns.ts';
import { builtInAttributes } from './container-instances.ts';
import { type EcsContext, secondsAfter } from './context.ts';
import type { DaemonRecord } from './daemon-records.ts';
import { registerDaemonTaskDefinition } from './daemon-task-definitions.ts';
import { deployDaemon, newDaemonRevision } from './daemons.ts';
import { type ExpressDraft, type ExpressRequest, nextConfiguration } from './express-configuration.ts';
import { alarmName, expressServiceRequest, newExpressRecord } from './express-service.ts';
import type { SeedService } from './seed-service.ts';

/** An Express service with a past. */
export interface SeedExpressService {
  readonly cluster: string;
  readonly name: string;
  readonly infrastructureRoleArn: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** Oldest first; the first one says everything that has no default. */
  readonly releases: readonly { readonly request: ExpressRequest; readonly at: Date }[];
}

/** How long a release of the past took: a canary with two bake times. */
const RELEASE_SECONDS = 480;

/** Makes a steady Express service. `seedService` makes the service that it consists of. Returns its ARN. */
export function seedExpressService(
  context: EcsContext,
  { cluster, name, infrastructureRoleArn, createdAt, createdBy, releases }: SeedExpressService,
  seedService: (seed: SeedService) => string,
): string {
  const { state } = context;
  const drafts: ExpressDraft[] = [];
  for (const { request, at } of releases) {
    const registration = { registeredAt: at, registeredBy: createdBy };
    drafts.push(nextConfiguration(context, { cluster, name }, drafts.at(-1), request, registration));
  }
  const last = drafts.at(-1);
  if (last === undefined) throw new Error(`The Express service ${name} has no releases.`);
  const arn = seedService({
    request: expressServiceRequest(context, { cluster, name }, last.configuration, infrastructureRoleArn),
    createdAt,
    createdBy,
    releases: drafts.map(({ configuration }, index) => ({
      taskDefinition: configuration.taskDefinitionArn,
      at: releases[index]?.at ?? createdAt,
      tookSeconds: RELEASE_SECONDS,
      outcome: 'SUCCESSFUL',
    })),
  });
  const service = state.services.get(arn);
  if (service === undefined) throw new Error(`There is no service ${arn}.`);
  const updatedAt = releases.at(-1)?.at ?? createdAt;
  state.services.put({
    ...service,
    express: newExpressRecord(context, name, infrastructureRoleArn, updatedAt),
  });
  for (const [index, { serviceRevisionArn }] of [...state.serviceRevisions.inGroup(arn)].entries()) {
    const draft = drafts[index];
    if (draft === undefined) continue;
    state.expressConfigurations.put({
      serviceArn: arn,
      configuration: { ...draft.configuration, serviceRevisionArn },
      isManaged: draft.isManaged,
    });
  }
  context.dependencies.createAlarm?.(alarmName(cluster, name));
  return arn;
}

/** A managed daemon with a past, on instances of a capacity provider of its own. */
export interface SeedDaemon {
  readonly cluster: string;
  readonly name: string;
  readonly capacityProvider: string;
  readonly instances: number;
  readonly registeredBy: string;
  readonly executionRoleArn: string;
  /** Oldest first. */
  readonly releases: readonly { readonly image: string; readonly at: Date }[];
}

/** Makes a daemon that has been deployed. Returns its ARN. */
export function seedDaemon(context: EcsContext, seed: SeedDaemon): string {
  const { state, home } = context;
  const providerArn = capacityProviderArn(home, seed.capacityProvider);
  const createdAt = seed.releases[0]?.at ?? context.clock.now();
  state.capacityProviders.put({
    provider: {
      capacityProviderArn: providerArn,
      name: seed.capacityProvider,
      status: 'ACTIVE',
      type: 'MANAGED_INSTANCES',
      cluster: seed.cluster,
      managedInstancesProvider: { infrastructureRoleArn: seed.executionRoleArn },
    },
    tags: [],
  });
  for (let number = 0; number < seed.instances; number += 1) seedInstance(context, seed, createdAt);
  const daemon: DaemonRecord = {
    arn: daemonArn(home, seed.cluster, seed.name),
    clusterArn: clusterArn(home, seed.cluster),
    createdAt,
    updatedAt: seed.releases.at(-1)?.at ?? createdAt,
    capacityProviderArns: [providerArn],
    tags: [],
  };
  state.daemons.put(daemon);
  for (const { image, at } of seed.releases) {
    const past: EcsContext = { ...context, clock: { ...context.clock, now: () => at } };
    const definition = registerDaemonTaskDefinition(
      past,
      {
        family: seed.name,
        executionRoleArn: seed.executionRoleArn,
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ name: 'agent', image }],
      },
      { registeredAt: secondsAfter(at, -60), registeredBy: seed.registeredBy },
    );
    deployDaemon(past, daemon, newDaemonRevision(past, daemon, definition, {}), undefined);
  }
  return daemon.arn;
}

function seedInstance({ state, ids, home }: EcsContext, seed: SeedDaemon, registeredAt: Date): void {
  state.containerInstances.put({
    instance: {
      containerInstanceArn: containerInstanceArn(home, seed.cluster, ids.hex()),
      ec2InstanceId: `i-${ids.hex().slice(0, 17)}`,
      capacityProviderName: seed.capacityProvider,
      status: 'ACTIVE',
      agentConnected: true,
      version: 1,
      attributes: [...builtInAttributes(home.region)],
      registeredAt,
      attachments: [],
    },
    clusterArn: clusterArn(home, seed.cluster),
    total: { cpu: 2048, memory: 7680, ports: [] },
    tags: [],
  });
}
