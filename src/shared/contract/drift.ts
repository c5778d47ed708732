import { z } from 'zod';
import { textUpTo } from '../model/bounded.ts';
import { Drift, DriftInput, DriftPatch } from '../model/drift.ts';
import { lazyObject, lazyStrictObject } from '../model/lazy-objects.ts';
import type { Methods } from './method.ts';

/** What runs beside what is declared. */
export const driftMethods = {
  'drift.get': {
    kind: 'query',
    about:
      'Compares a service with what declares it: its stack (CloudFormation, CDK, Copilot), states of Terraform, and files ' +
      'of clones. Values of variables are not returned.',
    input: DriftInput,
    output: Drift,
  },
  'drift.patch': {
    kind: 'query',
    about:
      'Returns what writes the running images back into each declaration: unified diffs of files, or what to do instead.',
    input: DriftInput,
    output: lazyObject(() => ({ patches: z.array(DriftPatch) })),
  },
  'drift.applyPatch': {
    kind: 'change',
    about:
      'Writes a patch of drift.patch into its file, if the file is still what it was made from. Commits nothing.',
    input: lazyStrictObject(() => ({ id: textUpTo(64) })),
    output: lazyObject(() => ({ file: z.string() })),
  },
} as const satisfies Methods;
