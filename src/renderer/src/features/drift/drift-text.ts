import type { Declaration, DeclaredMember } from '../../../../shared/model/drift.ts';

/** The sentences of the card of what declares a service, to be read together. */
export const DRIFT_TEXT = {
  title: 'Declared in',
  counts: ({ differences, computed, same }: Declaration): string =>
    [
      `${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}`,
      `${same} the same`,
      ...(computed.length === 0 ? [] : [`${computed.length} computed`]),
    ].join(', '),
  owner: 'owns the service',
  differences: (title: string): string => `Differences from ${title}`,
  /** Where a value may be a secret, only its name is known here. */
  hidden: ({ declared, running }: DeclaredMember): string => {
    if (declared === undefined && running === undefined) return 'another value';
    return declared === undefined ? 'runs, and is not declared' : 'declared, and does not run';
  },
  computed: (by: string): string => `computed from ${by}`,
  show: 'Write the images back…',
  loading: 'the patches',
  nothing: 'There is nothing to write back.',
  copy: 'Copy patch',
  copied: 'Copied',
  apply: 'Write into the file',
  applied: (file: string): string => `Written into ${file}. Nothing is committed.`,
  diff: (file: string): string => `Patch of ${file}`,
} as const;
