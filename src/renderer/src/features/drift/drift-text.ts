/** The sentences of the card that compares a service with its declarations. */
export const DRIFT_TEXT = {
  title: 'Declared in',
  owner: 'owns the service',
  differences: (title: string): string => `Differences from ${title}`,
  order: 'declared → running',
  computed: (by: string): string => `computed from ${by}`,
  show: 'Write the images back…',
  hide: 'Hide the patches',
  writeBack: 'Declared image',
  ownerHasOther: (title: string, revision: string): string =>
    `${title} owns this service and declares another image than ${revision}: its next run may put that image back.`,
  hasOther: (title: string, revision: string): string => `${title} declares another image than ${revision}.`,
  computesImage: (title: string, by: string): string =>
    `${title} computes the image from ${by}, so check that it yields this release.`,
  loading: 'the patches',
  nothing: 'There is nothing to write back.',
  copy: 'Copy patch',
  copied: 'Copied',
  apply: 'Write into the file',
  applied: (file: string): string => `Written into ${file}. Nothing is committed.`,
  diff: (file: string): string => `Patch of ${file}`,
} as const;
