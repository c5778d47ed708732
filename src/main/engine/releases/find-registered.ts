import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  ListTaskDefinitionsCommand,
  type RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import { canonicalJson } from '../revisions/canonical-json.ts';
import { registrationInput } from '../revisions/registration.ts';
import { patiently, pause } from './patience.ts';

/** Where the revision of a registration without an answer is looked for: nobody registers more in a moment. */
const NEWEST = 10;
/** The clocks of this machine and of AWS may differ by this much. */
const CLOCK_SKEW_MS = 2 * 60_000;
/** A new revision may be missing from the list for a moment. */
const LOOKS = 3;

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
  for (let look = 1; look <= LOOKS; look += 1) {
    for (const arn of await newestRevisions(ecs, input.family ?? '', signal)) {
      const described = await patiently(signal, () =>
        ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }), {
          abortSignal: signal,
        }),
      );
      const registeredAt = described.taskDefinition?.registeredAt?.getTime() ?? 0;
      if (registeredAt < since.getTime() - CLOCK_SKEW_MS) break;
      if (hasContent(registrationInput(described), input)) return arn;
    }
    if (look < LOOKS) await pause(look + 1, signal);
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
  const page = await patiently(signal, () => ecs.send(command, { abortSignal: signal }));
  return page.taskDefinitionArns ?? [];
}

/** Tags are notes, and may have been left out: they do not count. */
function hasContent(
  { tags: _theirs, ...one }: RegisterTaskDefinitionRequest,
  { tags: _ours, ...other }: RegisterTaskDefinitionRequest,
): boolean {
  return canonicalJson(withoutEmptyLists(one)) === canonicalJson(withoutEmptyLists(other));
}

/** ECS answers empty lists where nothing was sent. */
function withoutEmptyLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptyLists);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  const kept = Object.entries(value).filter(([, member]) => !(Array.isArray(member) && member.length === 0));
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutEmptyLists(member)]));
}
