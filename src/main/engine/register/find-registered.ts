import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  ListTaskDefinitionsCommand,
  type RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import { isObject } from '../../../shared/is-object.ts';
import { pause, withRetry } from '../aws/retry.ts';
import { withPlainSizes } from '../ecs/quantities.ts';
import { registrationInput } from '../ecs/registration.ts';

/** How many of the newest revisions are searched for a registration without an answer. */
const NEWEST = 10;
/** The clocks of this machine and of AWS may differ by this much. */
const CLOCK_SKEW_MS = 2 * 60_000;
/** A new revision may be missing from the list for a moment. */
const ATTEMPTS = 3;

/**
 * The ARN of the revision that a registration has made whose answer nobody knows: it has this content, tags aside, and was
 * registered after `since`, the time that the call was sent by the clock of this machine. Undefined when there is
 * none (ListTaskDefinitions, DescribeTaskDefinition).
 */
export async function findRegistered(
  ecs: ECSClient,
  input: RegisterTaskDefinitionRequest,
  since: Date,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    for (const arn of await newestRevisions(ecs, input.family ?? '', signal)) {
      const described = await withRetry(signal, () =>
        ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }), {
          abortSignal: signal,
        }),
      );
      const registeredAt = described.taskDefinition?.registeredAt?.getTime() ?? 0;
      if (registeredAt < since.getTime() - CLOCK_SKEW_MS) break;
      if (hasContent(registrationInput(described), input)) return arn;
    }
    if (attempt < ATTEMPTS) await pause(attempt + 1, signal);
  }
  return undefined;
}

/** ACTIVE ones, newest first. */
async function newestRevisions(
  ecs: ECSClient,
  familyPrefix: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const command = new ListTaskDefinitionsCommand({ familyPrefix, sort: 'DESC', maxResults: NEWEST });
  const page = await withRetry(signal, () => ecs.send(command, { abortSignal: signal }));
  return page.taskDefinitionArns ?? [];
}

/** What ECS writes where nothing was sent, by the name of the field. */
const FILLED_IN: Readonly<Record<string, readonly unknown[]>> = {
  cpu: [0],
  essential: [true],
  protocol: ['tcp'],
  hostPort: [0],
  networkMode: ['bridge'],
  interval: [30],
  timeout: [5],
  retries: [3],
  rootDirectory: ['/'],
  transitEncryption: ['DISABLED'],
  iam: ['DISABLED'],
};

/** Tags are ignored, because they are notes and may have been dropped. */
function hasContent(
  { tags: _theirs, ...held }: RegisterTaskDefinitionRequest,
  { tags: _ours, ...sent }: RegisterTaskDefinitionRequest,
): boolean {
  return isHeld(withPlainSizes(held), withPlainSizes(sent));
}

/** Whether ECS stored what was sent, and nothing else except its own defaults. */
function isHeld(held: unknown, sent: unknown): boolean {
  if (Array.isArray(held) && Array.isArray(sent)) {
    return held.length === sent.length && held.every((item, index) => isHeld(item, sent[index]));
  }
  if (!isObject(held) || !isObject(sent)) return held === sent;
  const [theirs, ours] = [new Map(Object.entries(held)), new Map(Object.entries(sent))];
  const isKept = [...ours].every(([name, value]) =>
    theirs.has(name) ? isHeld(theirs.get(name), value) : isNothing(value),
  );
  const isExpected = [...theirs].every(
    ([name, value]) => ours.has(name) || isNothing(value) || isFilledIn(name, value, theirs),
  );
  return isKept && isExpected;
}

function isFilledIn(name: string, value: unknown, beside: ReadonlyMap<string, unknown>): boolean {
  if (name === 'hostPort' && value === beside.get('containerPort')) return true;
  return FILLED_IN[name]?.includes(value) === true;
}

/** ECS answers empty lists, and `host: {}`, where nothing was sent, and leaves out what was sent empty. */
function isNothing(value: unknown): boolean {
  if (isObject(value)) return Object.keys(value).length === 0;
  return value === undefined || (Array.isArray(value) && value.length === 0);
}
