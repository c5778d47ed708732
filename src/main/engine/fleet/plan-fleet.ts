import { randomUUID } from 'node:crypto';
import { SlipwayError } from '../../../shared/errors.ts';
import { imageReferenceProblem } from '../../../shared/image-reference-problem.ts';
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
import { serviceLabel } from '../aws/arns.ts';
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

/** What a fleet should do whose services get images of their own. */
export interface ImagesRequest extends Scope, StopCondition {
  readonly services: readonly (FleetMember & { readonly images: readonly NewImage[] })[];
  readonly waves: WaveRequest;
  readonly title: string;
  /** What the journal names it by, and what is typed to confirm it. */
  readonly subject: string;
}

interface NewImage {
  readonly container: string;
  readonly image: string;
}

/**
 * A plan for each service, made of reads only and kept like any other, and the plan that holds them together. A
 * service that cannot be planned says why. Throws INVALID_INPUT for waves that do not fit and for what is no image.
 */
export async function planFleet(
  dependencies: ReleaseDependencies,
  { image, ...request }: FleetRequest,
  signal: AbortSignal,
): Promise<FleetPlan> {
  const reference = parseImageReference(image);
  if (reference === undefined) throw noImage(image);
  const services = request.services.map((member) => ({
    ...member,
    images: member.containers.map((container) => ({ container, image })),
  }));
  const title = titleOf(reference, services.length);
  const plan = await planImages(
    dependencies,
    { ...request, services, title, subject: reference.repository },
    signal,
  );
  return { ...plan, image };
}

/** The same for images that differ by service. Throws INVALID_INPUT for waves that do not fit. */
export async function planImages(
  dependencies: ReleaseDependencies,
  request: ImagesRequest,
  signal: AbortSignal,
): Promise<FleetPlan> {
  const { account, region, rollBackOnStop, pause, title, subject } = request;
  const images = new Map(request.services.map((member) => [serviceLabel(member), member.images]));
  const members = request.services.map(({ cluster, service, containers }) => ({
    cluster,
    service,
    containers,
  }));
  const dealt = dealOut(members, request.waves);
  const planned = await eachOfFew(dealt.flat(), (member) =>
    planMember(dependencies, request, { member, images: images.get(serviceLabel(member)) ?? [] }, signal),
  );
  const waves = inWaves(dealt, planned);

  const canExecute = planned.every(({ plan }) => plan?.canExecute === true);
  const isGuarded =
    planned.length >= MANY_SERVICES || planned.some(({ plan }) => plan?.confirmation !== undefined);
  const fleet = {
    id: randomUUID(),
    account,
    region,
    stopAfterFailures: failuresUntilStop(request),
    rollBackOnStop,
    pause,
    title,
    canExecute,
    ...(isGuarded ? { confirmation: subject } : {}),
    ...(planned.some(({ plan }) => plan?.needsReason === true) ? { needsReason: true } : {}),
  };
  const stored: StoredFleet = {
    use: 'fleet',
    ...fleet,
    canExecute: planned.every(mayEverGo),
    tickets: [...new Set(planned.flatMap(({ plan }) => plan?.ticket ?? []))],
    repository: subject,
    waves: waves.map(membersOf),
  };
  dependencies.journal.plans.save(stored.id, stored);
  return { ...fleet, createdAt: dependencies.clock.now().toISOString(), waves };
}

async function planMember(
  dependencies: ReleaseDependencies,
  { account, region }: Scope,
  { member, images }: { readonly member: FleetMember; readonly images: readonly NewImage[] },
  signal: AbortSignal,
): Promise<PlannedMember> {
  const { cluster, service } = member;
  const ref = { account, region, cluster, service };
  try {
    return { ...member, plan: await planChange(dependencies, ref, { images: [...images] }, signal) };
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

function failuresUntilStop({ stopAfter, services }: Pick<ImagesRequest, 'stopAfter' | 'services'>): number {
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
    `${image} is not an image reference: ${imageReferenceProblem(image)}. Write it as registry/repository:tag.`,
  );
}
