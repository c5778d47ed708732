import type {
  DaemonTaskDefinition,
  DaemonTaskDefinitionStatus,
  RegisterDaemonTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import { daemonTaskDefinitionArn } from './arns.ts';
import { type EcsContext, secondsAfter } from './context.ts';
import type { DaemonTaskDefinitionRecord } from './daemon-records.ts';
import { isDaemonThere } from './daemons.ts';
import { clientError } from './errors.ts';

const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const REFERENCE =
  /^(?:arn:[^:]+:ecs:[^:]*:[^:]*:daemon-task-definition\/)?(?<family>[A-Za-z0-9_-]{1,255})(?::(?<revision>\d{1,9}))?$/;
/** How long ECS takes to delete one that nothing uses. */
const DELETION_SECONDS = 60;

/**
 * Registers the next revision of a daemon's family. Throws ClientException for what ECS refuses.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-daemons-task-definitions.html
 */
export function registerDaemonTaskDefinition(
  { state, home }: EcsContext,
  { tags = [], family = '', containerDefinitions = [], ...content }: RegisterDaemonTaskDefinitionRequest,
  registration: { readonly registeredAt: Date; readonly registeredBy: string },
): DaemonTaskDefinitionRecord {
  if (!NAME.test(family)) throw clientError('Family must match [a-zA-Z0-9-_]{1,255}.');
  if (containerDefinitions.length === 0) throw clientError('Container list cannot be empty.');
  if (containerDefinitions.some(({ image = '' }) => image === '')) {
    throw clientError('Container.image should not be null or empty.');
  }
  if (containerDefinitions.every(({ essential }) => essential === false)) {
    throw clientError('A daemon task definition must have at least one essential container.');
  }
  const names = containerDefinitions.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    throw clientError('Container names must be unique within a daemon task definition.');
  }
  const revision = (state.daemonFamilies.get(family)?.lastRevision ?? 0) + 1;
  const record: DaemonTaskDefinitionRecord = {
    definition: {
      volumes: [],
      ...content,
      containerDefinitions: containerDefinitions.map((container) => ({ essential: true, ...container })),
      daemonTaskDefinitionArn: daemonTaskDefinitionArn(home, family, revision),
      family,
      revision,
      status: 'ACTIVE',
      ...registration,
    },
    tags,
  };
  state.daemonFamilies.put({ family, lastRevision: revision });
  state.daemonTaskDefinitions.put(record);
  return record;
}

/** Of `family`, which means its newest ACTIVE revision, `family:revision`, or an ARN. Throws ClientException. */
export function requireDaemonTaskDefinition(context: EcsContext, name: string): DaemonTaskDefinitionRecord {
  const { state, home } = context;
  const { family, revision } = REFERENCE.exec(name)?.groups ?? {};
  const record =
    family === undefined
      ? undefined
      : revision === undefined
        ? [...state.daemonTaskDefinitions.inGroup(family)].findLast(
            (each) => statusOf(context, each) === 'ACTIVE',
          )
        : state.daemonTaskDefinitions.get(daemonTaskDefinitionArn(home, family, Number(revision)));
  if (record === undefined) throw clientError('Unable to describe daemon task definition.');
  return record;
}

/** A revision that is being deleted stays as long as a daemon uses it. */
export function statusOf(
  context: EcsContext,
  record: DaemonTaskDefinitionRecord,
): DaemonTaskDefinitionStatus {
  const { status, deleteRequestedAt, daemonTaskDefinitionArn: arn } = record.definition;
  if (deleteRequestedAt === undefined) return status;
  const { state, clock } = context;
  const isUsed = [...state.daemonRevisions.all()].some(
    ({ daemonTaskDefinitionArn: used, daemonArn }) => used === arn && isDaemonThere(context, daemonArn),
  );
  const isDue = secondsAfter(deleteRequestedAt, DELETION_SECONDS) <= clock.now();
  return isDue && !isUsed ? 'DELETED' : 'DELETE_IN_PROGRESS';
}

export function viewDaemonTaskDefinition(
  context: EcsContext,
  record: DaemonTaskDefinitionRecord,
): DaemonTaskDefinition {
  return { ...record.definition, status: statusOf(context, record) };
}
