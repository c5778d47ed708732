import { DescribeImagesCommand, type ECRClient } from '@aws-sdk/client-ecr';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import type { Aws } from '../aws/aws.ts';
import { awsErrorName } from '../aws/errors.ts';
import { NEVER_ABORTED } from '../aws/retry.ts';
import type { Journal } from '../journal/journal.ts';
import type { Logger } from '../ports/ports.ts';
import { findRepository } from './ecr-repository.ts';

interface RecoveryDependencies {
  readonly aws: Pick<Aws, 'ecr' | 'asksForCode'>;
  readonly journal: Pick<Journal, 'entries'>;
  readonly logger: Logger;
}

const ENDED = 'Slipway quit before this finished';

/** Looks in ECR for the outcome of changes of images and repositories whose process was ended, in the background. */
export function recoverImageChanges(dependencies: RecoveryDependencies): void {
  const { aws, journal, logger } = dependencies;
  for (const entry of journal.entries.interrupted()) {
    const scope = { account: entry.account, region: entry.region };
    if (entry.kind !== 'push' || aws.asksForCode(scope) || !journal.entries.takeOver(entry.id)) continue;
    resolve(dependencies, aws.ecr(scope, 'background'), entry).catch((error: unknown) => {
      journal.entries.release(entry.id);
      logger.warn({ err: error, entry: entry.id }, 'The outcome of a change in ECR is still unknown.');
    });
  }
}

async function resolve(
  { journal: { entries } }: RecoveryDependencies,
  ecr: ECRClient,
  { id, steps, calls }: JournalEntry,
): Promise<void> {
  const step = steps.at(-1);
  if (step?.state === 'done') return entries.update(id, { state: 'done' });
  const target = calls?.[0]?.target;
  const isDone =
    step !== undefined && target !== undefined && (await isCarriedOut(ecr, step.operation, target));
  if (isDone) {
    entries.lastStepResolved(id, 'done', target);
    return entries.update(id, { state: 'done', sentence: `${ENDED}. ECR has carried it out.` });
  }
  if (step !== undefined) entries.lastStepResolved(id, 'failed', "ECR doesn't have what was asked for.");
  entries.update(id, { state: 'failed', sentence: `${ENDED}. ECR didn't change anything; do it again.` });
}

/** Whether ECR is as the call wanted it to be. */
async function isCarriedOut(ecr: ECRClient, operation: string, target: string): Promise<boolean> {
  const [name = '', digest] = target.split('@');
  const [repository = '', tag] = name.split(':');
  switch (operation) {
    case 'CreateRepository':
      return (await findRepository(ecr, repository, NEVER_ABORTED)) !== undefined;
    case 'PutImageTagMutability': {
      const found = await findRepository(ecr, repository, NEVER_ABORTED);
      return found?.imageTagMutability?.startsWith('IMMUTABLE') === true;
    }
    case 'PutImage':
    case 'UpdateImageStorageClass': {
      const found = await findImage(
        ecr,
        repository,
        tag === undefined ? { imageDigest: digest } : { imageTag: tag },
      );
      if (operation === 'UpdateImageStorageClass')
        return found !== undefined && found.imageStatus !== 'ARCHIVED';
      return found?.imageDigest === digest;
    }
    default:
      return false;
  }
}

async function findImage(
  ecr: ECRClient,
  repositoryName: string,
  imageId: { readonly imageTag?: string | undefined; readonly imageDigest?: string | undefined },
) {
  try {
    const command = new DescribeImagesCommand({ repositoryName, imageIds: [imageId] });
    return (await ecr.send(command)).imageDetails?.[0];
  } catch (error) {
    const name = awsErrorName(error);
    if (name === 'ImageNotFoundException' || name === 'RepositoryNotFoundException') return undefined;
    throw error;
  }
}
