import { z } from 'zod';
import { plainText } from '../../../shared/escape-sequences.ts';
import type { BuildEvent } from '../../../shared/model/docker.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { batchLines } from '../ports/pacing.ts';
import { type BuildStep, buildFailure, LINES_KEPT, type OutputLine } from './build-failure.ts';
import { readJsonStream } from './json-stream.ts';

export const LOG_PACE_MS = 100;
export const LINES_PER_EVENT = 200;
/** The classic builder colours the standard error of a step. */
const ERROR_COLOUR = '\u001b[91m';

/** As the classic builder of each version writes it: https://github.com/moby/moby/blob/master/daemon/builder/dockerfile/internals.go */
const REUSED_STEP = ' ---> Using cache';

const BuildMessage = lazyObject(() => ({
  stream: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string().optional() }).optional(),
}));

/**
 * Reads the stream of the classic builder to its end, and says whether it reused steps of its cache. An error inside it is an
 * error of the build: BUILD_FAILED, or INVALID_INPUT before its first step.
 */
export async function followBuild(
  chunks: AsyncIterable<Uint8Array | string>,
  emit: (event: BuildEvent) => void,
): Promise<{ readonly reusedSteps: boolean }> {
  const log = batchLines(LOG_PACE_MS, LINES_PER_EVENT, (batch) => emit({ kind: 'log', ...batch }));
  let step: BuildStep | undefined;
  let output: OutputLine[] = [];
  let reusedSteps = false;
  try {
    for await (const value of readJsonStream(chunks)) {
      const message = BuildMessage.parse(value);
      const problem = message.errorDetail?.message ?? message.error;
      if (problem !== undefined) throw buildFailure(problem, step, output);
      const text = message.stream ?? message.status ?? '';
      for (const line of linesOf(text)) {
        const begun = parseStep(line);
        if (begun !== undefined) {
          step = begun;
          output = [];
          log.flush();
          emit({ kind: 'step', ...begun });
        } else if (isOfEngine(line)) {
          reusedSteps ||= line === REUSED_STEP;
        } else {
          output.push({ text: line, isError: text.includes(ERROR_COLOUR) });
          if (output.length > LINES_KEPT) output.splice(0, output.length - LINES_KEPT);
        }
        log.push(line);
      }
    }
  } finally {
    log.flush();
    log.stop();
  }
  return { reusedSteps };
}

function parseStep(line: string): BuildStep | undefined {
  const [, step, of, instruction] = /^Step (\d+)\/(\d+) : (.+)$/.exec(line) ?? [];
  if (step === undefined || of === undefined || instruction === undefined) return undefined;
  return { step: Number(step), of: Number(of), instruction };
}

/** Lines that no command of the Dockerfile wrote. */
function isOfEngine(line: string): boolean {
  return line.startsWith(' --->') || line.startsWith('Removing intermediate container ');
}

/** Lines without colours and without what was written over on a terminal. */
export function linesOf(text: string): readonly string[] {
  return plainText(text)
    .split('\n')
    .map((line) => line.replace(/\r$/, '').split('\r').at(-1)?.trimEnd() ?? '')
    .filter((line) => line !== '');
}
