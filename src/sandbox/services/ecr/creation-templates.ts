import {
  CreateRepositoryCreationTemplateCommand,
  type CreateRepositoryCreationTemplateRequest,
  DeleteRepositoryCreationTemplateCommand,
  DescribeRepositoryCreationTemplatesCommand,
  type RepositoryCreationTemplate,
  TemplateAlreadyExistsException$,
  TemplateNotFoundException$,
  UpdateRepositoryCreationTemplateCommand,
} from '@aws-sdk/client-ecr';
import { awsError, type CallContext, type Operation, operation } from '../../aws-api/service.ts';
import { byRegion } from '../../core/by-region.ts';
import type { EcrState } from './ecr-state.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { parseLifecyclePolicy } from './lifecycle-policy.ts';
import { checkExclusions } from './mutability-exclusions.ts';
import { page } from './pages.ts';
import { isRepositoryPolicy } from './resource-policy.ts';

/**
 * The repository creation templates of each region, kept and shown: no repository is created by a pull or a push
 * here.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
 */
export function creationTemplateOperations({ clock }: EcrState): readonly Operation[] {
  const templatesIn = byRegion(() => new Map<string, RepositoryCreationTemplate>());

  return [
    operation(CreateRepositoryCreationTemplateCommand, (input, { accountId, region }) => {
      const templates = templatesIn(region);
      const { prefix = '' } = input;
      checkPolicies(input);
      if (templates.has(prefix)) {
        throw awsError(
          TemplateAlreadyExistsException$,
          `The Template with prefix '${prefix}' already exists in the registry with id '${accountId}'`,
        );
      }
      const repositoryCreationTemplate: RepositoryCreationTemplate = {
        encryptionConfiguration: { encryptionType: 'AES256' },
        imageTagMutability: 'MUTABLE',
        resourceTags: [],
        ...given(input),
        createdAt: clock.now(),
        updatedAt: clock.now(),
      };
      templates.set(prefix, repositoryCreationTemplate);
      return { registryId: accountId, repositoryCreationTemplate };
    }),

    operation(DescribeRepositoryCreationTemplatesCommand, (input, { accountId, region }) => {
      const { prefixes } = input;
      const templates = [...templatesIn(region).values()]
        .filter((template) => prefixes === undefined || prefixes.includes(prefixOf(template)))
        .toSorted((one, other) => (prefixOf(one) < prefixOf(other) ? -1 : 1));
      const { items, ...rest } = page(templates, prefixOf, input);
      return { ...rest, registryId: accountId, repositoryCreationTemplates: [...items] };
    }),

    operation(UpdateRepositoryCreationTemplateCommand, (input, context) => {
      const templates = templatesIn(context.region);
      const template = templateNamed(templates, input.prefix, context);
      checkPolicies(input);
      const repositoryCreationTemplate = { ...template, ...given(input), updatedAt: clock.now() };
      templates.set(prefixOf(template), repositoryCreationTemplate);
      return { registryId: context.accountId, repositoryCreationTemplate };
    }),

    operation(DeleteRepositoryCreationTemplateCommand, (input, context) => {
      const templates = templatesIn(context.region);
      const repositoryCreationTemplate = templateNamed(templates, input.prefix, context);
      templates.delete(prefixOf(repositoryCreationTemplate));
      return { registryId: context.accountId, repositoryCreationTemplate };
    }),
  ];
}

/** The policies of the repositories that a template creates are checked as those of a repository are. */
function checkPolicies({
  repositoryPolicy,
  lifecyclePolicy,
  ...settings
}: Partial<CreateRepositoryCreationTemplateRequest>): void {
  checkExclusions(settings);
  if (repositoryPolicy !== undefined && !isRepositoryPolicy(repositoryPolicy)) {
    throw invalidParameter('repositoryPolicy', 'Invalid repository policy provided');
  }
  if (lifecyclePolicy === undefined) return;
  const parsed = parseLifecyclePolicy(lifecyclePolicy);
  if (!parsed.ok) throw invalidParameter('lifecyclePolicy', parsed.reason);
}

function given(input: Partial<CreateRepositoryCreationTemplateRequest>): RepositoryCreationTemplate {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

function prefixOf({ prefix = '' }: RepositoryCreationTemplate): string {
  return prefix;
}

function templateNamed(
  templates: ReadonlyMap<string, RepositoryCreationTemplate>,
  prefix: string | undefined,
  { accountId }: CallContext,
): RepositoryCreationTemplate {
  const template = templates.get(prefix ?? '');
  if (template !== undefined) return template;
  throw awsError(
    TemplateNotFoundException$,
    `The Template with prefix '${prefix}' does not exist in the registry with id '${accountId}'`,
  );
}
