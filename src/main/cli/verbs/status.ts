import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Deployment } from '../../../shared/model/deployment.ts';
import type { LockStatus } from '../../../shared/model/lock.ts';
import type { ServiceDetail, ServiceRef, ServiceRow } from '../../../shared/model/service.ts';
import type { Task } from '../../../shared/model/task.ts';
import { EXIT } from '../command/exit-code.ts';
import { findCluster, findElsewhere } from '../command/find-service.ts';
import { addExamples, addOutputFlags, addScopeFlags, addServiceFlags } from '../command/flags.ts';
import { shortDigest } from '../command/image-text.ts';
import { lockLines } from '../command/lock-wait.ts';
import { outcomeCell, stateCell, taskStateCell } from '../command/state-cells.ts';
import { printTable } from '../command/table.ts';
import { agoText, durationText } from '../command/time-text.ts';
import type { Invocation, Verb } from '../command/verb.ts';
import { isJudged, readVerdict, type ShortVerdict, verdictLine } from '../command/verdict.ts';
import { printWrapped } from '../command/wrap-line.ts';

/** Prints what a service runs: deployments, tasks, images by digest; without a service, the services of a cluster. */
export const verb: Verb = {
  configure(command) {
    addOutputFlags(addServiceFlags(addScopeFlags(command))).option(
      '--watch',
      'print again whenever something has changed, until interrupted',
    );
    addExamples(command, [
      ['the clusters of the account', 'slipway status -p prod'],
      ['the services of a cluster', 'slipway status -p prod -c production'],
      ['one service with its deployments, tasks and images', 'slipway status -p prod -c production -n web'],
      ['the same for a program', 'slipway status -p prod -c production -n web --json'],
    ]);
  },
  run: status,
};

/** How often `--watch` reads, in milliseconds. */
const WATCH_INTERVAL_MS = 3_000;

async function status(invocation: Invocation): Promise<number> {
  const { flags, io } = invocation;
  const client = await invocation.client();
  const print = await printerOf(invocation, client);
  await print();
  while (flags.isSet('watch') && !io.interrupt.aborted && !io.outputClosed.aborted) {
    await io.wait(WATCH_INTERVAL_MS);
    if (!io.interrupt.aborted && !io.outputClosed.aborted) await print();
  }
  return EXIT.success;
}

type Print = () => Promise<void>;

/** What prints the state once. Called again, it prints only what differs from the last time. */
async function printerOf(invocation: Invocation, client: Client): Promise<Print> {
  const { cluster, ...scope } = await invocation.scope();
  const service = invocation.flags.text('service');
  if (service !== undefined) {
    if (cluster === undefined) throw new SlipwayError('INVALID_INPUT', 'Name the cluster with -c.');
    const ref = { ...scope, cluster, service };
    return whenChanged(
      () => readService(client, ref, invocation.flags.isSet('watch') ? undefined : invocation.io.now()),
      (read) => printService(invocation, read),
    );
  }
  if (cluster !== undefined) {
    const ref = { ...scope, cluster };
    return whenChanged(
      async () => {
        const [rows, lock] = await Promise.all([
          client.call('services.list', ref).catch((error: unknown) => findCluster(client, ref, error)),
          client.call('locks.status', ref),
        ]);
        return { rows, lock };
      },
      (read) => printServices(invocation, read),
    );
  }
  return whenChanged(
    () => client.call('clusters.list', scope),
    (clusters) => {
      if (invocation.output.isJson) {
        invocation.output.json(clusters);
        return;
      }
      printTable(
        invocation.output,
        ['CLUSTER', 'SERVICES', 'RUNNING', 'PENDING', 'ENVIRONMENT'],
        clusters.map(({ name, services, runningTasks, pendingTasks, environment }) => [
          name,
          String(services),
          String(runningTasks),
          String(pendingTasks),
          environment,
        ]),
      );
    },
  );
}

function whenChanged<T>(read: () => Promise<T>, print: (value: T) => void): Print {
  let last: string | undefined;
  return async () => {
    const value = await read();
    const text = JSON.stringify(value);
    if (text === last) return;
    last = text;
    print(value);
  };
}

interface ServiceStatus {
  readonly service: ServiceDetail;
  readonly tasks: readonly Task[];
  readonly deployments: readonly Deployment[];
  /** Of a deployment that is in progress or ended in the last hour. Not with `--watch`: CloudWatch bills each reading. */
  readonly verdict: ShortVerdict | undefined;
  readonly lock: LockStatus;
}

/** How many deployments are shown. `slipway history` has them all. */
const SHOWN_DEPLOYMENTS = 5;

/** How many tasks that have ended are shown. With `--json` all are. */
const SHOWN_ENDED_TASKS = 5;

/** `now`: undefined where no verdict is wanted. */
async function readService(client: Client, ref: ServiceRef, now: Date | undefined): Promise<ServiceStatus> {
  const [service, tasks, deployments, lock] = await Promise.all([
    client.call('services.get', ref),
    client.call('services.tasks', ref),
    client.call('services.deployments', ref),
    client.call('locks.status', ref),
  ]).catch((error: unknown) => findElsewhere(client, ref, error));
  const [newest] = deployments;
  const verdict =
    now === undefined || newest === undefined || !isJudged(newest, now)
      ? undefined
      : await readVerdict(client, ref, newest.arn);
  return {
    service,
    // What only Slipway still has is no status of now.
    tasks: tasks.filter(({ keptAt }) => keptAt === undefined),
    deployments: deployments.slice(0, SHOWN_DEPLOYMENTS),
    verdict,
    lock,
  };
}

interface ClusterStatus {
  readonly rows: readonly ServiceRow[];
  readonly lock: LockStatus;
}

function printServices({ output, io }: Invocation, { rows, lock }: ClusterStatus): void {
  if (output.isJson) {
    output.json(rows);
    return;
  }
  const holds = lockLines(lock, io.now());
  for (const line of holds) printWrapped(output, [{ text: line, style: 'yellow' }]);
  if (holds.length > 0) output.line('');
  printTable(
    output,
    ['SERVICE', 'STATE', 'TASKS', 'REVISION', 'IMAGE', 'CHANGED', 'PROBLEM'],
    rows.map((row) => [
      row.name,
      stateCell(row),
      `${row.running}/${row.desired}`,
      row.revision,
      row.imageVersion,
      agoText(row.changedAt, io.now()),
      row.problem?.sentence ?? '',
    ]),
  );
}

function printService(
  { output, io }: Invocation,
  { service, tasks, deployments, verdict, lock }: ServiceStatus,
): void {
  if (output.isJson) {
    output.json({ service, tasks, deployments, verdict, lock });
    return;
  }
  const { name, cluster, running, desired, pending, revision, problem } = service;
  const waiting = pending > 0 ? `, ${pending} pending` : '';
  printWrapped(output, [
    { text: `${cluster}/${name}`, style: 'bold' },
    '  ',
    stateCell(service),
    `  ${running} of ${desired} tasks run${waiting}  ${revision}`,
  ]);
  if (problem !== undefined) {
    printWrapped(output, [{ text: problem.sentence, style: 'red' }]);
    printWrapped(output, problem.nextStep);
  }
  if (verdict !== undefined) printWrapped(output, verdictLine(verdict));
  for (const line of lockLines(lock, io.now())) printWrapped(output, [{ text: line, style: 'yellow' }]);
  output.line('');
  printTable(
    output,
    ['DEPLOYMENT', 'STATE', 'REVISION', 'STARTED', 'TOOK', 'REASON'],
    deployments.map((each) => [
      each.id,
      outcomeCell(each.outcome),
      each.revision ?? '',
      agoText(each.createdAt, io.now()),
      each.durationMs === undefined ? '' : durationText(each.durationMs),
      each.why ?? each.statusReason ?? '',
    ]),
  );
  output.line('');
  const live = tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED');
  const ended = tasks.filter(({ lastStatus }) => lastStatus === 'STOPPED');
  printTable(
    output,
    ['TASK', 'STATE', 'HEALTH', 'REVISION', 'STARTED', 'ZONE', 'REASON'],
    [...live, ...ended.slice(0, SHOWN_ENDED_TASKS)].map((task) => [
      task.id,
      taskStateCell(task.state),
      task.health,
      task.revision,
      agoText(task.startedAt ?? task.createdAt, io.now()),
      task.availabilityZone ?? '',
      task.stoppedReason ?? '',
    ]),
  );
  const more = ended.length - SHOWN_ENDED_TASKS;
  if (more > 0) {
    printWrapped(output, `and ${more} more ${more === 1 ? 'task that has' : 'tasks that have'} ended`);
  }
  output.line('');
  printTable(
    output,
    ['CONTAINER', 'IMAGE', 'DIGEST', 'TASKS', 'COMMIT'],
    service.runs.flatMap(({ container, image, digests }) =>
      digests.map(({ digest, tasks: count, facts, image: earlier }) => [
        container,
        earlier ?? image,
        shortDigest(digest),
        String(count),
        facts?.commit?.slice(0, 12) ?? '',
      ]),
    ),
  );
}
