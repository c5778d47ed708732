import { ImageTagMutability, TargetStorageClass } from '@aws-sdk/client-ecr';
import type { Operation } from '../../aws-api/service.ts';
import { invalidParameter } from './invalid-parameter.ts';

type Constraint =
  | { readonly kind: 'text'; readonly least: number; readonly most: number; readonly pattern?: RegExp }
  | { readonly kind: 'one-of'; readonly values: readonly string[] }
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  | { readonly kind: 'list'; readonly most: number }
  | { readonly kind: 'filters'; readonly most: number; readonly pattern: RegExp };

const REPOSITORY_NAME: Constraint = {
  kind: 'text',
  least: 2,
  most: 256,
  pattern: /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
};
const DIGEST: Constraint = { kind: 'text', least: 1, most: 1024, pattern: /^[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+$/ };
const ONE_TO_A_THOUSAND: Constraint = { kind: 'number', least: 1, most: 1000 };

/**
 * What the ECR API documents about its parameters and the SDK's schemas do not carry. A parameter of this name means
 * the same in every operation that takes it.
 */
const CONSTRAINTS: Readonly<Record<string, Constraint>> = {
  repositoryName: REPOSITORY_NAME,
  registryId: { kind: 'text', least: 12, most: 12, pattern: /^[0-9]{12}$/ },
  imageTag: { kind: 'text', least: 1, most: 300, pattern: /^[a-zA-Z0-9_][a-zA-Z0-9._-]*$/ },
  imageDigest: DIGEST,
  imageManifest: { kind: 'text', least: 1, most: 4_194_304 },
  imageTagMutability: { kind: 'one-of', values: Object.values(ImageTagMutability) },
  imageTagMutabilityExclusionFilters: { kind: 'filters', most: 5, pattern: /^[0-9a-zA-Z._*-]{1,128}$/ },
  imageIds: { kind: 'list', most: 100 },
  layerDigests: { kind: 'list', most: 100 },
  lifecyclePolicyText: { kind: 'text', least: 100, most: 30_720 },
  maxResults: ONE_TO_A_THOUSAND,
  partFirstByte: { kind: 'number', least: 0, most: Number.MAX_SAFE_INTEGER },
  partLastByte: { kind: 'number', least: 0, most: Number.MAX_SAFE_INTEGER },
  policyText: { kind: 'text', least: 0, most: 10_240 },
  repositoryNames: { kind: 'list', most: 100 },
  targetStorageClass: { kind: 'one-of', values: Object.values(TargetStorageClass) },
};

/** The operation with its parameters checked first. */
export function constrained(operation: Operation): Operation {
  return {
    ...operation,
    async run(input, context) {
      for (const [member, value] of Object.entries(input)) {
        const constraint = Object.hasOwn(CONSTRAINTS, member) ? CONSTRAINTS[member] : undefined;
        if (constraint !== undefined) check(member, value, constraint);
      }
      return operation.run(input, context);
    },
  };
}

/** @throws AwsError `InvalidParameterException`. */
function check(member: string, value: unknown, constraint: Constraint): void {
  const breach = breachOf(value, constraint);
  if (breach !== undefined) throw invalidParameter(member, breach);
}

function breachOf(value: unknown, constraint: Constraint): string | undefined {
  switch (constraint.kind) {
    case 'text': {
      if (typeof value !== 'string') return undefined;
      const { least, most, pattern } = constraint;
      if (value.length < least) return `Member must have length greater than or equal to ${least}`;
      if (value.length > most) return `Member must have length less than or equal to ${most}`;
      return pattern === undefined || pattern.test(value) ? undefined : mustSatisfy(pattern);
    }
    case 'one-of':
      if (typeof value !== 'string' || constraint.values.includes(value)) return undefined;
      return `Member must satisfy enum value set: [${constraint.values.join(', ')}]`;
    case 'number': {
      if (typeof value !== 'number') return undefined;
      const { least, most } = constraint;
      if (!Number.isInteger(value) || value < least)
        return `Member must have value greater than or equal to ${least}`;
      return value > most ? `Member must have value less than or equal to ${most}` : undefined;
    }
    case 'list':
      return Array.isArray(value) ? breachOfLength(value.length, constraint.most) : undefined;
    case 'filters': {
      const { most, pattern } = constraint;
      if (!isFilters(value)) return undefined;
      const isUnlike = value.some(({ filter }) => filter !== undefined && !pattern.test(filter));
      return breachOfLength(value.length, most) ?? (isUnlike ? mustSatisfy(pattern) : undefined);
    }
  }
}

function breachOfLength(length: number, most: number): string | undefined {
  if (length < 1) return 'Member must have length greater than or equal to 1';
  return length > most ? `Member must have length less than or equal to ${most}` : undefined;
}

/** The operation's schema has been read by now: filters are objects with a text. */
function isFilters(value: unknown): value is readonly { readonly filter?: string }[] {
  return Array.isArray(value);
}

/** AWS writes its patterns without the anchors, which they all have. */
function mustSatisfy({ source }: RegExp): string {
  return `must satisfy regular expression '${source.slice(1, -1)}'`;
}
