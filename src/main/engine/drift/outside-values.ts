import { type CloudFormationClient, ListExportsCommand } from '@aws-sdk/client-cloudformation';
import { GetParametersCommand } from '@aws-sdk/client-ssm';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { Aws } from '../aws/aws.ts';
import type { OutsideValue, OutsideValues } from './template.ts';

export interface OutsideReader {
  readonly aws: Pick<Aws, 'stacks' | 'parameters'>;
  readonly signal: AbortSignal;
}

/** "Maximum number of 10 items": https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const NAMES_AT_ONCE = 10;
/** Of 100 exports each. An account has a few of them. */
const MOST_PAGES = 20;
/** More than the task definition of a service refers to. */
const MOST_PARAMETERS = 50;

/** Takes down what a template asks for from outside of its stack, and knows nothing of it. */
export function askedValues(): {
  readonly asked: ReadonlyMap<string, OutsideValue>;
  readonly none: OutsideValues;
} {
  const asked = new Map<string, OutsideValue>();
  return {
    asked,
    none: (wanted) => {
      asked.set(keyOf(wanted), wanted);
      return undefined;
    },
  };
}

/**
 * The exports and the plain SSM parameters that a template asks for, as they are now. Secrets and parameters of the type
 * SecureString are never asked for in clear text. What may not be read stays unknown.
 */
export async function readOutsideValues(
  { aws, signal }: OutsideReader,
  scope: Scope,
  asked: readonly OutsideValue[],
): Promise<OutsideValues> {
  const names = (kind: OutsideValue['kind']) => asked.filter((each) => each.kind === kind);
  const [exports, parameters] = await Promise.all([
    names('export').length === 0
      ? []
      : readable(signal, () => readExports(aws.stacks(scope, 'visible'), signal)),
    readable(signal, () => readParameters(aws, scope, names('parameter').slice(0, MOST_PARAMETERS), signal)),
  ]);
  const known = new Map([...exports, ...parameters]);
  return (wanted) => known.get(keyOf(wanted));
}

type Known = readonly (readonly [key: string, value: string])[];

async function readExports(client: CloudFormationClient, signal: AbortSignal): Promise<Known> {
  const known: (readonly [string, string])[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { Exports = [], NextToken } = await client.send(new ListExportsCommand({ NextToken: token }), {
      abortSignal: signal,
    });
    for (const { Name: name, Value: value } of Exports) {
      if (name !== undefined && value !== undefined) known.push([keyOf({ kind: 'export', name }), value]);
    }
    if (NextToken === undefined) break;
    token = NextToken;
  }
  return known;
}

async function readParameters(
  aws: OutsideReader['aws'],
  scope: Scope,
  wanted: readonly OutsideValue[],
  signal: AbortSignal,
): Promise<Known> {
  const names = [...new Set(wanted.map(({ name }) => name))];
  const known: (readonly [string, string])[] = [];
  for (let first = 0; first < names.length; first += NAMES_AT_ONCE) {
    const command = new GetParametersCommand({ Names: names.slice(first, first + NAMES_AT_ONCE) });
    const { Parameters = [] } = await aws.parameters(scope, 'visible').send(command, { abortSignal: signal });
    for (const { Name: name, Value: value, Type, Version } of Parameters) {
      // `ssm` refers to plain text only; a SecureString is what `ssm-secure` is for.
      if (name === undefined || value === undefined || Type === 'SecureString') continue;
      known.push([keyOf({ kind: 'parameter', name }), value]);
      known.push([keyOf({ kind: 'parameter', name, version: String(Version) }), value]);
    }
  }
  return known;
}

/** Without the right to ask, the value stays unknown. */
async function readable(signal: AbortSignal, ask: () => Promise<Known>): Promise<Known> {
  try {
    return await ask();
  } catch (error) {
    if (signal.aborted || !(error instanceof SlipwayError)) throw error;
    return [];
  }
}

function keyOf({ kind, name, version }: OutsideValue): string {
  return JSON.stringify([kind, name, version ?? '']);
}
