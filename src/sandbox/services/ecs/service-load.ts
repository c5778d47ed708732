import { createHash } from 'node:crypto';
import type { LoadBalancer } from '@aws-sdk/client-ecs';
import type { Span } from '../cloudwatch/metric-data.ts';
import { type RevisionAtMoment, type ServiceTimeline, timelineOf } from './service-timeline.ts';
import type { EcsContext } from './simulation/context.ts';
import { pinnedReference } from './simulation/image-resolution.ts';
import { type RequestLoad, requestLoadOf, USUAL_LOAD } from './simulation/request-load.ts';
import type { ServiceRecord } from './simulation/state.ts';

/** How often a period is looked at; tasks and traffic between two looks are taken to be those of the first. */
export const LOOKS = 12;
/** Requests that a task which fails had begun to answer. */
const REQUESTS_OF_A_FAILURE = 60;

/** What a service did in a span, by revision. */
interface Facts {
  readonly seconds: number;
  readonly revisions: readonly RevisionFacts[];
  readonly desired: number;
}

/** Averages over the looks of a span, and the requests of all of it. */
export interface RevisionFacts {
  readonly revisionArn: string;
  readonly running: number;
  readonly unhealthy: number;
  readonly young: number;
  readonly most: { readonly running: number; readonly unhealthy: number };
  readonly least: { readonly running: number; readonly unhealthy: number };
  readonly requests: number;
  readonly errors: number;
  readonly latencyMs: number;
  readonly targetGroups: readonly string[];
}

/** One service as one request sees it: each span is looked at once. */
export interface ServiceReading {
  readonly service: ServiceRecord;
  /** CPU units and MiB of a task. */
  readonly size: { readonly cpu: number; readonly memory: number };
  facts(span: Span): Facts;
  /** How many tasks of the service are not yet running. */
  pending(): number;
}

export function createReading(context: EcsContext, service: ServiceRecord): ServiceReading {
  const { state, clock } = context;
  const timeline = timelineOf(state, service, clock.now().getTime());
  const loads = new Map<string, RequestLoad>();
  const loadOf = (revisionArn: string): RequestLoad => {
    const load = loads.get(revisionArn) ?? loadOfRevision(context, revisionArn);
    loads.set(revisionArn, load);
    return load;
  };
  const known = new Map<string, Facts>();
  const newest = state.serviceRevisions.get(service.rollouts[0]?.revisionArn ?? '');
  const definition = state.taskDefinitions.get(newest?.taskDefinition ?? '')?.definition;
  return {
    service,
    size: { cpu: Number(definition?.cpu ?? 256), memory: Number(definition?.memory ?? 512) },
    pending: () =>
      [...state.tasks.inGroup(service.arn)].filter(
        ({ task }) => task.startedAt === undefined && task.desiredStatus === 'RUNNING',
      ).length,
    facts(span) {
      const key = `${span.from} ${span.to}`;
      const facts = known.get(key) ?? lookAt(context, { service, timeline, loadOf }, span);
      known.set(key, facts);
      return facts;
    },
  };
}

interface Looking {
  readonly service: ServiceRecord;
  readonly timeline: ServiceTimeline;
  readonly loadOf: (revisionArn: string) => RequestLoad;
}

function lookAt(context: EcsContext, { service, timeline, loadOf }: Looking, span: Span): Facts {
  const { state, clock } = context;
  const virtual = (wall: number): number => clock.fromWallTime(new Date(wall)).getTime();
  const seconds = (span.to - span.from) / 1000;
  const looks = Array.from({ length: LOOKS }, (_, index) =>
    timeline.at(virtual(span.from + ((span.to - span.from) * (index + 0.5)) / LOOKS)),
  );
  const failures = timeline.failures(virtual(span.from), virtual(span.to));
  const desired = timeline.desired(virtual(span.from));
  const demand = desired * wave(service.arn, span.from) * seconds;
  const arns = [
    ...new Set([...looks.flatMap((look) => look.map(({ revisionArn }) => revisionArn)), ...failures.keys()]),
  ];
  const revisions = arns.map((revisionArn): RevisionFacts => {
    const at = looks.map((look) => look.find((each) => each.revisionArn === revisionArn) ?? NONE);
    const mean = (of: (each: Omit<RevisionAtMoment, 'revisionArn'>) => number): number =>
      at.reduce((sum, each) => sum + of(each), 0) / LOOKS;
    const load = loadOf(revisionArn);
    const lost = (failures.get(revisionArn) ?? 0) * REQUESTS_OF_A_FAILURE;
    const requests = Math.round(demand * load.requestsPerSecond * mean(({ share }) => share)) + lost;
    const chance = chanceOf(`errors ${revisionArn} ${span.from}`);
    const owner = state.serviceRevisions.get(revisionArn) ?? state.taskSets.get(revisionArn)?.taskSet;
    return {
      revisionArn,
      running: mean(({ running }) => running),
      unhealthy: mean(({ unhealthy }) => unhealthy),
      young: mean(({ young }) => young),
      most: {
        running: Math.max(...at.map(({ running }) => running)),
        unhealthy: Math.max(...at.map(({ unhealthy }) => unhealthy)),
      },
      least: {
        running: Math.min(...at.map(({ running }) => running)),
        unhealthy: Math.min(...at.map(({ unhealthy }) => unhealthy)),
      },
      requests,
      errors: Math.min(requests, Math.floor((requests - lost) * load.errorShare + chance) + lost),
      latencyMs: load.latencyMs * (0.96 + 0.08 * chanceOf(`latency ${revisionArn} ${span.from}`)),
      targetGroups: usedGroupsOf(
        owner?.loadBalancers,
        owner !== undefined && 'resolvedConfiguration' in owner
          ? owner.resolvedConfiguration?.loadBalancers
          : undefined,
      ),
    };
  });
  return { seconds, revisions, desired };
}

const NONE = { running: 0, unhealthy: 0, young: 0, share: 0 } as const;

/** The target groups that the tasks of a revision are in: where traffic is shifted, one of the two. */
function usedGroupsOf(
  loadBalancers: readonly LoadBalancer[] | undefined,
  resolved: readonly { readonly targetGroupArn?: string | undefined }[] | undefined,
): readonly string[] {
  return (resolved ?? loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
}

function loadOfRevision({ state, resolveImage }: EcsContext, revisionArn: string): RequestLoad {
  const revision = state.serviceRevisions.get(revisionArn) ?? state.taskSets.get(revisionArn);
  const taskDefinition =
    revision === undefined
      ? undefined
      : 'taskSet' in revision
        ? revision.taskSet.taskDefinition
        : revision.taskDefinition;
  const containers = state.taskDefinitions.get(taskDefinition ?? '')?.definition.containerDefinitions ?? [];
  const serving = containers.find(({ portMappings = [] }) => portMappings.length > 0) ?? containers[0];
  if (serving === undefined) return USUAL_LOAD;
  const settled = revision?.containerImages.find(({ containerName }) => containerName === serving.name);
  const pulled = resolveImage(pinnedReference(serving, settled?.imageDigest));
  const named = resolveImage(serving.image ?? '');
  const image = pulled !== undefined && named?.digest === pulled.digest ? named : pulled;
  return image === undefined ? USUAL_LOAD : requestLoadOf(image);
}

/** How much more or less is asked of a service at a time of the day. */
export function wave(name: string, time: number): number {
  const day = Math.sin((2 * Math.PI * (time / 86_400_000 + chanceOf(`day ${name}`))) % (2 * Math.PI));
  return 1 + 0.12 * day + 0.06 * (chanceOf(`wave ${name} ${time}`) - 0.5);
}

/** From 0 to 1, the same for the same text. */
export function chanceOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
