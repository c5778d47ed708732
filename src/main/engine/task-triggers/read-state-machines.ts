import {
  DescribeStateMachineCommand,
  type DescribeStateMachineOutput,
  ListStateMachineVersionsCommand,
  paginateListStateMachines,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { SlipwayError } from '../../../shared/errors.ts';
import { lastPartOf } from '../aws/arns.ts';
import { eachOfFew } from '../ecs/batches.ts';
import { allPages } from './all-pages.ts';
import { stateMachineTasks } from './state-machine-tasks.ts';
import { joined, NO_TASK_TRIGGERS, type TaskTriggerReading } from './task-trigger.ts';
import { unlessGone } from './unless-missing.ts';

const PER_PAGE = 1000;

/** What was read of the versions of state machines, by the ARN of the machine. */
export type KnownVersions = Map<
  string,
  {
    /** The machine's own revision when its versions were listed. */
    readonly revisionId: string | undefined;
    /** By the ARN of the version: a version never changes. */
    readonly readings: ReadonlyMap<string, TaskTriggerReading>;
  }
>;

/**
 * What every state machine runs, and every version of it, since an execution or an alias may name one
 * (ListStateMachines, DescribeStateMachine, ListStateMachineVersions). A definition is read each time: the list does
 * not tell when it changed.
 */
export async function readStateMachines(
  client: SFNClient,
  known: KnownVersions,
  signal: AbortSignal,
): Promise<TaskTriggerReading> {
  const arns: string[] = [];
  const pages = paginateListStateMachines({ client, pageSize: PER_PAGE }, {}, { abortSignal: signal });
  for await (const { stateMachines = [] } of pages) {
    arns.push(...stateMachines.flatMap(({ stateMachineArn }) => stateMachineArn ?? []));
  }
  const readings = await eachOfFew(arns, async (arn) => {
    const machine = await readDefinition(client, arn, signal);
    if (machine === undefined) return NO_TASK_TRIGGERS;
    const versions = await readVersions(client, machine, known, signal);
    return joined([taskTriggersOf(machine), ...versions]);
  });
  return joined(readings);
}

/**
 * A version keeps a definition that the machine had when it was published. While the machine's revision is the one
 * that was seen with the list of its versions, a new version can only have what was read of the machine itself.
 */
async function readVersions(
  client: SFNClient,
  { stateMachineArn = '', revisionId }: DescribeStateMachineOutput,
  known: KnownVersions,
  signal: AbortSignal,
): Promise<readonly TaskTriggerReading[]> {
  const before = known.get(stateMachineArn);
  if (before !== undefined && before.revisionId === revisionId) return [...before.readings.values()];
  const listed = await unlessGone(() => listVersions(client, stateMachineArn, signal));
  const readings = await eachOfFew(listed ?? [], async (arn) => {
    const isKnown = before?.readings.get(arn);
    if (isKnown !== undefined) return [arn, isKnown] as const;
    const version = await readDefinition(client, arn, signal);
    const number = arn.slice(arn.lastIndexOf(':') + 1);
    return [
      arn,
      version === undefined ? NO_TASK_TRIGGERS : taskTriggersOf(version, `version ${number} of `),
    ] as const;
  });
  known.set(stateMachineArn, { revisionId, readings: new Map(readings) });
  return readings.map(([, reading]) => reading);
}

async function listVersions(
  client: SFNClient,
  stateMachineArn: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const versions = await allPages(async (nextToken) => {
    const command = new ListStateMachineVersionsCommand({ stateMachineArn, nextToken, maxResults: PER_PAGE });
    const page = await client.send(command, { abortSignal: signal });
    return { items: page.stateMachineVersions, next: page.nextToken };
  });
  return versions.flatMap(({ stateMachineVersionArn }) => stateMachineVersionArn ?? []);
}

/** Undefined when it is gone. Names the machine whose definition is encrypted and may not be decrypted. */
async function readDefinition(
  client: SFNClient,
  stateMachineArn: string,
  signal: AbortSignal,
): Promise<DescribeStateMachineOutput | undefined> {
  const command = new DescribeStateMachineCommand({ stateMachineArn });
  try {
    return await unlessGone(() => client.send(command, { abortSignal: signal }));
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === 'CANCELLED') throw error;
    const { code, message, retryable, detail } = error;
    const name = stateMachineArn.split(':stateMachine:').at(-1) ?? lastPartOf(stateMachineArn);
    throw new SlipwayError(code, `The state machine ${name} could not be read. ${message}`, {
      retryable,
      detail,
      cause: error,
    });
  }
}

/** What is unknown is told of the machine as a whole: it is the machine that somebody has to look at. */
function taskTriggersOf(
  { name, definition = '' }: Pick<DescribeStateMachineOutput, 'name' | 'definition'>,
  part = '',
): TaskTriggerReading {
  const machine = `the state machine ${name}`;
  const tasks = tasksOf(definition);
  if (tasks === undefined) {
    return { taskTriggers: [], unknown: [{ source: machine, reason: 'has a definition that is not JSON' }] };
  }
  const isComputed = tasks.some(({ kind }) => kind === 'computed');
  return {
    taskTriggers: tasks.flatMap((task) =>
      task.kind === 'named'
        ? [{ source: part + machine, isDisabled: false, taskDefinition: task.taskDefinition }]
        : [],
    ),
    unknown: isComputed ? [{ source: machine, reason: 'computes its task definition when it runs' }] : [],
  };
}

function tasksOf(definition: string): ReturnType<typeof stateMachineTasks> | undefined {
  try {
    return stateMachineTasks(definition);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
