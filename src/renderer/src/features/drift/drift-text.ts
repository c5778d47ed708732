/** The sentences of the card that compares a service with its declarations. */
export const DRIFT_TEXT = {
  title: 'Declared in',
  owner: 'owns the service',
  differences: (title: string): string => `Differences from ${title}`,
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
