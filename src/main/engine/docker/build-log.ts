import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import type { BuildEvent } from '../../../shared/model/docker.ts';
import { batchLines } from '../ports/pacing.ts';
import { asSentence } from './docker-errors.ts';
import { readJsonStream } from './json-stream.ts';

const LOG_PACE_MS = 100;
const LINES_PER_EVENT = 200;
const LINES_IN_ERROR = 10;

const BuildMessage = z.object({
  stream: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string().optional() }).optional(),
});

/** Reads the stream of a build to its end. An error inside it is an error of the build. */
export async function followBuild(
  chunks: AsyncIterable<Uint8Array | string>,
  emit: (event: BuildEvent) => void,
): Promise<void> {
  const log = batchLines(LOG_PACE_MS, LINES_PER_EVENT, (batch) => emit({ kind: 'log', ...batch }));
  let step: BuildStep | undefined;
  let lastLines: readonly string[] = [];
  try {
    for await (const value of readJsonStream(chunks)) {
      const message = BuildMessage.parse(value);
      const problem = message.errorDetail?.message ?? message.error;
      if (problem !== undefined) throw buildFailure(problem, step, lastLines);
      for (const line of linesOf(message.stream ?? message.status ?? '')) {
        const begun = parseStep(line);
        if (begun !== undefined) {
          step = begun;
          lastLines = [];
          log.flush();
          emit({ kind: 'step', ...begun });
        } else {
          lastLines = [...lastLines, line].slice(-LINES_IN_ERROR);
        }
        log.push(line);
      }
    }
  } finally {
    log.flush();
    log.stop();
  }
}

interface BuildStep {
  readonly step: number;
  readonly of: number;
  readonly instruction: string;
}

function parseStep(line: string): BuildStep | undefined {
  const [, step, of, instruction] = /^Step (\d+)\/(\d+) : (.+)$/.exec(line) ?? [];
  if (step === undefined || of === undefined || instruction === undefined) return undefined;
  return { step: Number(step), of: Number(of), instruction };
}

/** Lines without colours and without what was written over on a terminal. */
function linesOf(text: string): readonly string[] {
  return stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.replace(/\r$/, '').split('\r').at(-1)?.trimEnd() ?? '')
    .filter((line) => line !== '');
}

function buildFailure(
  problem: string,
  step: BuildStep | undefined,
  lastLines: readonly string[],
): SlipwayError {
  const where = step === undefined ? 'The build' : `Step ${step.step} of ${step.of} (${step.instruction})`;
  const output = lastLines.filter((line) => !line.startsWith(' --->'));
  const evidence = output.length === 0 ? '' : ` Its last lines:\n${output.join('\n')}`;
  return new SlipwayError(
    'INVALID_INPUT',
    `${where} failed: ${asSentence(stripVTControlCharacters(problem))} Correct that and build again.${evidence}`,
  );
}
