import { randomBytes } from 'node:crypto';
import { silentLogger } from '../core/logger.ts';
import { listenOnLoopback } from './loopback-server.ts';

/** An address at which another process of this machine sets how fast a sandbox's clock runs. */
export interface ClockControl {
  /** `PUT {address}/0.5` sets the speed to 0.5. Who does not know the whole address gets 404. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves a control of a clock, for end-to-end tests: a test lets time stand nearly still while it looks at a
 * deployment, and lets it run for the end. Answers 204 once the speed is set, 400 to what is no speed, and 500 when it
 * could not be set.
 */
export async function serveClockControl(setSpeed: (speed: number) => void): Promise<ClockControl> {
  const server = await listenOnLoopback(0, { logger: silentLogger });
  const path = `/${randomBytes(16).toString('hex')}/speed`;
  server.handle(async (request, response, target) => {
    const { status, problem = '' } = answerTo(request.method, target.pathname, path, setSpeed);
    response.writeHead(status).end(problem);
  });
  return { address: `http://${server.host}${path}`, close: () => server.close() };
}

function answerTo(
  method: string | undefined,
  asked: string,
  path: string,
  setSpeed: (speed: number) => void,
): { readonly status: number; readonly problem?: string } {
  if (method !== 'PUT' || !asked.startsWith(`${path}/`)) return { status: 404 };
  const speed = Number(asked.slice(path.length + 1));
  if (!Number.isFinite(speed) || speed <= 0)
    return { status: 400, problem: 'The speed is no number above 0.' };
  try {
    setSpeed(speed);
    return { status: 204 };
  } catch (error) {
    return { status: 500, problem: error instanceof Error ? error.message : String(error) };
  }
}
