import type { ECSClient, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Registration } from '../../../shared/model/registration.ts';
import type { Difference } from '../../../shared/model/revision.ts';
import { withNotes, withoutNotes } from '../releases/revision-tags.ts';
import { canonicalJson } from './canonical-json.ts';
import { checkRegistration } from './check-registration.ts';
import { describeRevision } from './describe-revision.ts';
import { diffContent, pairContainers } from './diff.ts';
import { registerRevision } from './register-revision.ts';
import { registrationInput } from './registration.ts';

/** The content of a revision as a person changes it: without what ECS gives and the notes of its release. */
export async function draftOf(ecs: ECSClient, revision: string, signal: AbortSignal): Promise<string> {
  return canonicalJson(withoutNotes(registrationInput(await describeRevision(ecs, revision, signal))), 2);
}

/** What differs between two contents, the images included. */
export function contentDifferences(
  before: RegisterTaskDefinitionRequest,
  after: RegisterTaskDefinitionRequest,
): readonly Difference[] {
  const [old, now] = [asDescribed(before), asDescribed(after)];
  const images = pairContainers(old, now).flatMap(({ name, before: one, after: other }): Difference[] => {
    if (one === undefined || other === undefined || one.image === other.image) return [];
    return [
      {
        container: name,
        subject: 'image',
        name: '',
        kind: 'changed',
        before: one.image ?? '',
        after: other.image ?? '',
      },
    ];
  });
  const families: Difference[] =
    before.family === after.family
      ? []
      : [{ subject: 'family', name: '', kind: 'changed', before: before.family, after: after.family }];
  return [...families, ...images, ...diffContent(old, now).differences];
}

/**
 * Registers the JSON of a task definition (RegisterTaskDefinition), describes it again and tells what ECS holds
 * otherwise than it was sent. Once it is sent it is not broken off. Throws INVALID_INPUT with the first problem.
 */
export async function registerByHand(
  ecs: ECSClient,
  { json, note }: { readonly json: string; readonly note: string | undefined },
): Promise<Registration> {
  const { content, problems } = checkRegistration(json);
  if (content === undefined) throw refused(problems[0]);
  const unbroken = new AbortController().signal;
  const sent = note === undefined ? content : withNotes(content, { why: note });
  const { taskDefinitionArn: arn = '' } = await registerRevision(ecs, sent, unbroken);
  const held = registrationInput(await describeRevision(ecs, arn, unbroken));
  const differences = contentDifferences(sent, held);
  return {
    arn,
    name: arn.slice(arn.lastIndexOf('/') + 1),
    family: content.family ?? '',
    lost: differences.filter(({ kind }) => kind !== 'added'),
    filledIn: differences.filter(({ kind }) => kind === 'added'),
  };
}

function asDescribed({ tags, ...taskDefinition }: RegisterTaskDefinitionRequest) {
  return { taskDefinition, ...(tags === undefined ? {} : { tags }) };
}

function refused(
  problem: ReturnType<typeof checkRegistration>['problems'][number] | undefined,
): SlipwayError {
  const where = problem === undefined ? '' : `, line ${problem.line}: ${problem.message}`;
  return new SlipwayError(
    'INVALID_INPUT',
    `The task definition cannot be registered${where}. Correct it and register again.`,
  );
}
