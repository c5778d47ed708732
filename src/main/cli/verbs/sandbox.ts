import { once } from 'node:events';
import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { SandboxLogger } from '../../../sandbox/core/logger.ts';
import type { Scenario } from '../../../sandbox/scenarios/scenarios.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples, wholeNumber } from '../command/flags.ts';
import type { Invocation, Verb } from '../command/verb.ts';

const SCENARIOS = [
  'demo',
  'incident',
  'large',
  'express',
  'declared',
  'empty',
] as const satisfies readonly Scenario[];
const HIGHEST_PORT = 65_535;

/** Runs the sandbox by itself until it is interrupted, for other commands and other tools. */
export const verb: Verb = {
  configure(command) {
    command
      .option('--port <number>', 'the port (default: a free one)', wholeNumber(0, HIGHEST_PORT))
      .addOption(new Option('--scenario <name>', 'what it begins with (default: demo)').choices(SCENARIOS))
      .option('--data <folder>', 'keep it in this folder and continue from there (default: in memory)')
      .option('--account <number>', 'its 12 digits (default: 123456789012, or that of the folder)', accountOf)
      .option('--speed <number>', 'its seconds for each of ours (default: 20)', speedOf);
    addExamples(command, [
      ['an AWS at a fixed address', 'slipway sandbox --port 4566'],
      ['a second account', 'slipway sandbox --account 210987654321 --port 4567'],
      ['use it from another terminal', 'slipway status -c production --sandbox http://127.0.0.1:4566'],
    ]);
  },
  run: sandbox,
};

function accountOf(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError('Give the 12 digits of an account.');
}

function speedOf(text: string): number {
  const speed = Number(text);
  if (text.trim() !== '' && Number.isFinite(speed) && speed > 0) return speed;
  throw new InvalidArgumentError('Give a number above 0.');
}

async function sandbox({ io, flags, output }: Invocation): Promise<number> {
  const { startSandbox } = await import('../../../sandbox/start.ts');
  const [port, data, speed] = [flags.number('port'), flags.text('data'), flags.number('speed')];
  const accountId = flags.text('account');
  const report: SandboxLogger['warn'] = ({ err }, message) =>
    output.problem(err instanceof Error ? `${message}: ${err.message}` : message);
  const scenario = SCENARIOS.find((each) => each === flags.text('scenario')) ?? 'demo';
  const started = await startSandbox({
    scenario,
    containerLines: 'requests',
    logger: { warn: report, error: report },
    ...(port === undefined ? {} : { port }),
    ...(data === undefined ? {} : { dataFolder: resolve(io.folder, data) }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(speed === undefined ? {} : { speed }),
  });
  try {
    io.stdout.write(`${started.endpoint}\n`);
    const signal = AbortSignal.any([io.interrupt, io.outputClosed]);
    if (!signal.aborted) await once(signal, 'abort');
    return EXIT.success;
  } finally {
    await started.close();
  }
}
