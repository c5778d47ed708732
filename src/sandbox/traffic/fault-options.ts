/** What goes wrong, and how often. Shares are from 0 to 1 of all calls. */
export interface Faults {
  /** Answered with `ThrottlingException`, items of DynamoDB with `ProvisionedThroughputExceededException`. */
  readonly throttle?: number;
  /** Answered with the status 500. */
  readonly error?: number;
  /** The connection is reset without an answer. */
  readonly reset?: number;
  /** Answered only after `milliseconds` of real time. */
  readonly late?: { readonly share: number; readonly milliseconds: number };
  /** Lists do not show what was written in the last so many seconds of the sandbox's clock. */
  readonly lag?: number;
  /** Only calls of this service, such as `DynamoDB`; of all services where it is missing. Lists lag everywhere. */
  readonly of?: string;
  /** The same seed makes the same faults for the same calls. */
  readonly seed?: number;
}

export const FAULTS_SYNTAX = 'throttle=0.3,error=0.05,reset=0.01,late=0.05:2000,lag=3,of=DynamoDB,seed=1';

/**
 * Reads faults such as `throttle=0.3,error=0.05,reset=0.01,late=0.05:2000,lag=3,of=DynamoDB,seed=1`, in any order.
 *
 * @throws Error with a sentence that says which part is wrong.
 */
export function parseFaults(text: string): Faults {
  const faults: Faults = {};
  for (const part of text.split(',')) Object.assign(faults, parseFault(part));
  return faults;
}

function parseFault(part: string): Faults {
  const [name = '', value = ''] = part.trim().split('=');
  switch (name) {
    case 'throttle':
      return { throttle: readShare(part, value) };
    case 'error':
      return { error: readShare(part, value) };
    case 'reset':
      return { reset: readShare(part, value) };
    case 'late': {
      const [share = '', milliseconds = ''] = value.split(':');
      return { late: { share: readShare(part, share), milliseconds: readNumber(part, milliseconds) } };
    }
    case 'lag':
      return { lag: readNumber(part, value) };
    case 'of':
      if (/^\w+$/.test(value)) return { of: value };
      throw new Error(`The fault '${part}' needs the name of a service, as in ${FAULTS_SYNTAX}.`);
    case 'seed':
      return { seed: readNumber(part, value) };
    default:
      throw new Error(`There is no fault '${part}'. They are written as ${FAULTS_SYNTAX}.`);
  }
}

function readShare(part: string, text: string): number {
  const share = readNumber(part, text);
  if (share <= 1) return share;
  throw new Error(`The fault '${part}' needs a share from 0 to 1, as in ${FAULTS_SYNTAX}.`);
}

function readNumber(part: string, text: string): number {
  const number = Number(text);
  if (text !== '' && Number.isFinite(number) && number >= 0) return number;
  throw new Error(`The fault '${part}' needs a number that is not below 0, as in ${FAULTS_SYNTAX}.`);
}
