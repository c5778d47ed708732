import { randomUUID } from 'node:crypto';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type {
  FleetMember,
  FleetPlan,
  PlannedMember,
  StopCondition,
  WaveRequest,
} from '../../../shared/model/fleet.ts';
import { type ImageReference, parseImageReference } from '../../../shared/model/image-reference.ts';
import { type Check, overrideOf, type Plan } from '../../../shared/model/plan.ts';
import { concernsAll } from '../catalog/optional-reads.ts';
import { eachOfFew } from '../ecs/batches.ts';
import type { ReleaseDependencies } from '../releases/model/release-dependencies.ts';
import { planChange } from '../releases/plan/plan-change.ts';
import type { StoredFleet } from './stored-fleet.ts';
import { dealOut } from './waves.ts';

/** A release of so many services is confirmed by typing a name, whatever they are. */
const MANY_SERVICES = 10;

/** What a fleet should do. */
export interface FleetRequest extends Scope, StopCondition {
  readonly services: readonly FleetMember[];
  readonly image: string;
  readonly waves: WaveRequest;
}

/**
 * A plan for each service, made of reads only and kept like any other, and the plan that holds them together. A
 * service that cannot be planned says why. Throws INVALID_INPUT for waves that do not fit and for what is no image.
 */
export async function planFleet(
  dependencies: ReleaseDependencies,
  request: FleetRequest,
  signal: AbortSignal,
): Promise<FleetPlan> {
  const { account, region, image, rollBackOnStop, pause } = request;
  const reference = parseImageReference(image);
  if (reference === undefined) throw noImage(image);
  const dealt = dealOut(request.services, request.waves);
  const planned = await eachOfFew(dealt.flat(), (member) =>
    planMember(dependencies, request, member, signal),
  );
  const waves = inWaves(dealt, planned);

  const canExecute = planned.every(({ plan }) => plan?.canExecute === true);
  const { repository } = reference;
  const isGuarded =
    planned.length >= MANY_SERVICES || planned.some(({ plan }) => plan?.confirmation !== undefined);
  const fleet = {
    id: randomUUID(),
    account,
    region,
    stopAfterFailures: failuresUntilStop(request),
    rollBackOnStop,
    pause,
    title: titleOf(reference, planned.length),
    canExecute,
    ...(isGuarded ? { confirmation: repository } : {}),
    ...(planned.some(({ plan }) => plan?.needsReason === true) ? { needsReason: true } : {}),
  };
  const stored: StoredFleet = {
    use: 'fleet',
    ...fleet,
    canExecute: planned.every(mayEverGo),
    repository,
    waves: waves.map(membersOf),
  };
  dependencies.journal.plans.save(stored.id, stored);
  return { ...fleet, createdAt: dependencies.clock.now().toISOString(), image, waves };
}

async function planMember(
  dependencies: ReleaseDependencies,
  { account, region, image }: FleetRequest,
  member: FleetMember,
  signal: AbortSignal,
): Promise<PlannedMember> {
  const { cluster, service, containers } = member;
  const ref = { account, region, cluster, service };
  const change = { images: containers.map((container) => ({ container, image })) };
  try {
    return { ...member, plan: await planChange(dependencies, ref, change, signal) };
  } catch (error) {
    if (!(error instanceof SlipwayError) || concernsAll(error)) throw error;
    return { ...member, problem: error.message };
  }
}

function inWaves(
  dealt: readonly (readonly FleetMember[])[],
  planned: readonly PlannedMember[],
): readonly (readonly PlannedMember[])[] {
  let from = 0;
  return dealt.map((wave) => {
    from += wave.length;
    return planned.slice(from - wave.length, from);
  });
}

function membersOf(wave: readonly PlannedMember[]): StoredFleet['waves'][number] {
  return wave.flatMap(({ cluster, service, plan }) =>
    plan === undefined ? [] : [{ cluster, service, plan: plan.id, fails: failsOf(plan).map(overrideOf) }],
  );
}

/** Whether there is a plan that could be carried out, if need be with overrides. */
function mayEverGo({ plan }: PlannedMember): boolean {
  if (plan === undefined) return false;
  const fails = failsOf(plan);
  return fails.length === 0 ? plan.canExecute : fails.every(({ overridable }) => overridable === true);
}

function failsOf({ checks }: Plan): readonly Check[] {
  return checks.filter(({ result }) => result === 'fail');
}

function failuresUntilStop({ stopAfter, services }: FleetRequest): number {
  if ('failures' in stopAfter) return stopAfter.failures;
  return Math.ceil((services.length * stopAfter.percent) / 100);
}

function titleOf({ repository, tag, digest }: ImageReference, services: number): string {
  const short = digest === undefined ? repository : `${repository}@${digest.slice(0, 15)}`;
  const image = tag === undefined ? short : `${repository}:${tag}`;
  return `Deploy ${image} to ${services === 1 ? '1 service' : `${services} services`}`;
}

function noImage(image: string): SlipwayError {
  return new SlipwayError(
    'INVALID_INPUT',
    `${image} is not an image reference. Write it as registry/repository:tag.`,
  );
}
