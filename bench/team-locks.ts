import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { createSubjects, truthOf } from '../src/main/engine/testing/deploy-subjects.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/start.ts';
import { type Figure, median } from './figure.ts';

const DEPLOYS = Number(process.env.SLIPWAY_BENCH_DEPLOYS ?? 1000);
const PROCESSES = Number(process.env.SLIPWAY_BENCH_PROCESSES ?? 20);
/** `false` lets releases go on that cannot take the lock, as without a rule with `required: true`. */
const REQUIRED = process.env.SLIPWAY_BENCH_REQUIRED !== 'false';
const SERVICES = 10;
const SPEED = 500;
const HOUR_MS = 3_600_000;
/** Shorter than a minute, so that many locks lapse. */
const TIMES = { leaseMs: 20_000, graceMs: 2_000 };
const LONGER_THAN_THE_LEASE_MS = 26_000;
const SHARES = { answersLost: 0.02, killed: 0.03, paused: 0.03, heldBack: 0.02 };
const TABLE = 'slipway-ledger';

/** Something that the control plane has accepted, between these moments of one clock. */
interface Event {
  readonly kind: 'taken' | 'given back' | 'updated';
  readonly service: string;
  readonly worker: number;
  /** When it was passed on to AWS, and when AWS had answered. */
  readonly sent: number;
  readonly answered: number;
}

/**
 * 20 Slipways deploy 10 services, with clocks that are up to an hour off, while some are killed, paused for longer than a
 * lease, held back between their signature and AWS, and lose answers. What ECS accepts is compared with the history of
 * the locks, and with the journals of who sent it.
 */
export async function run(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const sandbox = await startSandbox({ scenario: 'demo', speed: SPEED });
  const events: Event[] = [];
  const workers: Worker[] = [];
  try {
    const truth = truthOf(sandbox);
    const accounts = Array.from({ length: SERVICES }, () => 'sandbox');
    const { host } = new URL(sandbox.endpoint);
    await createSubjects({ truth, region: sandbox.region, registry: host, accounts });
    for (let index = 0; index < PROCESSES; index += 1)
      workers.push(await openWorker(sandbox, { index, data: join(folder, `${index}`), events }));
    await workers[0]?.createTable();
    process.stderr.write('All processes have started.\n');
    const began = performance.now();
    const accepted = (): number => events.filter(({ kind }) => kind === 'updated').length;
    await Promise.all(workers.map((worker) => worker.deployUntil(() => accepted() >= DEPLOYS)));
    const minutes = (performance.now() - began) / 60_000;
    for (const worker of workers) await worker.shareAll();
    for (const worker of workers) await worker.close();
    const doubles = doubleReleases(events);
    for (const each of doubles.slice(0, 10)) process.stderr.write(`${each}\n`);
    const stored = await entriesInLedger(sandbox);
    const inLedger = new Set(stored);
    const entries = workers.flatMap((worker) => worker.entries());
    const unshared = entries.filter((id) => !inLedger.has(id)).length;
    const lost = workers.reduce((sum, worker) => sum + worker.unrecorded(), unshared);
    const refusals = tallied(workers.flatMap(({ refusals: said }) => said));
    for (const [sentence, times] of refusals) process.stderr.write(`${times} × ${sentence}\n`);
    const count = (of: (worker: Worker) => number) => workers.reduce((sum, worker) => sum + of(worker), 0);
    return [
      { figure: 'team.releases', value: accepted(), unit: 'releases' },
      { figure: 'team.double-releases', value: doubles.length, unit: 'releases' },
      { figure: 'team.lost-entries', value: lost, unit: 'entries' },
      { figure: 'team.double-entries', value: stored.length - inLedger.size, unit: 'entries' },
      { figure: 'team.entries', value: inLedger.size, unit: 'entries' },
      { figure: 'team.lapsed-signatures', value: count(({ counts }) => counts.lapsed), unit: 'requests' },
      { figure: 'team.kills', value: count(({ counts }) => counts.kills), unit: 'processes' },
      { figure: 'team.pauses', value: count(({ counts }) => counts.pauses), unit: 'pauses' },
      { figure: 'team.answers-lost', value: count(({ counts }) => counts.lost), unit: 'answers' },
      { figure: 'team.lock-ms', value: lockMs(events), unit: 'ms' },
      { figure: 'team.minutes', value: Number(minutes.toFixed(1)), unit: 'min' },
    ];
  } finally {
    for (const worker of workers) await worker.close();
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The ids of the entries in the ledger. */
async function entriesInLedger({ endpoint, region, credentials }: Sandbox): Promise<readonly string[]> {
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const ids: string[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: TABLE })) {
    for (const { sk, id } of Items) {
      if (sk?.S?.startsWith('entry#') === true && id?.S !== undefined) ids.push(id.S);
    }
  }
  client.destroy();
  return ids;
}

/**
 * Updates that ECS has accepted while the lock was not with who sent them: nobody else may have taken it between the
 * sender's own take and the answer to the update, and no other update may overlap.
 */
function doubleReleases(events: readonly Event[]): readonly string[] {
  return events
    .filter(({ kind }) => kind === 'updated')
    .flatMap((update) => {
      const ofService = events.filter(({ service }) => service === update.service);
      const own = ofService.findLast(
        ({ kind, worker, answered }) =>
          kind === 'taken' && worker === update.worker && answered <= update.sent,
      );
      const intruder = ofService.find(
        ({ kind, worker, sent, answered }) =>
          worker !== update.worker &&
          (kind === 'updated'
            ? sent < update.answered && answered > update.sent
            : kind === 'taken' && own !== undefined && sent > own.answered && answered < update.sent),
      );
      if (own !== undefined && intruder === undefined) return [];
      return [
        `${update.service} was updated by ${update.worker} at ${Math.round(update.sent)}: ${own === undefined ? 'without the lock' : `although ${intruder?.worker} had ${intruder?.kind} at ${Math.round(intruder?.answered ?? 0)}`}`,
      ];
    });
}

/** What the lock takes of a release: the request that takes it and the one that gives it back. */
function lockMs(events: readonly Event[]): number {
  const of = (wanted: Event['kind']) =>
    median(events.filter(({ kind }) => kind === wanted).map(({ sent, answered }) => answered - sent));
  return Math.round(of('taken') + of('given back'));
}

function tallied(sentences: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const sentence of sentences) {
    const kind = sentence.replaceAll(/subject-\d+|[0-9a-f-]{36}|\d[\d:.TZ-]{6,}/g, '…').slice(0, 200);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].toSorted(([, one], [, other]) => other - one).slice(0, 12);
}

interface Worker {
  readonly refusals: readonly string[];
  readonly counts: { kills: number; pauses: number; lost: number; lapsed: number };
  createTable(): Promise<void>;
  deployUntil(isEnough: () => boolean): Promise<void>;
  /** Starts it once more, without faults, until its entries are in the ledger. */
  shareAll(): Promise<void>;
  /** The ids of the entries in its journal. */
  entries(): readonly string[];
  /** Updates that ECS accepted and that its journal has not. */
  unrecorded(): number;
  close(): Promise<void>;
}

const Answer = z.object({ refusal: z.string().optional() });

async function openWorker(
  sandbox: Sandbox,
  { index, data, events }: { readonly index: number; readonly data: string; readonly events: Event[] },
): Promise<Worker> {
  mkdirSync(data, { recursive: true });
  writeFileSync(
    join(data, 'environments.yml'),
    `rules:\n  - cluster: tools\n    ledger: { table: ${TABLE}, required: ${REQUIRED} }\n`,
  );
  const counts = { kills: 0, pauses: 0, lost: 0, lapsed: 0 };
  const refusals: string[] = [];
  let accepted = 0;
  let child: ChildProcess | undefined;
  let isClosed = false;
  let isFaulty = false;
  const proxy = createServer((incoming, outgoing) => void carry(incoming, outgoing));
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

  async function carry(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const operation = String(incoming.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
    const body = await buffer(incoming);
    const isUpdate = operation === 'UpdateService';
    if (isFaulty && isUpdate && Math.random() < SHARES.heldBack) await wait(LONGER_THAN_THE_LEASE_MS);
    const sent = performance.now();
    const { method = 'GET', headers, url = '/' } = incoming;
    const passed = request(new URL(url, sandbox.endpoint), { method, headers }, (answer) => {
      void buffer(answer).then((content) => {
        const answered = performance.now();
        const isDone = answer.statusCode === 200;
        if (isUpdate && isDone) {
          accepted += 1;
          events.push({ kind: 'updated', service: serviceOf(body), worker: index, sent, answered });
        }
        if (isUpdate && content.includes('Signature expired')) counts.lapsed += 1;
        const lock = isDone && operation === 'UpdateItem' ? lockOf(body) : undefined;
        if (lock !== undefined) events.push({ ...lock, worker: index, sent, answered });
        if (isFaulty && Math.random() < SHARES.answersLost) {
          counts.lost += 1;
          outgoing.destroy();
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers).end(content);
      });
    });
    passed.on('error', () => outgoing.destroy());
    passed.end(body);
  }

  async function start(): Promise<ChildProcess> {
    // Every second clock is right; the others are up to an hour off, in both directions.
    const skewMs = index % 2 === 0 ? 0 : Math.round((Math.random() * 2 - 1) * HOUR_MS);
    const { region, credentials } = sandbox;
    const options = JSON.stringify({ data, endpoint, region, credentials, skewMs, times: TIMES });
    const started = fork(join(import.meta.dirname, 'team-worker.ts'), [options]);
    await once(started, 'message');
    return started;
  }

  /** One release, which may be killed or paused on its way. */
  async function deployOnce(): Promise<void> {
    child ??= await start();
    const worker = child;
    const service = `subject-${1 + Math.floor(Math.random() * SERVICES)}`;
    const listening = new AbortController();
    const { signal } = listening;
    const ended = Promise.race([
      once(worker, 'message', { signal }).then(([message]) => Answer.parse(message).refusal),
      once(worker, 'exit', { signal }).then(() => 'killed'),
    ]).finally(() => listening.abort());
    worker.send({ service });
    const chance = Math.random();
    if (chance < SHARES.killed + SHARES.paused) {
      await Promise.race([ended, wait(Math.random() * 600)]);
      if (chance < SHARES.killed) {
        counts.kills += 1;
        child = undefined;
        worker.kill('SIGKILL');
      } else {
        counts.pauses += 1;
        worker.kill('SIGSTOP');
        await wait(LONGER_THAN_THE_LEASE_MS);
        worker.kill('SIGCONT');
      }
    }
    const refusal = await ended;
    if (refusal !== undefined) refusals.push(refusal);
  }

  async function ask(task: object): Promise<string | undefined> {
    child ??= await start();
    const answer: Promise<readonly unknown[]> = once(child, 'message');
    child.send(task);
    const [message] = await answer;
    return Answer.parse(message).refusal;
  }

  return {
    refusals,
    counts,
    async createTable() {
      const refusal = await ask({ create: TABLE });
      if (refusal !== undefined) throw new Error(refusal);
    },
    async deployUntil(isEnough) {
      isFaulty = true;
      while (!isEnough()) await deployOnce();
      isFaulty = false;
    },
    async shareAll() {
      for (let times = 0; times < 10; times += 1) {
        if ((await ask({ share: true })) === undefined) return;
      }
    },
    entries() {
      const journal = new DatabaseSync(join(data, 'journal.sqlite'), { readOnly: true });
      const rows = journal.prepare(`SELECT id FROM entries WHERE origin IS NULL AND cluster = 'tools'`).all();
      journal.close();
      return rows.map(({ id }) => String(id));
    },
    unrecorded() {
      const journal = new DatabaseSync(join(data, 'journal.sqlite'), { readOnly: true });
      const row = journal.prepare(`SELECT count(*) AS n FROM steps WHERE operation = 'UpdateService'`).get();
      journal.close();
      return Math.max(0, accepted - Number(row?.n ?? 0));
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      const exit = child === undefined ? undefined : once(child, 'exit');
      child?.kill('SIGKILL');
      await exit;
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}

const Update = z.object({ service: z.string() });

function serviceOf(body: Buffer): string {
  return Update.parse(JSON.parse(body.toString())).service;
}

const LockUpdate = z.object({
  Key: z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.literal('lock') }) }),
  UpdateExpression: z.string(),
});

/** What an update of a lock was; undefined for a renewal. */
function lockOf(body: Buffer): Pick<Event, 'kind' | 'service'> | undefined {
  const { data } = LockUpdate.safeParse(JSON.parse(body.toString()));
  if (data === undefined) return undefined;
  const service = data.Key.pk.S.split('#').at(-1) ?? '';
  if (data.UpdateExpression.startsWith('SET #holder')) return { kind: 'taken', service };
  return data.UpdateExpression.startsWith('REMOVE #holder') ? { kind: 'given back', service } : undefined;
}
