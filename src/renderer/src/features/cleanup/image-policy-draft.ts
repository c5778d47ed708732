import { z } from 'zod';
import { type ImageCleanupPolicy, TagPattern } from '../../../../shared/model/image-cleanup.ts';

/** A policy for images as it stands in the form; a number field that is empty holds text. */
export interface ImagePolicyDraft {
  readonly keepNewest: number | string;
  readonly keepDays: number | string;
  readonly keepWorked: number | string;
  readonly keepTags: readonly string[];
  readonly untaggedOnly: boolean;
  readonly keepForInactive: boolean;
}

export const IMAGE_POLICY_DRAFT: z.ZodType<ImagePolicyDraft> = z.object({
  keepNewest: z.union([z.number(), z.string()]),
  keepDays: z.union([z.number(), z.string()]),
  keepWorked: z.union([z.number(), z.string()]),
  keepTags: z.array(z.string()),
  untaggedOnly: z.boolean(),
  keepForInactive: z.boolean(),
});

const FIRST_POLICY: ImageCleanupPolicy = {
  keepNewest: 10,
  keepDays: 30,
  keepWorked: 3,
  keepTags: ['latest'],
  untaggedOnly: false,
  keepForInactive: true,
};

export function imageDraftOf(saved: ImageCleanupPolicy | undefined): ImagePolicyDraft {
  return saved ?? FIRST_POLICY;
}

/** Undefined while a number is missing, or a pattern is none. */
export function imagePolicyOf(draft: ImagePolicyDraft): ImageCleanupPolicy | undefined {
  const { keepNewest, keepDays, keepWorked, keepTags, ...choices } = draft;
  if (typeof keepNewest !== 'number' || typeof keepDays !== 'number' || typeof keepWorked !== 'number')
    return undefined;
  if (wrongPattern(keepTags) !== undefined) return undefined;
  return { keepNewest, keepDays, keepWorked, keepTags, ...choices };
}

/** The first of these that is no pattern of a tag. */
export function wrongPattern(patterns: readonly string[]): string | undefined {
  return patterns.find((pattern) => !TagPattern.safeParse(pattern).success);
}

export function isSamePolicy(one: ImageCleanupPolicy, other: ImageCleanupPolicy | undefined): boolean {
  return (
    one.keepNewest === other?.keepNewest &&
    one.keepDays === other.keepDays &&
    one.keepWorked === other.keepWorked &&
    one.untaggedOnly === other.untaggedOnly &&
    one.keepForInactive === other.keepForInactive &&
    one.keepTags.join(' ') === other.keepTags.join(' ')
  );
}
