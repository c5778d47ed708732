import { SlipwayError } from '../../../shared/errors.ts';
import { plainText } from '../../../shared/escape-sequences.ts';
import { asSentence, DISK_FULL } from './docker-errors.ts';

/** A step of a build, as it is shown. */
export interface BuildStep {
  readonly step: number;
  readonly of: number;
  readonly instruction: string;
}

/** A line that a step wrote. The Engine sends the standard error before the standard output. */
export interface OutputLine {
  readonly text: string;
  readonly isError: boolean;
}

/** Lines of a step that are kept for its error. */
export const LINES_KEPT = 200;
const ERROR_LINES_SHOWN = 20;
const LINES_SHOWN = 30;

const NETWORK =
  /no such host|server misbehaving|dial tcp|i\/o timeout|TLS handshake|connection re(?:fused|set)|network is unreachable|Client\.Timeout|unexpected EOF|\b50[234]\b/i;
const NOT_ALLOWED =
  /pull access denied|unauthorized|authentication required|no basic auth credentials|access forbidden|\b40[13]\b|authorization (?:failed|token)/i;
const RATE_LIMIT = /toomanyrequests|rate limit/i;

/**
 * The error of a build that has started and failed: BUILD_FAILED, with the step and the end of what it wrote. It is
 * retryable where the same build may succeed later, such as for a registry that did not answer.
 */
export function buildFailure(
  problem: string,
  step: BuildStep | undefined,
  output: readonly OutputLine[],
): SlipwayError {
  const where = step === undefined ? 'The build' : `Step ${step.step} of ${step.of} (${step.instruction})`;
  const reason = asSentence(plainText(problem));
  const { advice, retryable } = adviceFor(problem, step, output);
  const lines = lastLines(output);
  const evidence = lines.length === 0 ? '' : ` Its last lines:\n${lines.join('\n')}`;
  const code = step === undefined ? 'INVALID_INPUT' : 'BUILD_FAILED';
  return new SlipwayError(code, `${where} failed: ${reason} ${advice}${evidence}`, { retryable });
}

function adviceFor(
  problem: string,
  step: BuildStep | undefined,
  output: readonly OutputLine[],
): { readonly advice: string; readonly retryable: boolean } {
  if (RATE_LIMIT.test(problem)) {
    return {
      advice: 'Sign in to the registry with “docker login”, or build again later.',
      retryable: true,
    };
  }
  // What a command of the Dockerfile wrote is no answer of a registry.
  const isPull = step === undefined || /^(?:\S+: )?(?:FROM|COPY|ADD|RUN --mount)\b/i.test(step.instruction);
  if (isPull && NOT_ALLOWED.test(problem)) {
    return {
      advice:
        'Check the name of the image, and sign in to its registry with “docker login”; for ECR, build with an account that can pull it.',
      retryable: false,
    };
  }
  if (isPull && NETWORK.test(problem)) {
    return {
      advice: 'Check that the Docker Engine reaches the registry, and build again.',
      retryable: true,
    };
  }
  if ([problem, ...lastLines(output)].some((line) => DISK_FULL.test(line))) {
    return {
      advice: 'Free space for the Docker Engine, such as with “docker system prune”, and build again.',
      retryable: false,
    };
  }
  return { advice: 'Correct that and build again.', retryable: false };
}

/** Short output as it is; of longer output the errors first, then what was written last, in the order of the log. */
function lastLines(output: readonly OutputLine[]): readonly string[] {
  if (output.length <= LINES_SHOWN) return output.map(({ text }) => text);
  const indexes = output.map((_, index) => index);
  const errors = indexes.filter((index) => output[index]?.isError).slice(-ERROR_LINES_SHOWN);
  const others = indexes.filter((index) => !output[index]?.isError).slice(errors.length - LINES_SHOWN);
  return [...errors, ...others].toSorted((a, b) => a - b).flatMap((index) => output[index]?.text ?? []);
}
