import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { createEngine } from '../../engine/engine.ts';
import { createKnownSecrets } from '../../engine/ports/known-secrets.ts';
import type { Clock } from '../../engine/ports/ports.ts';
import { TEST_POLL_INTERVAL_MS, withoutRequestLimits } from '../../engine/testing/pace.ts';
import type { EngineOpener } from '../command/verb.ts';
import { type Ran, type RunOptions, run } from './run.ts';

/** A sandbox and an engine in this process, for commands of the command line. */
export interface CliEngine {
  readonly sandbox: TestSandbox;
  /** Where the images are: `127.0.0.1:4566`. */
  readonly registry: string;
  /** Runs a command in the sandbox, while its time passes. */
  slipway(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Runs a command in the sandbox, whose time stands still. */
  slipwayAtStandstill(args: readonly string[], options?: RunOptions): Promise<Ran>;
  close(): Promise<void>;
}

/**
 * Opens them with the demo account.
 *
 * @param environment what the engine sees beside HOME, such as DOCKER_HOST
 * @param prepared a sandbox of the test; it is closed with the rest
 * @param clock the clock of the engine; that of the machine where it is missing
 */
export async function openCliEngine(
  environment: Readonly<Record<string, string | undefined>> = {},
  prepared?: TestSandbox,
  clock: Clock = { now: () => new Date() },
): Promise<CliEngine> {
  const sandbox = prepared ?? (await startTestSandbox({ scenario: 'demo' }));
  const folder = await mkdtemp(join(tmpdir(), 'slipway-cli-'));
  const { endpoint, credentials, region, speed } = sandbox;
  const engine = await createEngine({
    environment: { HOME: folder, ...environment },
    paths: { data: folder },
    clock,
    logger: pino({ level: 'silent' }),
    secrets: createKnownSecrets(),
    host: { host: 'cli', version: '1.2.3' },
    accounts: [{ id: 'sandbox', name: 'sandbox', region, endpoint, credentials, pace: speed }],
    pollIntervalMs: TEST_POLL_INTERVAL_MS,
    limitsOf: withoutRequestLimits,
  });
  const openEngine: EngineOpener = async () => ({
    dispatcher: engine.dispatcher,
    close: async () => undefined,
  });
  // Behind the verb: what follows `--` is no option.
  const slipwayAtStandstill: CliEngine['slipwayAtStandstill'] = ([verb = '', ...args], options) =>
    run([verb, '--sandbox', endpoint, ...args], { openEngine, ...options });
  return {
    sandbox,
    registry: new URL(endpoint).host,
    slipwayAtStandstill,
    slipway: (args, options) => sandbox.clock.runUntil(slipwayAtStandstill(args, options)),
    async close() {
      await engine.close();
      await sandbox.close();
      await rm(folder, { recursive: true });
    },
  };
}
