import {
  DeleteLifecyclePolicyCommand,
  GetLifecyclePolicyCommand,
  GetLifecyclePolicyPreviewCommand,
  LifecyclePolicyNotFoundException$,
  LifecyclePolicyPreviewNotFoundException$,
  type LifecyclePolicyPreviewResult,
  PutLifecyclePolicyCommand,
  StartLifecyclePolicyPreviewCommand,
} from '@aws-sdk/client-ecr';
import {
  type AwsError,
  awsError,
  type CallContext,
  type Operation,
  operation,
} from '../../aws-api/service.ts';
import { archiveImage, changeSettings, type Repository, removeImage } from '../../registry/repository.ts';
import type { EcrState } from './ecr-state.ts';
import { findRepository } from './find-repository.ts';
import { invalidParameter } from './invalid-parameter.ts';
import {
  applyPolicy,
  type LifecyclePolicy,
  type LifecycleVerdict,
  parseLifecyclePolicy,
} from './lifecycle-policy.ts';
import { page } from './pages.ts';

interface Preview {
  readonly policyText: string;
  readonly readyAt: Date;
  readonly verdicts: readonly LifecycleVerdict[];
}

const PREVIEW_MS = 5000;

/** AWS takes up to a day until it applies a policy, and looks again every day. */
const FIRST_RUN_MS = 60 * 60 * 1000;
const NEXT_RUN_MS = 24 * FIRST_RUN_MS;

/** Lifecycle policies: put, get, delete and preview. A policy does its work an hour after it was put, then daily. */
export function lifecycleOperations(state: EcrState): readonly Operation[] {
  const previews = new WeakMap<Repository, Preview>();
  for (const repository of state.repositories()) {
    const { lifecyclePolicy } = repository;
    if (lifecyclePolicy !== undefined) scheduleRun(state, repository, lifecyclePolicy, FIRST_RUN_MS);
  }
  const names = (repository: Repository, { accountId }: CallContext) => ({
    registryId: accountId,
    repositoryName: repository.name,
  });

  return [
    operation(PutLifecyclePolicyCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const { lifecyclePolicyText = '' } = input;
      readPolicy(lifecyclePolicyText);
      changeSettings(repository, {
        lifecyclePolicy: lifecyclePolicyText,
        lifecycleEvaluatedAt: undefined,
      });
      scheduleRun(state, repository, lifecyclePolicyText, FIRST_RUN_MS);
      return { ...names(repository, context), lifecyclePolicyText };
    }),

    operation(GetLifecyclePolicyCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const lifecyclePolicyText = policyOf(repository, context);
      const lastEvaluatedAt = evaluatedAt(state, repository);
      return { ...names(repository, context), lifecyclePolicyText, lastEvaluatedAt };
    }),

    operation(DeleteLifecyclePolicyCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const lifecyclePolicyText = policyOf(repository, context);
      const lastEvaluatedAt = evaluatedAt(state, repository);
      changeSettings(repository, { lifecyclePolicy: undefined, lifecycleEvaluatedAt: undefined });
      return { ...names(repository, context), lifecyclePolicyText, lastEvaluatedAt };
    }),

    operation(StartLifecyclePolicyPreviewCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const policyText = input.lifecyclePolicyText ?? policyOf(repository, context);
      const now = state.clock.now();
      const verdicts = applyPolicy(readPolicy(policyText), [...repository.images.values()], now);
      previews.set(repository, { policyText, readyAt: new Date(now.getTime() + PREVIEW_MS), verdicts });
      return {
        ...names(repository, context),
        lifecyclePolicyText: policyText,
        status: 'IN_PROGRESS' as const,
      };
    }),

    operation(GetLifecyclePolicyPreviewCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const preview = previews.get(repository);
      if (preview === undefined)
        throw notFound(LifecyclePolicyPreviewNotFoundException$, 'preview ', repository, context);
      const head = { ...names(repository, context), lifecyclePolicyText: preview.policyText };
      if (state.clock.now() < preview.readyAt) return { ...head, status: 'IN_PROGRESS' as const };
      const wanted = input.imageIds?.map(({ imageDigest }) => imageDigest);
      const shown = preview.verdicts
        .filter(({ image }) => wanted === undefined || wanted.includes(image.digest))
        .toSorted((one, other) => (one.image.digest < other.image.digest ? -1 : 1));
      const { items, ...rest } = page(shown, ({ image }) => image.digest, input);
      const expiring = preview.verdicts.filter(({ action }) => action === 'EXPIRE').length;
      return {
        ...head,
        ...rest,
        status: 'COMPLETE' as const,
        previewResults: items.map(previewResult),
        summary: {
          expiringImageTotalCount: expiring,
          transitioningImageTotalCounts: [
            { targetStorageClass: 'ARCHIVE' as const, imageTotalCount: preview.verdicts.length - expiring },
          ],
        },
      };
    }),
  ];
}

function previewResult({ image, rulePriority, action }: LifecycleVerdict): LifecyclePolicyPreviewResult {
  return {
    imageTags: [...image.tags],
    imageDigest: image.digest,
    imagePushedAt: image.pushedAt,
    action: { type: action, ...(action === 'TRANSITION' && { targetStorageClass: 'ARCHIVE' }) },
    appliedRulePriority: rulePriority,
  };
}

/**
 * When the policy was last applied. Before that it is the beginning of 1970, as in the example of
 * https://docs.aws.amazon.com/cli/latest/reference/ecr/delete-lifecycle-policy.html.
 */
function evaluatedAt({ clock }: EcrState, { lifecycleEvaluatedAt }: Repository): Date {
  return lifecycleEvaluatedAt ?? clock.fromWallTime(new Date(0));
}

/** Until the policy is another one, or none. */
function scheduleRun(state: EcrState, repository: Repository, text: string, afterMs: number): void {
  const { clock } = state;
  clock.schedule(new Date(clock.now().getTime() + afterMs), () => {
    if (repository.lifecyclePolicy !== text) return;
    carryOut(state, repository, applyPolicy(readPolicy(text), [...repository.images.values()], clock.now()));
    changeSettings(repository, { lifecycleEvaluatedAt: clock.now() });
    scheduleRun(state, repository, text, NEXT_RUN_MS);
  });
}

function carryOut(state: EcrState, repository: Repository, verdicts: readonly LifecycleVerdict[]): void {
  for (const { image, action } of verdicts) {
    if (action === 'EXPIRE') removeImage(repository, image);
    else archiveImage(repository, image, state.clock.now());
  }
  const expired = verdicts.filter(({ action }) => action === 'EXPIRE').map(({ image }) => image);
  state.garbage.afterRemoval(repository, expired);
}

function readPolicy(text: string): LifecyclePolicy {
  const parsed = parseLifecyclePolicy(text);
  if (parsed.ok) return parsed.policy;
  throw invalidParameter('LifecyclePolicyText', parsed.reason);
}

function policyOf(repository: Repository, context: CallContext): string {
  const { lifecyclePolicy } = repository;
  if (lifecyclePolicy !== undefined) return lifecyclePolicy;
  throw notFound(LifecyclePolicyNotFoundException$, '', repository, context);
}

function notFound(
  error: typeof LifecyclePolicyNotFoundException$,
  what: string,
  repository: Repository,
  { accountId }: CallContext,
): AwsError {
  return awsError(
    error,
    `Lifecycle policy ${what}does not exist for the repository with name '${repository.name}' in the registry with id '${accountId}'`,
  );
}
