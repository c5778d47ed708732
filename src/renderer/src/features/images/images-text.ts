import { parseImageReference } from '../../../../shared/model/image-reference.ts';

/** The sentences of the choice of a repository and of an image in it, to be read together. */
export const IMAGES_TEXT = {
  repository: 'Repository',
  chooseRepository: 'Choose a repository',
  loadingRepositories: 'Loading repositories…',
  noMatchingRepository: 'No matching repository in this account and region',
  images: 'Images',
  search: 'Search tags, digests and commits',
  searchOf: (count: number) =>
    `Search ${count === 1 ? '1 image' : `${count} images`} by tag, digest or commit`,
  searchOrType: 'Search tags, digests and commits, or type an image',
  searchOrTypeHint: 'Tag, digest or commit, or any image such as nginx:1.27',
  typedImage: (reference: string) =>
    `Use ${reference}${parseImageReference(reference)?.registry === undefined ? ' from Docker Hub' : ''}`,
  tag: 'Tag',
  digest: 'Digest',
  commit: 'Commit',
  pushedAt: 'Pushed',
  platform: 'Platform',
  size: 'Size',
  state: 'State',
  running: 'running',
  builtAt: (age: string) => `Built ${age}`,
  none: (repository: string) => `${repository} has no images yet`,
  noneHelp: 'Push a local image, or build one from a folder.',
  noMatch: 'No matching images',
  noMatchHelp: (repository: string) => `${repository} has no matching tag, digest or commit.`,
  noReference: (typed: string, problem: string) =>
    `${typed} is not an image of another registry either: ${problem}.`,
  untagged: 'untagged',
  archived: 'archived',
  tagToDeploy: 'Tag to deploy',
  pinned: 'Name the image by',
  pinnedKinds: { both: 'Tag and digest', tag: 'Tag only', digest: 'Digest only' },
  pinnedHelp: {
    both: 'Later tasks run exactly this image. Remembered for this service.',
    tag: 'Unless the tag is immutable, later tasks run whatever image it points to then. Remembered for this service.',
    digest: 'Later tasks run exactly this image. Remembered for this service.',
  },
} as const;
