import type { Change } from '../../../../shared/model/change.ts';
import type { Guard } from '../../../../shared/model/environment.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { identityReader } from '../../aws/caller-identity.ts';
import { reading } from '../../ecs/read-result.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { readService } from '../model/service-reading.ts';
import { guardChecks } from './guard-checks.ts';
import { holdChecks } from './hold-checks.ts';
import type { FoundImage } from './image-checks.ts';
import { NOBODY, RECENT_STATUS_MS } from './preflight-reads.ts';
import { asksForCaller, teamChecks, underOverrides } from './team-checks.ts';

interface ReleaseToBuild {
  readonly service: ServiceRef;
  /** What the images will be called; they need not exist. */
  readonly images: NonNullable<Immutable<Change['images']>>;
}

/** Whether tags can move is known of an image that is there, and a second person executes the plan of it. */
const AFTER_THE_PUSH: ReadonlySet<string> = new Set(['mutable-tag', 'two-people']);

/**
 * The checks of a plan that rules and holds make, and that need no image: so that nothing is built and pushed for a
 * deployment that they refuse.
 */
export async function ruleChecks(
  dependencies: ReleaseDependencies,
  { service: ref, images }: ReleaseToBuild,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { account } = dependencies.accounts.find(ref.account);
  const guard = dependencies.environments.guardOf({ ...ref, account });
  if (!isRuled(guard, images)) return [];
  const [{ serviceArn = '' }, identity, lock] = await Promise.all([
    readService(dependencies.aws.ecs(ref, 'clicked'), ref, signal),
    asksForCaller(guard) ? reading(identityReader(dependencies, ref, signal)) : NOBODY,
    dependencies.locks?.status(ref, RECENT_STATUS_MS),
  ]);
  const named = images.map(({ container, image }): FoundImage => {
    return { container, reference: image, finding: { state: 'foreign' } };
  });
  const now = dependencies.clock.now();
  const checks = [
    ...guardChecks(guard, { serviceArn, images: named }, now),
    ...teamChecks(guard, { serviceArn, deployed: named, caller: identity }, now),
    ...(lock === undefined ? [] : holdChecks(lock)),
  ];
  const known = checks.filter(({ rule }) => !AFTER_THE_PUSH.has(rule));
  return underOverrides(guard, known, identity);
}

/** Whether a rule or a hold could refuse the release. Nothing is read where none can. */
function isRuled(guard: Guard, images: ReleaseToBuild['images']): boolean {
  const {
    readOnly,
    account,
    window,
    freezes,
    deployers,
    ledger,
    repositories,
    tags,
    images: expected,
  } = guard;
  const ofImages = images.length === 0 ? undefined : (repositories ?? tags ?? expected);
  return readOnly || (account ?? window ?? freezes ?? deployers ?? ledger ?? ofImages) !== undefined;
}
