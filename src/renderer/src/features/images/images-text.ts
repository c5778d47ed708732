import type { Repository } from '../../../../shared/model/image.ts';
import { pinsByDefault } from '../../lib/deployable-reference.ts';

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
  none: (repository: string) => `${repository} has no images yet`,
  noneHelp: 'Push a local image, or build one from a folder.',
  noMatch: 'No matching images',
  noMatchHelp: (repository: string) => `${repository} has no matching tag, digest or commit.`,
  untagged: 'untagged',
  archived: 'archived',
  built: 'built',
  pushed: 'pushed',
  tagToDeploy: 'Tag to deploy',
  pin(repository: Repository, tag: string | undefined): string {
    if (tag === undefined) return 'Pin the digest (the image is untagged)';
    return pinsByDefault(repository, tag)
      ? `Pin the digest (${tag} can be overwritten)`
      : `Pin the digest (${tag} can't be overwritten)`;
  },
} as const;
