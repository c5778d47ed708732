import type { ContainerImage } from '../../../shared/model/image.ts';
import { imageVersionText, mainContainer } from '../../../shared/model/image-version.ts';
import type { MatrixCell, RunningVersion } from '../../../shared/model/timeline.ts';
import { utcText } from '../../../shared/moment-text.ts';
import { revisionNameOf } from '../aws/arns.ts';
import type { ChangesAround } from '../journal/service-changes.ts';
import type { KeptDeployment, KeptRevision, KeptService, ServiceAround } from './timeline-store.ts';

/** What is recorded of a service around a moment. */
interface Records {
  /** What ECS showed; missing for a service that only the journal has. */
  readonly ecs?: ServiceAround;
  readonly journal?: ChangesAround;
  /** The revision of a task definition that the journal names. */
  readonly revisionOf: (taskDefinitionArn: string) => KeptRevision | undefined;
}

/** What a service ran, by the records. */
export interface ServiceState extends Pick<MatrixCell, 'state' | 'since' | 'note'> {
  readonly runs?: KeptRevision;
  readonly deploying?: KeptRevision;
}

/**
 * What a service ran at a moment, or undefined where it has no cell: it was deleted before, or nothing is recorded of it.
 * Only what ECS lists without gaps is told as a fact. `at` undefined: now, as ECS showed it last.
 */
export function serviceAt(records: Records, at: Date | undefined): ServiceState | undefined {
  const service = records.ecs?.service;
  if (at === undefined) {
    if (service === undefined || service.goneAt !== undefined) return undefined;
    return runningNow(service, records.ecs?.before);
  }
  const moment = at.toISOString();
  if (service === undefined) return records.journal && byJournal(records, moment);
  if (service.goneAt !== undefined && moment >= service.goneAt) return undefined;
  if (moment > service.readAt) return afterReading(service, records.ecs?.before);
  if (service.createdAt !== undefined && moment < service.createdAt)
    return beforeCreation(service, records, moment);
  if (records.ecs !== undefined && service.listedFrom !== undefined && moment >= service.listedFrom) {
    return byListedDeployments(records.ecs, moment);
  }
  return byJournal(records, moment);
}

function runningNow(service: KeptService, before: KeptDeployment | undefined): ServiceState {
  const { running, changedAt, deploying } = service;
  if (running === undefined) {
    return { state: 'unknown', note: 'ECS does not say which revision it runs, or it could not be read.' };
  }
  const isSame = before?.target?.taskDefinitionArn === running.taskDefinitionArn;
  const since = isSame ? before.endedAt : deploying === undefined ? changedAt : undefined;
  return {
    state: 'runs',
    runs: running,
    ...(since === undefined ? {} : { since }),
    ...(deploying === undefined ? {} : { deploying }),
  };
}

/** What ECS showed last; the moment is after that. */
function afterReading(service: KeptService, before: KeptDeployment | undefined): ServiceState {
  const shown = runningNow(service, before);
  if (shown.runs === undefined) return shown;
  const missing = service.goneAt === undefined ? 'a change' : 'a change or its deletion';
  return {
    ...shown,
    state: 'unsure',
    note: `ECS was last read on ${utcText(service.readAt)}: ${missing} after that would not show.`,
  };
}

function beforeCreation(service: KeptService, records: Records, moment: string): ServiceState {
  const earlier = records.ecs?.before ?? records.journal?.before;
  if (earlier !== undefined) {
    const recorded = byJournal(records, moment);
    return {
      ...recorded,
      note: `The service of today was created on ${dayOf(service.createdAt)}: this was an earlier one with its name, if it was not deleted by then.`,
    };
  }
  return { state: 'absent', note: `Created on ${dayOf(service.createdAt)}.` };
}

/** ECS lists all deployments around the moment. */
function byListedDeployments(
  { service, before, during, failed, after }: ServiceAround,
  moment: string,
): ServiceState {
  const deploying = during?.target === undefined ? {} : { deploying: during.target };
  const unclear = failedSince(failed, before);
  if (unclear !== undefined) {
    return {
      state: 'unsure',
      ...(before?.target === undefined ? {} : { runs: before.target }),
      ...sinceOf(before),
      ...deploying,
      note: unclear,
    };
  }
  if (before?.target !== undefined) {
    return { state: 'runs', runs: before.target, ...sinceOf(before), ...deploying };
  }
  // Nothing had ended by then, so that it still ran what the next deployment replaced.
  const next = during ?? after;
  if (next?.source !== undefined) return { state: 'runs', runs: next.source, ...deploying };
  const { running, changedAt } = service;
  if (next === undefined && running !== undefined && changedAt !== undefined && changedAt <= moment) {
    return { state: 'runs', runs: running, since: changedAt };
  }
  return {
    state: 'unknown',
    ...deploying,
    note: 'ECS does not list what ran before its first known deployment.',
  };
}

/** A deployment that failed or was stopped without a rollback leaves tasks of both revisions. */
function failedSince(
  failed: KeptDeployment | undefined,
  before: KeptDeployment | undefined,
): string | undefined {
  if (failed?.endedAt === undefined || failed.endedAt <= (before?.endedAt ?? '')) return undefined;
  const revision =
    failed.target === undefined ? 'a revision' : revisionNameOf(failed.target.taskDefinitionArn);
  const ended = failed.outcome === 'stopped' ? 'was stopped' : 'failed';
  return `A deployment of ${revision} ${ended} on ${utcText(failed.endedAt)} and was not rolled back: tasks of both revisions can have run.`;
}

/** The moment is before what ECS lists: the journal and what ECS listed earlier, with what that leaves open. */
function byJournal({ ecs, journal, revisionOf }: Records, moment: string): ServiceState {
  const known = newestOf([
    ecs?.before?.target && {
      ends: ecs.before.endedAt ?? '',
      revision: ecs.before.target,
    },
    ofJournal(journal?.before, revisionOf),
  ]);
  const next = nextBase(ecs, journal);
  const listed = ecs?.service.listedFrom;
  if (known === undefined) {
    const found =
      next === undefined
        ? ''
        : ` The next recorded change, on ${utcText(next.at)}, found ${revisionNameOf(next.taskDefinitionArn)}.`;
    return { state: 'unknown', note: `No record from before ${utcText(moment)}${reach(listed)}.${found}` };
  }
  const name = revisionNameOf(known.revision.taskDefinitionArn);
  if (next !== undefined && next.taskDefinitionArn !== known.revision.taskDefinitionArn) {
    return {
      state: 'unknown',
      note:
        `${name} ran from ${utcText(known.ends)} on. The next recorded change, on ${utcText(next.at)}, found ` +
        `${revisionNameOf(next.taskDefinitionArn)}, which was deployed outside Slipway at a time that ECS no longer lists.`,
    };
  }
  const confirmed =
    next === undefined ? '' : ` The next recorded change, on ${utcText(next.at)}, still found it.`;
  return {
    state: 'unsure',
    runs: known.revision,
    since: known.ends,
    note: `The last recorded deployment by then${reach(listed)}: one outside Slipway would not show.${confirmed}`,
  };
}

interface Recorded {
  readonly ends: string;
  readonly revision: KeptRevision;
}

function ofJournal(change: ChangesAround['before'], revisionOf: Records['revisionOf']): Recorded | undefined {
  if (change?.taskDefinitionArn === undefined || change.settledAt === undefined) return undefined;
  const revision = revisionOf(change.taskDefinitionArn) ?? {
    taskDefinitionArn: change.taskDefinitionArn,
    images: [],
  };
  return { ends: change.settledAt, revision };
}

function newestOf(recorded: readonly (Recorded | undefined)[]): Recorded | undefined {
  return recorded
    .filter((each) => each !== undefined)
    .toSorted((one, other) => other.ends.localeCompare(one.ends))[0];
}

/** What the first change after the moment found running. */
function nextBase(
  ecs: ServiceAround | undefined,
  journal: ChangesAround | undefined,
): { readonly at: string; readonly taskDefinitionArn: string } | undefined {
  const found = [
    { at: ecs?.after?.at, taskDefinitionArn: ecs?.after?.source?.taskDefinitionArn },
    { at: journal?.after?.at, taskDefinitionArn: journal?.after?.base },
  ].flatMap(({ at, taskDefinitionArn }) =>
    at === undefined || taskDefinitionArn === undefined ? [] : [{ at, taskDefinitionArn }],
  );
  return found.toSorted((one, other) => one.at.localeCompare(other.at))[0];
}

function reach(listedFrom: string | undefined): string {
  return listedFrom === undefined ? '' : ` (ECS lists deployments from ${dayOf(listedFrom)} on)`;
}

function sinceOf(before: KeptDeployment | undefined): Pick<ServiceState, 'since'> {
  return before?.endedAt === undefined ? {} : { since: before.endedAt };
}

function dayOf(instant: string | undefined): string {
  return (instant ?? '').slice(0, 10);
}

/** A revision by the image of its main container: the one that is called like the service or the family. */
export function versionOf(revision: KeptRevision, service: string): RunningVersion {
  const name = revisionNameOf(revision.taskDefinitionArn);
  const image = mainImageOf(revision, service);
  const version = imageVersionText(undefined, image);
  return {
    revision: name,
    ...(version === '' ? {} : { version }),
    ...(image?.digest === undefined ? {} : { digest: image.digest }),
  };
}

/** The main image of a revision. */
export function mainImageOf(revision: KeptRevision | undefined, service: string): ContainerImage | undefined {
  if (revision === undefined) return undefined;
  const [family = ''] = revisionNameOf(revision.taskDefinitionArn).split(':');
  return mainContainer(revision.images, [service, family]);
}
