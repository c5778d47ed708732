import type { ECSClient, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Registration } from '../../../../shared/model/registration.ts';
import type { Difference } from '../../../../shared/model/revision.ts';
import type { Aws } from '../../aws/aws.ts';
import { readCallerIdentity } from '../../aws/caller-identity.ts';
import { NEVER_ABORTED } from '../../aws/retry.ts';
import { canonicalJson } from '../../ecs/canonical-json.ts';
import { describeRevision, describeToCopy } from '../../ecs/describe-revision.ts';
import { registrationInput } from '../../ecs/registration.ts';
import type { Journal } from '../../journal/journal.ts';
import { recordStep } from '../../journal/record-step.ts';
import type { Clock, Logger } from '../../ports/ports.ts';
import { registerOnce } from '../../register/register-once.ts';
import { withNotes, withoutNotes } from '../../register/revision-tags.ts';
import { diffContent, pairContainers } from '../diff/diff.ts';
import { checkRegistration } from './check-registration.ts';

/**
 * The content of a revision as a person changes it: without what ECS gives and the notes of its release. `missing` are the
 * settings that this version does not know.
 */
export async function draftOf(
  ecs: ECSClient,
  revision: string,
  signal: AbortSignal,
): Promise<{ readonly json: string; readonly missing: string[] }> {
  const { newerSettings, ...described } = await describeToCopy(ecs, revision, signal);
  return {
    json: canonicalJson(withoutNotes(registrationInput(described)), 2),
    missing: [...newerSettings],
  };
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

export interface ByHandDependencies {
  readonly aws: Pick<Aws, 'ecs' | 'sts'>;
  readonly journal: Pick<Journal, 'entries'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Written {
  readonly json: string;
  /** Why; becomes a tag of the revision. */
  readonly note: string | undefined;
}

/**
 * Registers the JSON of a task definition (RegisterTaskDefinition), describes it again and tells what ECS holds
 * otherwise than it was sent. It stands in the journal before it is sent; a call without an answer is looked for in
 * AWS before it is sent again. Once it is sent it is not cancelled. Throws INVALID_INPUT with the first problem.
 */
export async function registerByHand(
  dependencies: ByHandDependencies,
  scope: Scope,
  { json, note }: Written,
): Promise<Registration> {
  const { content, problems } = checkRegistration(json);
  if (content === undefined) throw refused(problems[0]);
  const ecs = dependencies.aws.ecs(scope, 'clicked');
  const callerIdentity = await readCallerIdentity(dependencies, scope, NEVER_ABORTED);
  const sent = note === undefined ? content : withNotes(content, { why: note });
  const arn = await registerInJournal(dependencies, scope, { sent, note, callerIdentity });
  const held = registrationInput(await describeRevision(ecs, arn, NEVER_ABORTED));
  const differences = contentDifferences(sent, held);
  return {
    arn,
    name: arn.slice(arn.lastIndexOf('/') + 1),
    family: content.family ?? '',
    lost: differences.filter(({ kind }) => kind !== 'added'),
    filledIn: differences.filter(({ kind }) => kind === 'added'),
  };
}

interface Noted {
  readonly sent: RegisterTaskDefinitionRequest;
  readonly note: string | undefined;
  readonly callerIdentity: string | undefined;
}

async function registerInJournal(
  { aws, journal: { entries }, clock }: ByHandDependencies,
  scope: Scope,
  { sent, note, callerIdentity }: Noted,
): Promise<string> {
  const family = sent.family ?? '';
  const entry = entries.begin({
    ...scope,
    subject: family,
    kind: 'register',
    title: `Register a revision of ${family}`,
    calls: [{ operation: 'RegisterTaskDefinition', target: family }],
    ...(note === undefined ? {} : { why: note }),
    ...(callerIdentity === undefined ? {} : { callerIdentity }),
  });
  try {
    const taskDefinitionArn = await recordStep(entries, {
      entry,
      operation: 'RegisterTaskDefinition',
      send: () => registerOnce(aws.ecs(scope, 'clicked'), sent, clock.now()),
      resultOf: (arn) => arn,
    });
    entries.update(entry, { state: 'done', taskDefinitionArn });
    return taskDefinitionArn;
  } catch (error) {
    const sentence =
      error instanceof SlipwayError ? error.message : 'It failed unexpectedly. See the log for details.';
    entries.update(entry, { state: 'failed', sentence });
    throw error;
  }
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
