import { z } from 'zod';
import type { CleanupPolicy, ProtectingTag } from '../../../../shared/model/cleanup.ts';

/** A policy as it stands in the form; a number field that is empty holds text. */
export interface PolicyDraft {
  readonly keepNewest: number | string;
  readonly keepDays: number | string;
  readonly keepWorked: number | string;
  /** `key` or `key=value`; empty for none. */
  readonly tag: string;
  readonly deletePermanently: boolean;
}

export const POLICY_DRAFT: z.ZodType<PolicyDraft> = z.object({
  keepNewest: z.union([z.number(), z.string()]),
  keepDays: z.union([z.number(), z.string()]),
  keepWorked: z.union([z.number(), z.string()]),
  tag: z.string(),
  deletePermanently: z.boolean(),
});

const FIRST_POLICY: PolicyDraft = {
  keepNewest: 10,
  keepDays: 0,
  keepWorked: 3,
  tag: '',
  deletePermanently: false,
};

/** The initial form: the saved policy, except that permanent deletion is chosen again each time. */
export function draftOf(saved: CleanupPolicy | undefined): PolicyDraft {
  if (saved === undefined) return FIRST_POLICY;
  const { keepNewest, keepDays, keepWorked, keepTagged } = saved;
  return { keepNewest, keepDays, keepWorked, tag: tagText(keepTagged), deletePermanently: false };
}

/** Undefined while a number is missing. */
export function policyOf(draft: PolicyDraft): CleanupPolicy | undefined {
  const { keepNewest, keepDays, keepWorked, deletePermanently } = draft;
  if (typeof keepNewest !== 'number' || typeof keepDays !== 'number' || typeof keepWorked !== 'number')
    return undefined;
  const keepTagged = tagOf(draft.tag);
  return {
    keepNewest,
    keepDays,
    keepWorked,
    deletePermanently,
    ...(keepTagged === undefined ? {} : { keepTagged }),
  };
}

/** Whether two policies keep the same; `deletePermanently` is no part of what is saved. */
export function keepsTheSame(one: CleanupPolicy, other: CleanupPolicy | undefined): boolean {
  return (
    one.keepNewest === other?.keepNewest &&
    one.keepDays === other.keepDays &&
    one.keepWorked === other.keepWorked &&
    tagText(one.keepTagged) === tagText(other.keepTagged)
  );
}

function tagOf(text: string): ProtectingTag | undefined {
  const [key = '', ...rest] = text.split('=').map((part) => part.trim());
  const value = rest.join('=');
  if (key === '') return undefined;
  return value === '' ? { key } : { key, value };
}

function tagText(tag: ProtectingTag | undefined): string {
  if (tag === undefined) return '';
  return tag.value === undefined ? tag.key : `${tag.key}=${tag.value}`;
}
