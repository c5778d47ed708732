import {
  DescribeTaskDefinitionCommand,
  type DescribeTaskDefinitionResponse,
  type ECSClient,
  type Tag,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import { awsErrorName } from '../aws/errors.ts';
import { describeWhole, type WholeDescription } from './newer-settings.ts';

/** A task definition that ECS described, with its tags. */
export interface DescribedRevision extends DescribeTaskDefinitionResponse {
  readonly taskDefinition: TaskDefinition & { readonly taskDefinitionArn: string };
  readonly tags: Tag[];
}

/**
 * A revision as ECS has it now, ACTIVE or not (ECS DescribeTaskDefinition with its tags). `revision` is a family and
 * number or an ARN. Throws NOT_FOUND when it never was, or was deleted permanently.
 */
export async function describeRevision(
  ecs: ECSClient,
  revision: string,
  signal: AbortSignal,
): Promise<DescribedRevision> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: revision, include: ['TAGS'] });
  return found(revision, () => ecs.send(command, { abortSignal: signal }));
}

/** The same, and the settings of it that this version would leave out of a copy. */
export async function describeToCopy(
  ecs: ECSClient,
  revision: string,
  signal: AbortSignal,
): Promise<DescribedRevision & Pick<WholeDescription, 'newerSettings'>> {
  let newerSettings: readonly string[] = [];
  const described = await found(revision, async () => {
    const whole = await describeWhole(ecs, revision, signal);
    newerSettings = whole.newerSettings;
    return whole.described;
  });
  return { ...described, newerSettings };
}

async function found(
  revision: string,
  read: () => Promise<DescribeTaskDefinitionResponse>,
): Promise<DescribedRevision> {
  try {
    const { taskDefinition, tags = [] } = await read();
    if (taskDefinition?.taskDefinitionArn === undefined) throw gone(revision);
    return {
      taskDefinition: { ...taskDefinition, taskDefinitionArn: taskDefinition.taskDefinitionArn },
      tags,
    };
  } catch (error) {
    // ECS has no error of its own for this: a ClientException says that it is unable to describe it.
    const isMissing = error instanceof SlipwayError && error.code === 'NOT_FOUND';
    if (awsErrorName(error) === 'ClientException' || isMissing) throw gone(revision, error);
    throw error;
  }
}

/** True for the error of a revision that doesn't exist (any more). */
export function isRevisionGone(error: unknown): boolean {
  return error instanceof SlipwayError && error.code === 'NOT_FOUND';
}

function gone(revision: string, cause?: unknown): SlipwayError {
  const name = revision.split('/').at(-1) ?? revision;
  return new SlipwayError(
    'NOT_FOUND',
    `Revision ${name} doesn't exist in this account and region. It may have been deleted permanently; refresh the list ` +
      'of revisions.',
    { cause },
  );
}
