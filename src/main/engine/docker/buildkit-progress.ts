import type { SlipwayError } from '../../../shared/errors.ts';
import type { BuildEvent } from '../../../shared/model/docker.ts';
import { batchLines } from '../ports/pacing.ts';
import { type BuildStep, buildFailure, LINES_KEPT, type OutputLine } from './build-failure.ts';
import { LINES_PER_EVENT, LOG_PACE_MS, linesOf } from './build-log.ts';

/** Follows what `docker build --progress=plain` writes. */
export interface BuildKitProgress {
  readonly push: (line: string) => void;
  /** Sends what waits. */
  readonly end: () => void;
  /** The error of a build that has failed, from the lines so far. */
  readonly failure: () => SlipwayError;
}

interface Vertex {
  readonly step?: BuildStep;
  readonly output: OutputLine[];
  /** The build goes on without it. */
  readonly isOptional: boolean;
  problem?: string;
}

/** Each line starts with the number of what is done: `#5 [build 2/3] RUN make`, `#5 0.123 text`, `#5 ERROR: text`. */
export function createBuildKitProgress(emit: (event: BuildEvent) => void): BuildKitProgress {
  const log = batchLines(LOG_PACE_MS, LINES_PER_EVENT, (batch) => emit({ kind: 'log', ...batch }));
  const vertices = new Map<string, Vertex>();
  const others: string[] = [];

  function pushLine(line: string): void {
    log.push(line);
    const [, number, text] = /^#(\d+) (.+)$/.exec(line) ?? [];
    if (number === undefined || text === undefined) {
      others.push(line);
      if (others.length > LINES_KEPT) others.shift();
      return;
    }
    const known = vertices.get(number);
    const step = known === undefined ? parseStep(text) : undefined;
    const isOptional = text.startsWith('importing cache manifest from ');
    const vertex = known ?? { ...(step === undefined ? {} : { step }), output: [], isOptional };
    if (known === undefined) vertices.set(number, vertex);
    if (step !== undefined) {
      log.flush();
      emit({ kind: 'step', ...step });
    }
    const [, problem] = /^ERROR:? (.+)$/.exec(text) ?? [];
    const [, output] = /^\d+\.\d+ (.*)$/.exec(text) ?? [];
    if (problem !== undefined && !vertex.isOptional) vertex.problem = problem;
    if (output !== undefined) {
      vertex.output.push({ text: output, isError: false });
      if (vertex.output.length > LINES_KEPT) vertex.output.shift();
    }
  }

  return {
    push: (text) => {
      for (const line of linesOf(text)) pushLine(line);
    },
    end: () => {
      log.flush();
      log.stop();
    },
    failure: () => {
      const failed = [...vertices.values()].filter(({ problem }) => problem !== undefined);
      const vertex = failed.find(({ step }) => step !== undefined) ?? failed.at(-1);
      const said = others.findLast((line) => /^(?:ERROR: |error: |failed to )/i.test(line)) ?? others.at(-1);
      const whole = said?.replace(/^ERROR: /i, '').replace(/^failed to solve(?: with frontend \S+)?: /, '');
      const problem = vertex?.problem ?? whole ?? 'the Docker command line ended without a reason';
      return buildFailure(problem, vertex?.step, vertex?.output ?? []);
    },
  };
}

function parseStep(text: string): BuildStep | undefined {
  const [, stage, step, of, instruction] = /^\[(?:(\S+) +)?(\d+)\/(\d+)\] (.+)$/.exec(text) ?? [];
  if (step === undefined || of === undefined || instruction === undefined) return undefined;
  const named = stage === undefined || /^stage-\d+$/.test(stage) ? instruction : `${stage}: ${instruction}`;
  return { step: Number(step), of: Number(of), instruction: named };
}
