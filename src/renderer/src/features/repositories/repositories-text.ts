import type { PromotionProgress } from '../../../../shared/model/promotion.ts';
import { formatBytes, formatTransfer } from '../../lib/format.ts';
import type { RunningUse } from './image-rows.ts';

/** The sentences of the pages of repositories and their images, to be read together. */
export const REPOSITORIES_TEXT = {
  title: 'Images',
  loading: 'repositories',
  filter: 'Filter repositories',
  repositories: (count: number) => (count === 1 ? '1 repository' : `${count} repositories`),
  none: (region: string) => `There are no ECR repositories in ${region}.`,
  noneHelp: 'Choose another region on the left, or create one.',
  noMatch: 'No matching repositories',
  repositoryColumns: ['Repository', 'Tags', 'Scan', 'Created'],
  mutable: 'mutable tags',
  immutable: 'immutable tags',
  scanned: 'scanned on push',
  notScanned: 'not scanned on push',
  allRepositories: 'All repositories',
  cleanUp: 'Clean up images…',
  images: (count: number, bytes: number) =>
    `${count === 1 ? '1 image' : `${count} images`}, ${formatBytes(bytes)}`,
  search: 'Search tags, digests, commits and services',
  show: 'Show',
  all: 'All',
  used: 'Running',
  unused: 'Not running',
  untagged: 'Untagged',
  expiring: 'Expiring',
  tagsAndCommit: 'Tags and commit',
  digest: 'Digest',
  size: 'Size',
  pushed: 'Pushed',
  findings: 'Findings',
  runs: 'Runs in',
  noTag: 'untagged',
  noSuchImage: (repository: string, digest: string) =>
    `${repository} has no image ${digest.slice(0, 100)}. It may have been deleted. Choose one in the list.`,
  dismiss: 'Dismiss',
  archived: 'archived',
  restoring: 'being restored',
  storage: 'Storage',
  archivedHelp: 'Archived: it cannot be pulled.',
  restoringHelp: 'ECR is restoring it, which takes up to 20 minutes.',
  notScannedYet: 'not scanned',
  noFindings: 'none',
  notRunning: (revisions: number) => {
    if (revisions === 0) return 'not running';
    return `not running, in ${revisions === 1 ? '1 revision' : `${revisions} revisions`}`;
  },
  reading: 'reading…',
  unreadUses: (what: string, account: string, region: string) =>
    `Couldn't read ${what} of ${account} in ${region}.`,
  unread: (account: string, region: string) => `Couldn't read the services of ${account} in ${region}.`,
  services: (count: number) => `${count} services`,
  empty: (repository: string) => `${repository} has no images yet.`,
  emptyHelp: 'Push a local image or build one from a folder: choose Deploy… on the page of a service.',
  nothingFound: 'No matching images',
  expires: 'expires',
  becomesArchived: 'to be archived',
  policyRunning: (count: number) =>
    count === 1
      ? 'The lifecycle policy will delete or archive an image that is running'
      : `The lifecycle policy will delete or archive ${count} images that are running`,
  /** Some names, and how many more there are. */
  policyImages: (names: readonly string[], more: number) =>
    `${names.join(', ')}${more === 0 ? '' : ` and ${more} more`}.`,
  policyHelp: 'ECR applies the policy within 24 hours. A task that starts after that cannot pull the image.',
  policy: 'Lifecycle policy',
  noPolicy: 'This repository has no lifecycle policy: ECR keeps every image.',
  policyEnd: (count: number) =>
    count === 0
      ? 'Its next run would change nothing.'
      : `Its next run would delete or archive ${count === 1 ? '1 image' : `${count} images`}.`,
  rule: (priority: number) => `Rule ${priority}`,
  copyTo: 'Copy to…',
  addTag: 'Add tag…',
  bulkRelease: 'Release to services…',
  close: 'Close the details',
  pulled: 'Last pull',
  neverPulled: 'none recorded',
  pulledHelp: 'As ECR records it, up to a day late. A scan by Inspector counts as a pull.',
  built: 'Built',
  commit: 'Commit',
  source: 'Source',
  version: 'Version',
  platforms: 'Platforms',
  digestName: 'image digest',
  delete: 'Delete image…',
  runningIn: 'Running in',
  namedBy: 'Named by revisions',
  namedByHelp: 'Nothing that Slipway has read runs these task definitions. A rollback may need them.',
  stateOfUse: (use: RunningUse): string => {
    if (use.kind === 'deployment') return ', being deployed';
    return use.kind === 'schedule' && use.isDisabled ? ', disabled' : '';
  },
  readingHelp: 'Services, deployments, daemons and schedules are still being read.',
  notRunningHelp:
    'No service, deployment, daemon or schedule that Slipway has read runs this image. Of each family, the 10 newest revisions were searched for it; the clean-up checks all of them.',
} as const;

export const SECURITY_TEXT = {
  findings: 'Findings',
  readingFindings: 'findings',
  notScanned: 'This image was not scanned. Turn on scan on push for the repository, or start a scan in ECR.',
  running: 'The scan is still running.',
  nothingFound: 'The scan found no vulnerabilities.',
  scanned: 'Scanned',
  old: 'Vulnerabilities that were published since then are missing: start a new scan in ECR.',
  moreFindings: (count: number) => (count === 1 ? '1 more finding' : `${count} more findings`),
  referrers: 'Signatures and SBOMs',
  readingReferrers: 'signatures and SBOMs',
  noReferrers: 'Nothing in the repository refers to this image.',
  ofPlatform: (platform: string) => `of the image for ${platform},`,
  underTag: 'under a tag',
  moreReferrers: 'There are more.',
  kinds: { signature: 'Signature', sbom: 'SBOM', attestation: 'Attestation', other: 'Artifact' },
} as const;

export const COPY_TEXT = {
  title: (image: string) => `Copy ${image}`,
  about:
    'The copy has the same digest. Layers that the target already has are not sent, and Docker is not needed.',
  account: 'To account',
  repository: 'Repository',
  tag: 'Tag',
  tagHelp: 'Without a tag the copy is named by its digest.',
  referrers: 'Copy signatures and SBOMs too',
  start: 'Copy image',
  cancel: 'Cancel',
  stop: 'Stop',
  done: 'Done',
  progress: ({ doneLayers, totalLayers, doneBytes, ...rest }: PromotionProgress) =>
    `${doneLayers} of ${totalLayers} layers, ${formatTransfer({ sentBytes: doneBytes, ...rest })}`,
  bar: 'Copied bytes',
  preparing: 'Reading the image…',
  alreadyThere: 'The target already has this image under this name.',
  copied: (sent: number, bytes: number, mounted: number, present: number) =>
    `Copied. ${sent === 1 ? '1 layer' : `${sent} layers`} sent (${formatBytes(bytes)}), ${mounted} mounted from another repository, ${present} already there.`,
  signatures: (count: number) =>
    count === 1 ? '1 signature or SBOM copied.' : `${count} signatures and SBOMs copied.`,
  sameName: 'Choose another repository, region, account or tag.',
} as const;

export const ADD_TAG_TEXT = {
  title: (image: string) => `Add a tag to ${image}`,
  tag: 'New tag',
  help: 'A tag that another image has is moved, unless the tags of the repository are immutable.',
  start: 'Add tag',
  cancel: 'Cancel',
} as const;

export const IMMUTABLE_TEXT = {
  purpose: 'to make its tags immutable',
  open: 'Make immutable…',
  title: (repository: string) => `Make the tags of ${repository} immutable`,
  about:
    'ECR then refuses each push of a tag that another image has. Tags stay on their images, and new tags can be pushed. Pipelines that push the same tag each time, such as latest, fail from then on.',
  exceptions: (patterns: string) => `The exceptions of the repository (${patterns}) are removed.`,
  moved: (count: number) =>
    count === 0
      ? 'No image that was pushed in the last 30 days is without a tag, so no push seems to have moved one.'
      : `${count === 1 ? '1 image that was' : `${count} images that were`} pushed in the last 30 days ${count === 1 ? 'has' : 'have'} no tag. A later push has probably taken it:`,
  who: 'ECR does not say who pushed. The PutImage events of CloudTrail do.',
  start: 'Make immutable',
  cancel: 'Cancel',
} as const;
