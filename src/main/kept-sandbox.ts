import { join } from 'node:path';
import type { SandboxCredentials } from '../sandbox/aws-api/access-keys.ts';
import type { Sandbox } from '../sandbox/start.ts';
import type { Logger } from './engine/ports/ports.ts';

interface KeptSandboxOptions {
  readonly dataFolder: string;
  readonly logger: Logger;
  /** How many of its minutes pass in one of ours; the sandbox's own speed where it is missing. */
  readonly speed?: number;
  /** Of Slipway's own account; the public key where they are missing. */
  readonly credentials?: SandboxCredentials;
}

interface KeptSandbox {
  readonly sandbox: Sandbox;
  /** Its data ends with it. */
  readonly isTemporary: boolean;
}

/** Slipway's own sandbox, which continues where the last one ended; one in memory while another Slipway uses it. */
export async function startKeptSandbox({
  dataFolder,
  logger,
  ...others
}: KeptSandboxOptions): Promise<KeptSandbox> {
  const { startSandbox } = await import('../sandbox/start.ts');
  const inMemory = { scenario: 'demo', containerLines: 'requests', logger, ...others } as const;
  try {
    const sandbox = await startSandbox({ ...inMemory, dataFolder: join(dataFolder, 'sandbox') });
    return { sandbox, isTemporary: false };
  } catch (error) {
    logger.warn(
      { err: error },
      'The data folder of the sandbox could not be used: its data is kept in memory',
    );
    return { sandbox: await startSandbox(inMemory), isTemporary: true };
  }
}
