import { randomUUID } from 'node:crypto';
import type { DescribeTaskDefinitionResponse } from '@aws-sdk/client-ecs';
import type { ContainerImage } from '../../../../shared/model/image.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { Check, Plan, PlannedCall } from '../../../../shared/model/plan.ts';
import type { Difference } from '../../../../shared/model/revision.ts';
import { lastPartOf, revisionNameOf, serviceLabel } from '../../aws/arns.ts';
import { readWholeConfiguration, type WholeConfiguration } from '../../catalog/express-service.ts';
import { optionalRead } from '../../catalog/optional-reads.ts';
import type { Reading } from '../../ecs/check.ts';
import { isExpress } from '../../ecs/deployed-revision.ts';
import { isTaskSetArn, taskSetId, taskSetIds } from '../../ecs/service-task-sets.ts';
import { isNote } from '../../register/revision-tags.ts';
import { diffContent } from '../../revisions/diff/diff.ts';
import { diffImages } from '../../revisions/diff/image-diff.ts';
import type { FoundImage } from '../checks/image-checks.ts';
import { expressKeepsNewerSettings } from '../checks/newer-settings-check.ts';
import { type Preflight, preflight } from '../checks/preflight.ts';
import { deployedImages, withDigest } from '../checks/preflight-reads.ts';
import type { PreflightSubject } from '../checks/preflight-subject.ts';
import { typedCommand } from '../execution/one-off-task.ts';
import { membersToChange } from '../model/asked-settings.ts';
import { expressDifferences, throughExpress } from '../model/express-action.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { serviceDifferences } from '../model/service-differences.ts';
import { primaryOf } from '../model/service-reading.ts';
import {
  type PlanIntent,
  type ReopenedPlan,
  type StoredPlan,
  startsDeployment,
  type TaskSetMove,
  type UpdateAction,
} from '../model/stored-plan.ts';
import { expectedMs } from '../watch/estimate.ts';
import { cliCommands } from './cli-commands.ts';
import { wayOfCodeDeploy } from './deploy-method.ts';
import { planCost } from './plan-cost.ts';
import { planParts } from './plan-parts.ts';
import { throughTaskSets } from './task-set-action.ts';

/** A plan before it is checked. */
export interface PlanDraft extends PreflightSubject {
  readonly title: string;
  /** Checks that only this kind of plan has. */
  readonly moreChecks: readonly Check[];
  /** What else of the service it changes, where that is taken from an earlier service revision. */
  readonly moreServiceDifferences?: readonly Difference[];
  /** Missing for a plan that is only shown. */
  readonly intent?: PlanIntent;
  /** The plan of another person that is made again. */
  readonly reopened?: ReopenedPlan | undefined;
}

/** Checks a draft, says what it changes, and keeps it for its execution, by this process or another one. */
export async function composePlan(
  dependencies: ReleaseDependencies,
  draft: PlanDraft,
  signal: AbortSignal,
): Promise<Plan> {
  const { stored, plan, checked } = await describePlan(dependencies, draft, signal);
  dependencies.journal.plans.save(stored.id, stored);
  dependencies.recentChecks?.keep(stored.id, checked.checks);
  return plan;
}

/** A plan, with what is kept of it for its execution. */
interface DescribedPlan {
  readonly plan: Plan;
  readonly stored: StoredPlan;
  readonly checked: Preflight;
}

/** The same for a plan that is only shown: it is not kept, so nothing can execute it. */
export async function describePlan(
  given: ReleaseDependencies,
  unchecked: PlanDraft,
  signal: AbortSignal,
): Promise<DescribedPlan> {
  const dependencies = { ...given, findImage: findingEachOnce(given.findImage) };
  const { configuration, newer = [] } = (await currentConfiguration(dependencies, unchecked, signal)) ?? {};
  const draft = {
    ...unchecked,
    action: throughExpress({ ...unchecked, action: throughTaskSets(unchecked) }, configuration),
  };
  const { ref, service, action, current } = draft;
  const checked = await preflight(dependencies, { ...draft, plannedBy: draft.reopened?.plannedBy }, signal);
  const checks = [...draft.moreChecks, ...expressKeepsNewerSettings(action, newer), ...checked.checks];
  const known = dependencies.accounts.find(ref.account);
  const guard = dependencies.environments.guardOf({ ...ref, account: known.account });
  const primary = primaryOf(service);
  const taskSets = taskSetIds(service);
  const deployment = newestDeployment(checked);
  const content = diffContent(withoutReleaseNotes(current), withoutReleaseNotes(describedAs(draft)));
  const expected = startsDeployment(action) ? expectedOf(checked) : undefined;
  const otherWay = await wayOfCodeDeploy(dependencies, draft, known, signal);

  const stored: StoredPlan = {
    use: 'release',
    id: randomUUID(),
    kind: draft.kind,
    service: ref,
    title: draft.title,
    action,
    base: {
      taskDefinitionArn: service.taskDefinition,
      primaryId: primary.id,
      ...(action.kind === 'stop' ? {} : { members: membersToChange(service, action) }),
      ...(taskSets === undefined ? {} : { taskSets: [...taskSets] }),
    },
    calls: [...(otherWay?.calls ?? plannedCalls(draft))],
    ...(guard.confirm === 'name' ? { confirmation: ref.service } : {}),
    ...(guard.reason === 'required' ? { needsReason: true } : {}),
    ...(guard.ticket === undefined ? {} : { ticket: guard.ticket }),
  };
  const images = checked.images.map(containerImage);
  const needsTwo = guard.approvals === 'two-people';
  const sharing =
    needsTwo && draft.intent !== undefined
      ? { intent: draft.intent, parts: planParts(stored, images) }
      : undefined;
  const plan: Plan = {
    id: stored.id,
    kind: draft.kind,
    service: ref,
    environment: guard.environment,
    createdAt: dependencies.clock.now().toISOString(),
    title: draft.title,
    base: {
      taskDefinitionArn: service.taskDefinition,
      revision: revisionNameOf(service.taskDefinition),
      ...(deployment === undefined ? {} : { deploymentArn: deployment }),
      ...(primary.createdAt === undefined ? {} : { deployedAt: primary.createdAt.toISOString() }),
    },
    images: diffImages(await imagesBefore(dependencies, draft, checked, signal), images),
    differences: [...content.differences],
    serviceDifferences: [
      ...serviceDifferences(service, action),
      ...(action.kind === 'stop' ? [] : expressDifferences(action, configuration)),
      ...(draft.moreServiceDifferences ?? []),
    ],
    unchanged: content.unchanged,
    checks,
    canExecute: !checks.some(({ result }) => result === 'fail'),
    calls: stored.calls,
    commands: [...(otherWay?.commands ?? cliCommands(draft, known))],
    ...(otherWay === undefined
      ? {}
      : { otherWay: { sentence: otherWay.sentence, appSpec: otherWay.appSpec } }),
    ...(stored.confirmation === undefined ? {} : { confirmation: stored.confirmation }),
    ...(stored.needsReason === undefined ? {} : { needsReason: stored.needsReason }),
    ...(stored.ticket === undefined ? {} : { ticket: stored.ticket }),
    ...(needsTwo && guard.ledger !== undefined && draft.reopened === undefined
      ? { needsSecondPerson: true }
      : {}),
    ...(expected === undefined ? {} : { expectedMs: expected }),
    ...planCost(draft),
  };
  const { reopened } = draft;
  const kept: StoredPlan = {
    ...stored,
    ...(sharing === undefined ? {} : { sharing }),
    ...(reopened === undefined ? {} : { reopened }),
  };
  return { stored: kept, plan, checked };
}

/** What runs is also what a rollback goes back to, and often a part of what is deployed: it is looked up once for a plan. */
function findingEachOnce(findImage: ReleaseDependencies['findImage']): ReleaseDependencies['findImage'] {
  const found = new Map<string, ReturnType<typeof findImage>>();
  return (scope, reference, signal) => {
    const finding = found.get(reference) ?? findImage(scope, reference, signal);
    found.set(reference, finding);
    return finding;
  };
}

/** What an Express service is on. Who may not read it can deploy anyway, but not change its scaling. */
async function currentConfiguration(
  { aws }: ReleaseDependencies,
  { kind, ref, service, action }: PlanDraft,
  signal: AbortSignal,
): Promise<WholeConfiguration | undefined> {
  if (!isExpress(service) || action.kind === 'stop') return undefined;
  const ecs = aws.ecs(ref, 'clicked');
  const reading = readWholeConfiguration(ecs, service.serviceArn ?? '', signal);
  // A rollback sends all of its scaling, so that nothing of the current one is needed.
  const isNeeded = action.scaling !== undefined && kind !== 'rollback';
  return isNeeded ? reading : optionalRead(reading, undefined);
}

/** What would be described once the new revision is registered, as far as the content goes. */
function describedAs({ content }: PlanDraft): DescribeTaskDefinitionResponse {
  const { tags, ...taskDefinition } = content;
  return { taskDefinition, ...(tags === undefined ? {} : { tags }) };
}

/** The notes of two releases differ without anything being different. */
function withoutReleaseNotes(described: DescribeTaskDefinitionResponse): DescribeTaskDefinitionResponse {
  return { ...described, tags: described.tags?.filter((tag) => !isNote(tag)) };
}

/** The images of the revision that exists: of its last deployment by digest, otherwise as the registry has them. */
async function imagesBefore(
  { findImage }: ReleaseDependencies,
  { ref, current }: PlanDraft,
  { deployments, images }: Preflight,
  signal: AbortSignal,
): Promise<readonly ContainerImage[]> {
  const scope = { account: ref.account, region: ref.region };
  return Promise.all(
    deployedImages(current, deployments).map(async ({ container, reference, digest }) => {
      const same = images.find((image) => image.container === container && image.reference === reference);
      if (digest === undefined && same !== undefined) return containerImage(same);
      const finding = await findImage(scope, withDigest(reference, digest), signal);
      const image = containerImage({ container, reference, finding });
      return digest === undefined ? image : { ...image, digest };
    }),
  );
}

function containerImage({ container, reference, finding }: FoundImage): ContainerImage {
  const digest = finding.state === 'found' ? finding.image.digest : parseImageReference(reference)?.digest;
  return {
    container,
    image: reference,
    ...(digest === undefined ? {} : { digest }),
    ...(finding.state === 'found' ? { facts: finding.image } : {}),
  };
}

function plannedCalls({ action, ref }: PlanDraft): readonly PlannedCall[] {
  const target = serviceLabel(ref);
  if (action.kind === 'stop') {
    const { deploymentArn } = action;
    if (isTaskSetArn(deploymentArn))
      return [{ operation: 'DeleteTaskSet', target: taskSetId(deploymentArn) }];
    return [{ operation: 'StopServiceDeployment', target }];
  }
  const operation = action.express === undefined ? 'UpdateService' : 'UpdateExpressGatewayService';
  const updates: readonly PlannedCall[] =
    action.taskSet === undefined ? [{ operation, target }] : plannedTaskSetCalls(action.taskSet, target);
  const restoring =
    action.restore === undefined
      ? []
      : [{ operation: 'DescribeServiceRevisions', target: lastPartOf(action.restore.from) }];
  const before = plannedTask(action);
  if (action.register === undefined) return [...before, ...restoring, ...updates];
  const revision = revisionNameOf(action.register.from);
  return [
    { operation: 'DescribeTaskDefinition', target: revision },
    { operation: 'RegisterTaskDefinition', target: revision.split(':')[0] ?? revision },
    ...before,
    ...restoring,
    ...updates,
  ];
}

function plannedTask({ before }: UpdateAction): readonly PlannedCall[] {
  if (before === undefined) return [];
  return [{ operation: 'RunTask', target: `${before.container}: ${typedCommand(before.command)}` }];
}

function newestDeployment({ deployments }: Preflight): string | undefined {
  return whenRead(deployments)?.[0]?.arn;
}

function expectedOf({ deployments }: Preflight): number | undefined {
  return expectedMs(whenRead(deployments) ?? []);
}

function whenRead<T>(reading: Reading<T>): T | undefined {
  return reading.state === 'read' ? reading.value : undefined;
}

/** The calls that move a service from one task set to another, in their order. `place`: cluster and service. */
function plannedTaskSetCalls(
  { existing, like, replaces }: TaskSetMove,
  place: string,
): readonly PlannedCall[] {
  const begin: readonly PlannedCall[] =
    existing === undefined
      ? [
          { operation: 'DescribeTaskSets', target: taskSetId(like) },
          { operation: 'CreateTaskSet', target: place },
        ]
      : [{ operation: 'UpdateTaskSet', target: taskSetId(existing) }];
  return [
    ...begin,
    { operation: 'UpdateServicePrimaryTaskSet', target: place },
    ...replaces.flatMap((arn) => [
      { operation: 'UpdateTaskSet', target: taskSetId(arn) },
      { operation: 'DeleteTaskSet', target: taskSetId(arn) },
    ]),
  ];
}
