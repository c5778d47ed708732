import { createTerminalPrompt } from './cli/command/terminal-prompt.ts';
import { type EngineRequest, type OpenEngine, OWN_SANDBOX, sandboxAt } from './cli/command/verb.ts';
import { keepCompiledCode } from './code-cache.ts';
import { createKnownSecrets } from './engine/ports/known-secrets.ts';
import type { FixedAccount, Logger } from './engine/ports/ports.ts';
import { dataFolder, makeDataFolder } from './process/data-folder.ts';
import { defaultBrowser } from './process/default-browser.ts';
import type { FatalErrors } from './process/fatal-errors.ts';
import { logFile, openLog } from './process/log.ts';
import { VERSION } from './process/version.ts';

/** Opens the engine of this process, with its data folder and its log. */
export async function openEngine(
  { sandbox, project, approvers, browser, io }: EngineRequest,
  fatalErrors: FatalErrors,
  builtFolder: string,
): Promise<OpenEngine> {
  const folder = dataFolder(io.environment, process.platform);
  makeDataFolder(folder);
  const secrets = createKnownSecrets();
  const logger = openLog(folder, secrets, io.environment.SLIPWAY_LOG);
  fatalErrors.logTo(logger, logFile(folder));
  keepCompiledCode(folder, builtFolder);
  const account = await accountOf(sandbox, folder, logger);
  try {
    const { createEngine } = await import('./engine/engine.ts');
    const engine = await createEngine({
      environment: io.environment,
      paths: { data: folder },
      clock: { now: io.now },
      logger,
      secrets,
      host: { host: 'cli', version: VERSION },
      accounts: account === undefined ? [] : [account.fixed],
      ...(project === undefined ? {} : { project }),
      approverOf: (plan) => approvers.get(plan),
      prompt: createTerminalPrompt({
        input: process.stdin,
        output: process.stderr,
        ...(browser === 'none'
          ? {}
          : { openPage: defaultBrowser({ platform: process.platform, environment: io.environment }) }),
      }),
    });
    return {
      dispatcher: engine.dispatcher,
      async close() {
        await engine.close();
        await account?.close();
      },
    };
  } catch (error) {
    await account?.close();
    throw error;
  }
}

interface SandboxAccount {
  readonly fixed: FixedAccount;
  readonly close: () => Promise<void>;
}

async function accountOf(
  address: string | undefined,
  dataFolder: string,
  logger: Logger,
): Promise<SandboxAccount | undefined> {
  if (address === undefined) return undefined;
  if (address !== OWN_SANDBOX) return { fixed: sandboxAt(address), close: async () => undefined };
  const { startKeptSandbox } = await import('./kept-sandbox.ts');
  const { sandbox } = await startKeptSandbox({ dataFolder, logger });
  const { region, endpoint, credentials, speed } = sandbox;
  return {
    fixed: { id: 'sandbox', name: 'sandbox', region, endpoint, credentials, pace: speed },
    close: () => sandbox.close(),
  };
}
