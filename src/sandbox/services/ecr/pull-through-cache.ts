import {
  CreatePullThroughCacheRuleCommand,
  DeletePullThroughCacheRuleCommand,
  DescribePullThroughCacheRulesCommand,
  type PullThroughCacheRule,
  PullThroughCacheRuleAlreadyExistsException$,
  PullThroughCacheRuleNotFoundException$,
  UnsupportedUpstreamRegistryException$,
  UpdatePullThroughCacheRuleCommand,
  type UpstreamRegistry,
  ValidatePullThroughCacheRuleCommand,
} from '@aws-sdk/client-ecr';
import { awsError, type CallContext, type Operation, operation } from '../../aws-api/service.ts';
import { byRegion } from '../../core/by-region.ts';
import type { EcrState } from './ecr-state.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { page } from './pages.ts';

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-rule.html */
const UPSTREAMS: readonly (readonly [RegExp, UpstreamRegistry])[] = [
  [/^public\.ecr\.aws$/, 'ecr-public'],
  [/^quay\.io$/, 'quay'],
  [/^registry\.k8s\.io$/, 'k8s'],
  [/^registry-1\.docker\.io$/, 'docker-hub'],
  [/^ghcr\.io$/, 'github-container-registry'],
  [/^[a-z0-9]+\.azurecr\.io$/, 'azure-container-registry'],
  [/^registry\.gitlab\.com$/, 'gitlab-container-registry'],
  [/^cgr\.dev$/, 'chainguard'],
  [/^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/, 'ecr'],
];

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html (upstream registries) */
const NEED_CREDENTIALS: ReadonlySet<UpstreamRegistry> = new Set<UpstreamRegistry>([
  'docker-hub',
  'github-container-registry',
  'azure-container-registry',
  'gitlab-container-registry',
  'chainguard',
]);

/**
 * The pull-through cache rules of each region. They are kept and shown; nothing is pulled through them, since the
 * sandbox never leaves the machine.
 */
export function pullThroughCacheOperations({ clock }: EcrState): readonly Operation[] {
  const rulesIn = byRegion(() => new Map<string, PullThroughCacheRule>());

  return [
    operation(CreatePullThroughCacheRuleCommand, (input, { accountId, region }) => {
      const { ecrRepositoryPrefix: prefix = '', upstreamRegistryUrl: url = '' } = input;
      const rules = rulesIn(region);
      if (rules.has(prefix)) {
        throw awsError(
          PullThroughCacheRuleAlreadyExistsException$,
          `Pull through cache rule for repository prefix '${prefix}' already exists in registry with id '${accountId}'`,
        );
      }
      const upstreamRegistry = UPSTREAMS.find(([host]) => host.test(url))?.[1];
      if (upstreamRegistry === undefined) {
        throw awsError(
          UnsupportedUpstreamRegistryException$,
          `The upstream registry '${url}' is not supported for pull through cache rules`,
        );
      }
      const { credentialArn, customRoleArn, upstreamRepositoryPrefix } = input;
      if (credentialArn === undefined && NEED_CREDENTIALS.has(upstreamRegistry)) {
        throw invalidParameter('credentialArn', `${url} needs the ARN of a secret with credentials`);
      }
      const rule: PullThroughCacheRule = {
        ecrRepositoryPrefix: prefix,
        upstreamRegistryUrl: url,
        upstreamRegistry,
        createdAt: clock.now(),
        updatedAt: clock.now(),
        registryId: accountId,
        ...(credentialArn !== undefined && { credentialArn }),
        ...(customRoleArn !== undefined && { customRoleArn }),
        ...(upstreamRepositoryPrefix !== undefined && { upstreamRepositoryPrefix }),
      };
      rules.set(prefix, rule);
      return rule;
    }),

    operation(DescribePullThroughCacheRulesCommand, (input, context) => {
      const rules = rulesIn(context.region);
      const { ecrRepositoryPrefixes: prefixes } = input;
      const named = prefixes?.map((prefix) => ruleNamed(rules, prefix, context));
      const sorted = (named ?? [...rules.values()]).toSorted((one, other) =>
        prefixOf(one) < prefixOf(other) ? -1 : 1,
      );
      const { items, ...rest } = page(sorted, prefixOf, input);
      return { ...rest, pullThroughCacheRules: [...items] };
    }),

    operation(UpdatePullThroughCacheRuleCommand, (input, context) => {
      const rules = rulesIn(context.region);
      const rule = ruleNamed(rules, input.ecrRepositoryPrefix, context);
      const { credentialArn, customRoleArn } = input;
      const updated: PullThroughCacheRule = {
        ...rule,
        ...(credentialArn !== undefined && { credentialArn }),
        ...(customRoleArn !== undefined && { customRoleArn }),
        updatedAt: clock.now(),
      };
      rules.set(prefixOf(rule), updated);
      return updated;
    }),

    operation(DeletePullThroughCacheRuleCommand, (input, context) => {
      const rules = rulesIn(context.region);
      const rule = ruleNamed(rules, input.ecrRepositoryPrefix, context);
      rules.delete(prefixOf(rule));
      return rule;
    }),

    operation(ValidatePullThroughCacheRuleCommand, (input, context) => ({
      ...ruleNamed(rulesIn(context.region), input.ecrRepositoryPrefix, context),
      isValid: true,
    })),
  ];
}

function prefixOf({ ecrRepositoryPrefix = '' }: PullThroughCacheRule): string {
  return ecrRepositoryPrefix;
}

function ruleNamed(
  rules: ReadonlyMap<string, PullThroughCacheRule>,
  prefix: string | undefined,
  { accountId }: CallContext,
): PullThroughCacheRule {
  const rule = rules.get(prefix ?? '');
  if (rule !== undefined) return rule;
  throw awsError(
    PullThroughCacheRuleNotFoundException$,
    `Pull through cache rule for repository prefix '${prefix}' not found in registry with id '${accountId}'`,
  );
}
