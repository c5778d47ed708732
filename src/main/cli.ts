import { visibleText } from '../shared/visible-text.ts';
import { readArguments, USAGE } from './cli/arguments.ts';
import { EXIT, exitCodeOf } from './cli/exit-code.ts';
import { methodLine, methodLines } from './cli/method-list.ts';
import { failedAnswer, lineOf, readInput, runCall } from './cli/run-call.ts';
import { createTerminalPrompt } from './cli/terminal-prompt.ts';
import { keepCompiledCode } from './code-cache.ts';
import { createKnownSecrets } from './engine/ports/known-secrets.ts';
import type { FixedAccount } from './engine/ports/ports.ts';
import { dataFolder, makeDataFolder } from './process/data-folder.ts';
import { endOnFatalErrors, endOnTerminal, outliveOutput } from './process/fatal-errors.ts';
import { logFile, openLog } from './process/log.ts';
import { keepNewFilesPrivate } from './process/private-process.ts';
import { VERSION } from './process/version.ts';

keepNewFilesPrivate();
const fatalErrors = endOnFatalErrors(endOnTerminal);
// The reader may close the pipe before the last line, as in `slipway methods | head`.
outliveOutput();
main().then((code) => {
  process.exitCode = code;
}, fatalErrors.endStart);

async function main(): Promise<number> {
  const command = readArguments(process.argv.slice(2));
  switch (command.verb) {
    case 'help':
      print(USAGE);
      return EXIT.success;
    case 'methods':
      return listMethods(command.method);
    case 'refused':
      process.stderr.write(`${visibleText(command.reason)}\n\n${USAGE}\n`);
      return EXIT.refused;
    case 'call':
      return call(command.method, command.input, command.sandbox);
  }
}

function listMethods(method: string | undefined): number {
  const lines = method === undefined ? methodLines() : [methodLine(method)];
  for (const line of lines) {
    if (line === undefined) {
      process.stderr.write(
        `The method ${visibleText(method ?? '')} doesn't exist. \`slipway methods\` prints all methods.\n`,
      );
      return EXIT.refused;
    }
    print(line);
  }
  return EXIT.success;
}

async function call(method: string, argument: string, sandbox: string | undefined): Promise<number> {
  try {
    const interrupt = interruption();
    const input = await readInput(argument, process.stdin);
    const folder = dataFolder(process.env, process.platform);
    makeDataFolder(folder);
    const secrets = createKnownSecrets();
    const logger = openLog(folder, secrets, process.env.SLIPWAY_LOG);
    fatalErrors.logTo(logger, logFile(folder));
    keepCompiledCode(folder);
    // Help and the list of methods do not wait for it.
    const { createEngine } = await import('./engine/engine.ts');
    const engine = await createEngine({
      environment: process.env,
      paths: { data: folder },
      clock: { now: () => new Date() },
      logger,
      secrets,
      host: { host: 'cli', version: VERSION },
      accounts: sandbox === undefined ? [] : [sandboxAt(sandbox)],
      prompt: createTerminalPrompt({ input: process.stdin, output: process.stderr }),
    });
    // A call that only waits, such as prompts.watch, gives Node no reason to stay.
    const alive = setInterval(() => undefined, 60_000);
    try {
      return await runCall(engine.dispatcher, { method, input, interrupt, print });
    } finally {
      clearInterval(alive);
      await engine.close();
    }
  } catch (error) {
    const answer = failedAnswer(error);
    print(lineOf(answer));
    return exitCodeOf(method, answer, false);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Aborts at the first interrupt, so that the call can end in order. A second one ends the process. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // When nobody reads the output any more, the call still ends in order.
  process.stdout.on('error', stop);
  return controller.signal;
}

function sandboxAt(endpoint: string): FixedAccount {
  return {
    id: 'sandbox',
    name: 'sandbox',
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  };
}
