import { SlipwayError } from '../../../../shared/errors.ts';
import { type Check, overrideOf } from '../../../../shared/model/plan.ts';
import { registrationInput } from '../../ecs/registration.ts';
import { preflight } from '../checks/preflight.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { type DeployableService, readRevision } from '../model/service-reading.ts';
import type { StoredPlan, UpdateAction } from '../model/stored-plan.ts';
import { contentToRegister } from './register-content.ts';

/** What a plan may go ahead with. */
interface Allowed {
  /** As overrideOf names them. */
  readonly overrides: readonly string[];
  /** The check that somebody else makes. */
  readonly leftOut?: string;
}

/**
 * The checks of a plan once more, unless they were made a moment ago: images go, tags move, and services change between
 * plan and execution. Returns the fails that `overrides` (as overrideOf names them) lets pass. Throws PREFLIGHT_FAILED for
 * any other.
 */
export async function checkAgain(
  dependencies: ReleaseDependencies,
  plan: StoredPlan,
  service: DeployableService,
  { overrides, leftOut }: Allowed,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const made =
    dependencies.recentChecks?.of(plan.id) ?? (await checksOf(dependencies, plan, service, signal));
  const checks = made.filter(({ rule }) => rule !== leftOut);
  const failure = preflightFailure(plan.title, checks, overrides);
  if (failure !== undefined) throw failure;
  return overridden(checks, overrides);
}

async function checksOf(
  dependencies: ReleaseDependencies,
  { kind, service: ref, action, reopened }: StoredPlan,
  service: DeployableService,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const ecs = dependencies.aws.ecs(ref, 'clicked');
  const { taskDefinition, ...planned }: Partial<UpdateAction> = action.kind === 'update' ? action : {};
  // Where ECS manages the task definition of an Express service, it registers the content.
  const register = planned.register ?? planned.express?.configuration;
  const current = await readRevision(ecs, service.taskDefinition, signal);
  const named = register?.from ?? taskDefinition ?? service.taskDefinition;
  const revision = named === service.taskDefinition ? current : await readRevision(ecs, named, signal);
  const content =
    register === undefined ? registrationInput(revision) : contentToRegister(revision, register, {});
  const plannedBy = reopened?.plannedBy;
  const subject = { ref, kind, service, action, current, revision, content, plannedBy };
  const { checks } = await preflight(dependencies, subject, signal);
  return checks;
}

/** The failed checks that the person overrode, and that can be overridden. */
function overridden(checks: readonly Check[], overrides: readonly string[]): readonly Check[] {
  return checks.filter(
    (check) => check.result === 'fail' && check.overridable === true && overrides.includes(overrideOf(check)),
  );
}

/** The sentence for a release that a check blocks, or undefined. */
function preflightFailure(
  title: string,
  checks: readonly Check[],
  overrides: readonly string[],
): SlipwayError | undefined {
  const allowed = overridden(checks, overrides);
  const failed = checks.filter((check) => check.result === 'fail' && !allowed.includes(check));
  const [first] = failed;
  if (first === undefined) return undefined;
  const more = failed.length === 1 ? '' : ` (and ${failed.length - 1} more checks failed)`;
  const way = first.overridable === true ? ` Or override the check ${overrideOf(first)}.` : '';
  return new SlipwayError(
    'PREFLIGHT_FAILED',
    `“${title}” was not started: ${first.message}${more}. ${first.advice ?? ''}${way}`.trimEnd(),
    { detail: { rule: first.rule } },
  );
}
