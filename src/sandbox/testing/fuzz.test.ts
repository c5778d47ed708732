import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../start.ts';
import { ALL_CALLS } from './api-coverage/all-calls.ts';
import { createApiCaller } from './api-coverage/api-caller.ts';
import { createFuzzCalls, type FuzzRequest, signed } from './fuzz-calls.ts';
import { createMutations } from './fuzz-mutations.ts';
import { createRegistryStrays, createStrays } from './fuzz-strays.ts';
import { createFuzzValues } from './fuzz-values.ts';
import { createRandom } from './random.ts';
import { sendRaw } from './raw-requests.ts';
import { createSteppedClock, type SteppedClock } from './stepped-clock.ts';

/** More of them, or others: `SLIPWAY_FUZZ_REQUESTS=10000 SLIPWAY_FUZZ_SEED=7`. */
const REQUESTS = Number(process.env.SLIPWAY_FUZZ_REQUESTS ?? 1000);
const SEED = Number(process.env.SLIPWAY_FUZZ_SEED ?? 1);

/** Far more than they take on a busy machine: a limit for hanging, not for slowness. */
const LIMIT_MS = 120_000 + REQUESTS * 200;

const HOUR = 60 * 60 * 1000;

let sandbox: Sandbox;
let clock: SteppedClock;
const logged: unknown[] = [];
/** Settled by what no request may cause; the request would then have no answer. */
const unhandled = Promise.withResolvers<unknown>();

beforeAll(async () => {
  process.on('unhandledRejection', unhandled.resolve);
  clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
  sandbox = await startSandbox({
    scenario: 'demo',
    clock,
    logger: { warn: () => undefined, error: (fields, message) => logged.push([message, fields]) },
  });
}, LIMIT_MS);
afterAll(async () => {
  await sandbox.close();
  process.off('unhandledRejection', unhandled.resolve);
});

it(
  `no request of ${REQUESTS} ends the sandbox, or is answered with a 5xx`,
  async () => {
    const random = createRandom(SEED);
    const values = createFuzzValues(random);
    const { endpoint, region, credentials } = sandbox;
    const ecr = new ECRClient({ endpoint, region, credentials });
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const authorization = `Basic ${authorizationData?.[0]?.authorizationToken ?? ''}`;

    const apiCaller = createApiCaller(sandbox, clock);
    for (const walk of Object.values(ALL_CALLS)) await walk(apiCaller);
    // A live tail that is accepted is answered for three hours (StartLiveTail).
    const requests = apiCaller.requests().filter(({ headers }) => !isLiveTail(headers['x-amz-target']));
    const operations = sandbox.operations.filter((operation) => !isLiveTail(operation));
    const mutation = createMutations(requests, random, values);
    const call = createFuzzCalls(operations, random, values);
    const stray = createStrays(random);
    const uploads: string[] = [];
    const registryStray = createRegistryStrays(random, values, authorization, uploads);
    const bad: unknown[] = [];
    let succeeded = 0;
    for (let count = 0; count < REQUESTS; count += 1) {
      const make = random.pick([mutation, mutation, mutation, call, registryStray, stray]);
      const request = make === mutation || make === call ? await signed(make()) : make();
      const { status, text } = await Promise.race([
        sendRaw(endpoint, ...onTheWire(request)),
        unhandled.promise.then((error) => ({ status: 0, text: String(error) })),
      ]);
      if (status === 0 || status >= 500 || logged.length > 0) {
        bad.push({ count, request: printable(request), status, text, logged: logged.splice(0) });
      }
      if (status === 200 || status === 201) {
        succeeded += 1;
        values.learn(jsonIn(text));
      }
      const location = /^location: (\/v2\/.*\/blobs\/uploads\/.*)$/im.exec(text)?.[1];
      if (location !== undefined) uploads.push(location);
      if (random.chance(0.1)) clock.advance(random.below(HOUR));
    }
    expect(bad).toEqual([]);
    // Or else only refusals were tested.
    expect(succeeded).toBeGreaterThan(REQUESTS / 10);
    expect((await fetch(`${endpoint}/v2/`)).status).toBe(401);
  },
  LIMIT_MS,
);

function isLiveTail(operation = ''): boolean {
  return operation.endsWith('.StartLiveTail');
}

function onTheWire({ method, target, headers, body }: FuzzRequest): readonly (string | Buffer)[] {
  const lines = Object.entries({
    host: 'localhost',
    ...headers,
    connection: 'close',
    'content-length': String(body.length),
  });
  const head = [
    `${method} ${target} HTTP/1.1`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');
  return [head, body];
}

function printable({ body, ...request }: FuzzRequest): object {
  return { ...request, body: body.toString('latin1').slice(0, 3000) };
}

function jsonIn(answer: string): unknown {
  const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
