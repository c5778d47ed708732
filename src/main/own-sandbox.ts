import type { SandboxCredentials } from '../sandbox/aws-api/access-keys.ts';
import type { ClockControl } from '../sandbox/http/clock-control.ts';
import type { Sandbox } from '../sandbox/start.ts';
import type { Logger, Ports, StartedSandbox } from './engine/ports/ports.ts';
import { startKeptSandbox } from './kept-sandbox.ts';

/** A controlled clock nearly stands still until a test runs it: one of its seconds takes 100 real ones. */
const CONTROLLED_SPEED = 0.01;

type Environment = Ports['environment'];

interface OwnSandboxOptions {
  readonly environment: Environment;
  readonly dataFolder: string;
  readonly logger: Logger;
}

/** The sandbox of an app with a window. */
export interface OwnSandbox extends StartedSandbox {
  /** Where a test sets the speed of its clock; nothing unless the environment asks for it. */
  readonly clock: string | undefined;
}

/** Loads and starts it. Between the two it waits for `letOthersRun`: loading keeps the process busy. */
export async function startOwnSandbox(
  { environment, dataFolder, logger }: OwnSandboxOptions,
  letOthersRun: () => Promise<void>,
): Promise<OwnSandbox> {
  await import('../sandbox/start.ts');
  await letOthersRun();
  const isControlled = isClockControlled(environment);
  const controlled = isControlled ? { speed: CONTROLLED_SPEED, ...secretCredentials(environment) } : {};
  const { sandbox, isTemporary } = await startKeptSandbox({ dataFolder, logger, ...controlled });
  const clock = isControlled ? await controlClock(sandbox) : undefined;
  if (clock !== undefined) logger.info({ sandboxClock: clock.address }, 'The clock is controlled');
  const { region, endpoint, credentials, speed } = sandbox;
  return {
    account: { id: 'sandbox', name: 'sandbox', region, endpoint, credentials, pace: speed },
    isTemporary,
    clock: clock?.address,
    async close() {
      await clock?.close();
      await sandbox.close();
    },
  };
}

/** End-to-end tests control the sandbox's clock through this variable. */
export function isClockControlled(environment: Environment): boolean {
  return environment.SLIPWAY_SANDBOX_CLOCK === 'controlled';
}

/** They also look for the credentials of its account where none may be, which they cannot do with the public key. */
function secretCredentials({ SLIPWAY_SANDBOX_SECRET: secret }: Environment): {
  readonly credentials?: SandboxCredentials;
} {
  if (!secret) return {};
  const sessionToken = `${secret}/token`;
  return { credentials: { accessKeyId: 'ASIASANDBOXOFSLIPWAY', secretAccessKey: secret, sessionToken } };
}

async function controlClock(sandbox: Sandbox): Promise<ClockControl> {
  const { serveClockControl } = await import('../sandbox/http/clock-control.ts');
  return serveClockControl((speed) => sandbox.setSpeed(speed));
}
