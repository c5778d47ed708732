import type {
  CreateServiceRequest,
  ServiceDeployment,
  Task,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type { ImageFacts, ImageSource } from '../registry/image-source.ts';
import { createEcs } from '../services/ecs/ecs.ts';
import type { Dependencies } from '../services/ecs/simulation/dependencies.ts';
import { callerOf } from './ecs-calls.ts';
import { createSteppedClock, type SteppedClock } from './stepped-clock.ts';

/** What random images do; `missing` ones are in no registry. */
export const BEHAVIOURS = ['ok', 'crash', 'slow', 'unhealthy', 'oom', 'missing', 'role-missing'] as const;

const HOST = '127.0.0.1:4566';

/** Long enough for a nightly run: what ends a property is its number of sequences. */
export const PROPERTY_TIMEOUT_MS = 60 * 60_000;

/** How many sequences a property is checked over; SLIPWAY_PROPERTY_RUNS multiplies it for a nightly run. */
export function propertyRuns(byDefault: number): { readonly numRuns: number } {
  const times = Number(process.env.SLIPWAY_PROPERTY_RUNS ?? 1);
  return { numRuns: Math.max(1, Math.round(byDefault * (Number.isFinite(times) ? times : 1))) };
}

/** For properties: one service, `web`, whose images move and misbehave, without HTTP. */
export interface RandomService {
  readonly clock: SteppedClock;
  /** Registers a revision whose image behaves so. */
  register(behaviour: string): Promise<void>;
  /** Creates the service with an image that is well, and lets ten minutes pass. */
  create(): Promise<void>;
  update(changes: Omit<UpdateServiceRequest, 'service'>): Promise<unknown>;
  call(name: string, input: object): Promise<Record<string, unknown>>;
  /** Those that are meant to run. */
  tasks(): Promise<readonly Task[]>;
  /** Newest first, 20 at most. */
  deployments(): Promise<readonly ServiceDeployment[]>;
}

export function startRandomService(
  request: Partial<CreateServiceRequest>,
  dependencies: Dependencies = {},
): RandomService {
  const clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
  const ecs = createEcs({
    clock,
    images: movingImages(),
    accountId: '123456789012',
    region: 'us-east-1',
    endpointHost: HOST,
    dependenciesIn: () => dependencies,
  });
  const call = callerOf(ecs);

  async function register(behaviour: string): Promise<void> {
    const healthCheck = { command: ['CMD', 'true'] };
    const portMappings = [{ containerPort: 80 }];
    const containerDefinitions = [
      { name: 'app', image: `${HOST}/web:${behaviour}`, memory: 128, healthCheck, portMappings },
    ];
    await call('RegisterTaskDefinition', { family: 'web', containerDefinitions });
  }

  return {
    clock,
    call,
    register,
    async create() {
      await call('CreateCluster', {});
      await register('ok');
      await call('CreateService', { serviceName: 'web', taskDefinition: 'web', ...request });
      clock.advance(600_000);
    },
    update: (changes) => call('UpdateService', { service: 'web', ...changes }),
    async tasks() {
      const { taskArns } = await call('ListTasks', { serviceName: 'web', maxResults: 100 });
      if ((taskArns as readonly string[]).length === 0) return [];
      return (await call('DescribeTasks', { tasks: taskArns })).tasks as readonly Task[];
    },
    async deployments() {
      const listed = await call('ListServiceDeployments', { service: 'web', maxResults: 20 });
      const arns = (listed.serviceDeployments as readonly ServiceDeployment[]).map(
        ({ serviceDeploymentArn }) => serviceDeploymentArn,
      );
      const described = await call('DescribeServiceDeployments', { serviceDeploymentArns: arns });
      return described.serviceDeployments as readonly ServiceDeployment[];
    },
  };
}

/** A registry whose tags move all the time: each pull of one finds a new image, which is kept under its digest. */
function movingImages(): ImageSource {
  const tags = new Map<string, string>();
  return {
    resolve(reference): ImageFacts | undefined {
      const [named = '', pinned] = reference.split('@');
      const tag = pinned === undefined ? named.slice(named.lastIndexOf(':') + 1) : tags.get(pinned);
      if (tag === undefined || tag === 'missing') return undefined;
      const digest = pinned ?? `sha256:${String(tags.size).padStart(64, '0')}`;
      tags.set(digest, tag);
      return {
        digest,
        repository: 'web',
        tags: [tag],
        labels: {},
        architecture: 'amd64',
        os: 'linux',
        sizeInBytes: 1,
      };
    },
  };
}
