import type { ECSClient, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import { withRetry } from '../../aws/retry.ts';
import { registrationInput } from '../../ecs/registration.ts';
import { type ReleaseNotes, withNotes } from '../../register/revision-tags.ts';
import { applyRevisionChange } from '../model/revision-change.ts';
import { type DescribedRevision, readRevision } from '../model/service-reading.ts';
import type { UpdateAction } from '../model/stored-plan.ts';

/** What a release registers: the content of a revision with its change, and its notes as tags. */
export function contentToRegister(
  revision: DescribedRevision,
  change: Omit<NonNullable<UpdateAction['register']>, 'from'>,
  notes: ReleaseNotes,
): RegisterTaskDefinitionRequest {
  return withNotes(applyRevisionChange(registrationInput(revision), change), notes);
}

/** What a plan registers, or has ECS register, without the notes of its release. */
export async function plannedContent(
  { ecs, signal }: { readonly ecs: ECSClient; readonly signal: AbortSignal },
  { from, ...change }: NonNullable<UpdateAction['register']>,
): Promise<RegisterTaskDefinitionRequest> {
  const revision = await withRetry(signal, () => readRevision(ecs, from, signal));
  return contentToRegister(revision, change, {});
}

export interface Registered {
  readonly taskDefinitionArn: string;
  /** Added to the step when the tags were dropped. */
  readonly remark?: string;
}

/**
 * Registers content with its tags; when AWS does not allow tags (ecs:TagResource), once more without them: a release
 * should not fail because of its notes.
 */
export async function registerWithTags(
  register: (content: RegisterTaskDefinitionRequest) => Promise<string>,
  content: RegisterTaskDefinitionRequest,
): Promise<Registered> {
  try {
    return { taskDefinitionArn: await register(content) };
  } catch (error) {
    if (!isTaggingForbidden(error) || content.tags === undefined) throw error;
    const { tags: _tags, ...untagged } = content;
    const remark = "without tags, because ecs:TagResource isn't allowed";
    return { taskDefinitionArn: await register(untagged), remark };
  }
}

function isTaggingForbidden(error: unknown): boolean {
  return (
    error instanceof SlipwayError && error.code === 'FORBIDDEN' && error.detail.action === 'ecs:TagResource'
  );
}

/** What the step of a registration says in the journal: the ARN, and what there is to remark. */
export function resultOfRegistration({ taskDefinitionArn, remark }: Registered): string {
  return remark === undefined ? taskDefinitionArn : `${taskDefinitionArn} (${remark})`;
}

/** The ARN out of what the step of a registration says. */
export function arnOfResult(result: string | undefined): string | undefined {
  return result?.split(' ')[0];
}
