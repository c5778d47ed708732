import {
  type ChangesWanted,
  MOST_CHANGES,
  type RunningVersion,
  type TimelineChange,
  type TimelineChanges,
  type TimelineEnvironment,
} from '../../../shared/model/timeline.ts';
import { revisionNameOf } from '../aws/arns.ts';
import type { ServiceChange } from '../journal/service-changes.ts';
import { environmentsOf, type MatrixDependencies } from './matrix.ts';
import { mainImageOf, versionOf } from './service-at.ts';
import type { KeptDeployment, KeptRevision } from './timeline-store.ts';

export type ChangesDependencies = Pick<
  MatrixDependencies,
  'accounts' | 'environments' | 'changes' | 'store'
> & {
  readonly now: () => Date;
};

/** The changes of all services between two moments that were read: those of the journal and those of ECS as one. */
export function changesBetween(dependencies: ChangesDependencies, wanted: ChangesWanted): TimelineChanges {
  const { since, until, service, ...filter } = wanted;
  const { store, changes, now } = dependencies;
  const range = { since: new Date(since), until: until === undefined ? now() : new Date(until) };
  const placed = environmentsOf(dependencies, filter);
  const found = placed.flatMap(({ place, shown }) => {
    const recorded = changes.between(place, range, MOST_CHANGES + 1);
    const deployments = store.between(place, range, MOST_CHANGES + 1);
    const revisions = store.revisions(
      recorded.flatMap(({ taskDefinitionArn, base }) => [taskDefinitionArn ?? [], base ?? []].flat()),
    );
    return [
      {
        merged: mergedChanges({ recorded, deployments, revisionOf: (arn) => revisions.get(arn) }, shown),
        isCut: Math.max(recorded.length, deployments.length) > MOST_CHANGES,
      },
    ];
  });
  const all = found
    .flatMap(({ merged }) => merged)
    .filter((change) => service === undefined || change.service === service)
    .toSorted((one, other) => other.startedAt.localeCompare(one.startedAt));
  return {
    changes: all.slice(0, MOST_CHANGES),
    isCut: all.length > MOST_CHANGES || found.some(({ isCut }) => isCut),
    environments: placed.map((each) => each.shown),
  };
}

interface RecordedChanges {
  readonly recorded: readonly ServiceChange[];
  readonly deployments: readonly KeptDeployment[];
  readonly revisionOf: (taskDefinitionArn: string) => KeptRevision | undefined;
}

/** An entry of the journal and its deployment are one change. Of several entries of a deployment, the stop stands alone. */
function mergedChanges(
  { recorded, deployments, revisionOf }: RecordedChanges,
  place: TimelineEnvironment,
): readonly TimelineChange[] {
  const ofArn = new Map(deployments.map((each) => [each.arn, each]));
  const entries = recorded.map((entry) => {
    const deployment = entry.kind === 'stop' ? undefined : ofArn.get(entry.deploymentArn ?? '');
    return changeOfEntry(entry, deployment, place, revisionOf);
  });
  const told = new Set(
    recorded.flatMap(({ kind, deploymentArn }) => (kind === 'stop' ? [] : (deploymentArn ?? []))),
  );
  const others = deployments
    .filter(({ arn }) => !told.has(arn))
    .map((each) => changeOfDeployment(each, place));
  return [...entries, ...others];
}

function changeOfEntry(
  entry: ServiceChange,
  deployment: KeptDeployment | undefined,
  place: TimelineEnvironment,
  revisionOf: RecordedChanges['revisionOf'],
): TimelineChange {
  const {
    id,
    service,
    kind,
    title,
    at,
    settledAt,
    taskDefinitionArn,
    base,
    callerIdentity,
    why,
    link,
    deploymentArn,
  } = entry;
  const known = (arn: string | undefined): KeptRevision | undefined =>
    arn === undefined ? undefined : (revisionOf(arn) ?? { taskDefinitionArn: arn, images: [] });
  const startsDeployment = kind === 'deploy' || kind === 'rollback';
  const from = startsDeployment ? (deployment?.source ?? known(base)) : undefined;
  const to = startsDeployment ? (deployment?.target ?? known(taskDefinitionArn)) : undefined;
  const endedAt = deployment?.endedAt ?? settledAt;
  const outcome = deployment?.outcome ?? entry.outcome;
  return {
    id,
    ...placeOf(place),
    service,
    kind,
    title,
    startedAt: at,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(outcome === undefined ? {} : { outcome }),
    ...versions(service, from, to),
    ...(callerIdentity === undefined ? {} : { callerIdentity }),
    ...(why === undefined ? {} : { why }),
    ...(link === undefined ? {} : { link }),
    ...(deploymentArn === undefined ? {} : { deploymentArn }),
    isOutsideSlipway: false,
  };
}

function changeOfDeployment(deployment: KeptDeployment, place: TimelineEnvironment): TimelineChange {
  const { service, arn, at, endedAt, outcome, source, target } = deployment;
  const revision = target === undefined ? 'a revision' : revisionNameOf(target.taskDefinitionArn);
  return {
    id: arn,
    ...placeOf(place),
    service,
    kind: 'deploy',
    title: `Deploy ${revision} to ${service}`,
    startedAt: at,
    ...(endedAt === undefined ? {} : { endedAt }),
    outcome,
    ...versions(service, source, target),
    deploymentArn: arn,
    isOutsideSlipway: true,
  };
}

function placeOf({ account, region, cluster, environment }: TimelineEnvironment) {
  return { account, region, cluster, environment };
}

function versions(
  service: string,
  from: KeptRevision | undefined,
  to: KeptRevision | undefined,
): Pick<TimelineChange, 'from' | 'to' | 'isOtherImage'> {
  const isOther = differ(service, from, to);
  return {
    ...(from === undefined ? {} : { from: versionOf(from, service) }),
    ...(to === undefined ? {} : { to: versionOf(to, service) }),
    ...(isOther === undefined ? {} : { isOtherImage: isOther }),
  };
}

function differ(
  service: string,
  from: KeptRevision | undefined,
  to: KeptRevision | undefined,
): boolean | undefined {
  const [before, after] = [mainImageOf(from, service), mainImageOf(to, service)];
  if (before === undefined || after === undefined) return undefined;
  return before.digest !== undefined && after.digest !== undefined
    ? before.digest !== after.digest
    : before.image !== after.image;
}

/** Whether two versions are shown alike. */
export function isSameVersion(one: RunningVersion, other: RunningVersion): boolean {
  if (one.digest !== undefined && other.digest !== undefined) return one.digest === other.digest;
  return one.version === other.version && one.revision === other.revision;
}
