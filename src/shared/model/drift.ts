import { z } from 'zod';
import { listUpTo, textUpTo } from './bounded.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { ServiceRef } from './service.ts';

/** What declares a service. A stack of CDK or Copilot is one of CloudFormation. */
export const DeclarationKind = z.enum([
  'cloudformation',
  'cdk',
  'copilot-stack',
  'terraform',
  'copilot',
  'project-file',
  'task-definition',
]);
export type DeclarationKind = z.infer<typeof DeclarationKind>;

/** A member of a service or task definition that runs with another value than is declared, or whose value is computed. */
export const DeclaredMember = lazyObject(() => ({
  /** Such as `image of app`, `cpu` or `variable LOG_LEVEL of app`. */
  name: z.string(),
  /** Missing where the value may be a secret. */
  running: z.string().optional(),
  declared: z.string().optional(),
  /** What computes the value, such as `the parameter ImageTag`; missing for a value that is declared. */
  by: z.string().optional(),
}));
export type DeclaredMember = Immutable<z.infer<typeof DeclaredMember>>;

/** One declaration of a service, beside what runs. */
export const Declaration = lazyObject(() => ({
  kind: DeclarationKind,
  /** Such as `CloudFormation stack shop-prod`. */
  title: z.string(),
  /** The ARN of a stack, the path of a file, or the address of an object in S3. */
  where: z.string(),
  /** Whether its next update or apply changes the service by itself. */
  isOwner: z.boolean(),
  /** How many members run as they are declared. */
  same: z.number().int(),
  differences: z.array(DeclaredMember),
  /** Members that cannot be compared, because something computes them. */
  computed: z.array(DeclaredMember),
  notes: z.array(z.string()),
}));
export type Declaration = Immutable<z.infer<typeof Declaration>>;

/** `2 differences, 4 the same, 1 computed`. */
export function declarationCounts({ differences, same, computed }: Declaration): string {
  return [
    `${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}`,
    `${same} the same`,
    ...(computed.length === 0 ? [] : [`${computed.length} computed`]),
  ].join(', ');
}

/** A difference whose values are not both shown: one may be missing, or secret. */
export function hiddenDifference({ declared, running }: DeclaredMember): string {
  if (declared === undefined && running === undefined) return 'another value';
  return declared === undefined ? 'set, but not declared' : 'declared, but not set';
}

/** What declares a service, and how what runs differs from it. */
export const Drift = lazyObject(() => ({
  declarations: z.array(Declaration),
  /** What could not be read, each as a sentence. */
  notRead: z.array(z.string()),
}));
export type Drift = Immutable<z.infer<typeof Drift>>;

export const DriftInput = lazyStrictObject(() => ({
  ...ServiceRef.shape,
  folders: listUpTo(10, textUpTo(4_096).min(1))
    .optional()
    .describe('of clones, besides those in the settings; on the command line only'),
}));

/** What writes the running images into one declaration: a change of a file, or what a person does instead. */
export const DriftPatch = lazyObject(() => ({
  /** Of the declaration. */
  title: z.string(),
  /** For drift.applyPatch; missing where no file is changed. */
  id: z.string().optional(),
  file: z.string().optional(),
  /** Unified, with paths relative to the folder. */
  diff: z.string().optional(),
  /** What to do, or why there is nothing to do. */
  sentence: z.string(),
}));
export type DriftPatch = Immutable<z.infer<typeof DriftPatch>>;
