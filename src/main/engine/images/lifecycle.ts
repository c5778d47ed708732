import { setTimeout as wait } from 'node:timers/promises';
import {
  type ECRClient,
  GetLifecyclePolicyCommand,
  GetLifecyclePolicyPreviewCommand,
  type LifecyclePolicyPreviewResult,
  StartLifecyclePolicyPreviewCommand,
} from '@aws-sdk/client-ecr';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import type {
  LifecycleRule,
  LifecycleVerdict,
  RepositoryLifecycle,
} from '../../../shared/model/repository-lifecycle.ts';
import { awsErrorName } from '../aws/errors.ts';

interface Reading {
  readonly ecr: ECRClient;
  readonly repository: string;
  readonly signal: AbortSignal;
  /** Between two questions whether the preview is ready. */
  readonly pollIntervalMs: number;
}

/** A preview of a repository with thousands of images takes some seconds. */
const MOST_POLLS = 60;

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html */
const PolicyText = lazyObject(() => ({
  rules: z.array(
    z.object({
      rulePriority: z.number(),
      description: z.string().optional(),
      selection: z.object({
        tagStatus: z.string(),
        tagPrefixList: z.array(z.string()).optional(),
        tagPatternList: z.array(z.string()).optional(),
        storageClass: z.string().optional(),
        countType: z.string(),
        countUnit: z.string().optional(),
        countNumber: z.number(),
      }),
      action: z.object({ type: z.string(), targetStorageClass: z.string().optional() }),
    }),
  ),
}));
type Rule = z.infer<typeof PolicyText>['rules'][number];

/**
 * The lifecycle policy of a repository in words, and what it would delete or archive at its next run (GetLifecyclePolicy,
 * StartLifecyclePolicyPreview, GetLifecyclePolicyPreview). Undefined without a policy. Deletes nothing.
 */
export async function readLifecycle(reading: Reading): Promise<RepositoryLifecycle | undefined> {
  const { ecr, repository, signal } = reading;
  const policy = await readPolicy(reading);
  if (policy === undefined) return undefined;
  const start = new StartLifecyclePolicyPreviewCommand({ repositoryName: repository });
  await ecr.send(start, { abortSignal: signal }).catch((error: unknown) => {
    // Another window has started one, of the same policy.
    if (awsErrorName(error) !== 'LifecyclePolicyPreviewInProgressException') throw error;
  });
  const results = await readPreview(reading);
  return {
    rules: policy.rules,
    verdicts: results.flatMap(verdictOf),
    ...(policy.evaluatedAt === undefined ? {} : { evaluatedAt: policy.evaluatedAt.toISOString() }),
  };
}

async function readPolicy({ ecr, repository, signal }: Reading) {
  try {
    const command = new GetLifecyclePolicyCommand({ repositoryName: repository });
    const { lifecyclePolicyText = '', lastEvaluatedAt } = await ecr.send(command, { abortSignal: signal });
    return { rules: ruleSentences(lifecyclePolicyText), evaluatedAt: lastEvaluatedAt };
  } catch (error) {
    if (awsErrorName(error) === 'LifecyclePolicyNotFoundException') return undefined;
    throw error;
  }
}

async function readPreview({
  ecr,
  repository,
  signal,
  pollIntervalMs,
}: Reading): Promise<readonly LifecyclePolicyPreviewResult[]> {
  const results: LifecyclePolicyPreviewResult[] = [];
  let nextToken: string | undefined;
  for (let polls = 0; polls < MOST_POLLS; ) {
    const command = new GetLifecyclePolicyPreviewCommand({ repositoryName: repository, nextToken });
    const answer = await ecr.send(command, { abortSignal: signal });
    if (answer.status === 'FAILED' || answer.status === 'EXPIRED') break;
    if (answer.status === 'IN_PROGRESS') {
      polls += 1;
      await wait(pollIntervalMs, undefined, { signal });
      continue;
    }
    results.push(...(answer.previewResults ?? []));
    nextToken = answer.nextToken;
    if (nextToken === undefined) return results;
  }
  throw new SlipwayError(
    'UNAVAILABLE',
    `ECR has not finished the preview of the lifecycle policy of ${repository}. Try again in a minute.`,
    { retryable: true },
  );
}

function verdictOf(result: LifecyclePolicyPreviewResult): readonly LifecycleVerdict[] {
  const { imageDigest, imageTags = [], action, appliedRulePriority } = result;
  if (imageDigest === undefined) return [];
  return [
    {
      digest: imageDigest,
      tags: imageTags,
      action: action?.type === 'TRANSITION' ? 'archive' : 'expire',
      ...(appliedRulePriority === undefined ? {} : { priority: appliedRulePriority }),
    },
  ];
}

/** A policy that cannot be read has no words, and its preview still says what it would do. */
function ruleSentences(text: string): readonly LifecycleRule[] {
  const parsed = PolicyText.safeParse(parseJson(text));
  if (!parsed.success) return [];
  return parsed.data.rules
    .toSorted((one, other) => one.rulePriority - other.rulePriority)
    .map((rule) => ({
      priority: rule.rulePriority,
      sentence: `${actionOf(rule)} ${imagesOf(rule)} ${conditionOf(rule)}.`,
      ...(rule.description === undefined ? {} : { description: rule.description }),
    }));
}

function actionOf({ action }: Rule): string {
  return action.type === 'transition' ? 'Archives' : 'Deletes';
}

function imagesOf({ selection }: Rule): string {
  const { tagStatus, tagPrefixList = [], tagPatternList = [], storageClass } = selection;
  const archived = storageClass === 'archive' ? 'archived ' : '';
  if (tagStatus === 'untagged') return `${archived}images without a tag`;
  const patterns = [...tagPrefixList.map((prefix) => `${prefix}*`), ...tagPatternList];
  if (patterns.length === 0) return `${archived}images`;
  return `${archived}images with a tag like ${patterns.join(' and ')}`;
}

function conditionOf({ selection: { countType, countUnit = 'days', countNumber } }: Rule): string {
  const unit = countNumber === 1 ? countUnit.replace(/s$/, '') : countUnit;
  switch (countType) {
    case 'imageCountMoreThan':
      return `beyond the newest ${countNumber}`;
    case 'sinceImagePushed':
      return `${countNumber} ${unit} after their push`;
    case 'sinceImagePulled':
      return `${countNumber} ${unit} after their last pull`;
    case 'sinceImageTransitioned':
      return `${countNumber} ${unit} after they were archived`;
    default:
      return `by ${countType} ${countNumber}`;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
