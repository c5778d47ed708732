import { formatBytes, formatTransfer, shortDigest } from '../../lib/format.ts';
import type { TagPattern } from './tag-pattern.ts';

/** The labels that builds and pushes share. */
export const TARGET_TEXT = {
  tag: 'Tag',
  invalidTag: 'Up to 128 letters, digits, dots, hyphens and underscores.',
  dirtyTag: "The folder has uncommitted changes, so this image can't be rebuilt from a commit.",
  takenTag: (tag: string) => `${tag} already has an image and can't be moved to another one. Free tags:`,
  takeTag: (tag: string) => `Use ${tag}`,
} as const;

const PATTERNS: Readonly<Record<TagPattern, string>> = {
  git: 'Commit',
  'git-full': 'Full commit',
  describe: 'git describe',
  package: 'package.json',
  'file:VERSION': 'VERSION',
  'next-patch': 'Next patch',
  'next-minor': 'Next minor version',
  'next-major': 'Next major version',
  time: 'Time',
  env: 'Variable',
};

/** What of a folder has been sent to the Engine. */
export interface SentContext {
  readonly files: number;
  readonly bytes: number;
  readonly bytesPerSecond?: number | undefined;
}

/** The sentences of builds. */
export const BUILD_TEXT = {
  loadingFolder: 'the folder',
  folder: 'Folder',
  folderExample: '/home/ana/shop/web',
  chooseFolder: 'Choose…',
  noDockerfile: 'No Dockerfile in this folder',
  noDockerfileHelp: 'Choose the folder that contains the Dockerfile. It is also the build context.',
  dockerfile: 'Dockerfile',
  tagFrom: 'Tag from',
  typedTag: 'typed',
  readingTags: 'Reading the folder and the repository…',
  noTagPatterns: 'Nothing gives a tag here. Type one.',
  tagPattern: (pattern: TagPattern, tag: string | undefined) =>
    tag === undefined ? `${PATTERNS[pattern]}…` : `${PATTERNS[pattern]}: ${tag}`,
  declaredTag: 'As slipway.yml says',
  variable: 'Name of the variable',
  variableExample: 'BUILD_NUMBER',
  noGit: 'Not a git repository: the tag is the current time.',
  commit: 'Commit',
  onBranch: (branch: string) => ` on ${branch}`,
  uncommitted: 'uncommitted changes',
  options: 'Build arguments, secrets, target, platform and second tag',
  argumentNumber: (number: number) => `Build argument ${number}`,
  argumentName: 'Name',
  argumentValue: 'Value',
  addArgument: 'Add build argument',
  removeArgument: (number: number) => `Remove build argument ${number}`,
  invalidArgumentName: 'Letters, digits and underscores; it starts with a letter or an underscore.',
  repeatedArgument: 'This build argument is set twice. Remove one of them.',
  secretArgument:
    "This looks like a secret. Anyone who can pull the image can read the value in the image's history. Use a build secret instead.",
  secretNumber: (number: number) => `Build secret ${number}`,
  secretId: 'Id, as in --mount=type=secret,id=npm',
  secretFrom: 'From',
  secretVariable: 'Variable',
  secretFile: 'File',
  secretSource: (kind: 'variable' | 'file') =>
    kind === 'variable' ? 'Name of the variable' : 'Path of the file',
  addSecret: 'Add build secret (BuildKit)',
  removeSecret: (number: number) => `Remove build secret ${number}`,
  invalidSecretId: 'Letters, digits, dots, hyphens and underscores.',
  invalidSecretSource: 'The name of a variable, or the path of a file.',
  target: 'Target stage',
  targetHelp: 'Empty: the last stage of the Dockerfile',
  invalidTarget: 'Letters, digits, dots, hyphens and underscores; it starts with a letter or a digit.',
  alsoTag: 'Second tag',
  alsoTagHelp: 'Pushed too, such as latest',
  invalidAlsoTag:
    'Letters, digits, dots, hyphens and underscores, at most 128; it starts with a letter, a digit or an underscore.',
  otherPlatform: (wanted: string | undefined) =>
    `The service runs on ${wanted} and can't start an image for another platform.`,
  platform: 'Platform',
  platformHelp: (wanted: string | undefined) =>
    wanted === undefined
      ? 'Empty: the platform of the Docker Engine. For example linux/arm64'
      : `Empty: ${wanted}, which the service runs on`,
  invalidPlatform: 'Operating system and architecture, for example linux/arm64.',
  start: 'Build and push',
  stop: 'Stop',
  building: 'A build is in progress.',
  pushing: 'A push is in progress.',
  context: ({ files, bytes, bytesPerSecond }: SentContext) =>
    `Sending the folder to Docker: ${files.toLocaleString('en')} ${files === 1 ? 'file' : 'files'}, ${formatTransfer({ sentBytes: bytes, bytesPerSecond })}`,
  step: (step: number, of: number) => `Step ${step} of ${of}`,
  log: 'Build log',
  dropped: (lines: number) => `… ${lines} earlier ${lines === 1 ? 'line' : 'lines'}`,
} as const;

/** The sentences of local images and of their push. */
export const PUSH_TEXT = {
  loadingEngine: 'the Docker Engine',
  loadingImages: 'local images',
  noImages: 'No local images',
  noImagesHelp: 'Build one from a folder or with `docker build`, then try again.',
  image: 'Local image',
  searchImages: 'Search by name',
  unnamed: (id: string) => `${id} (unnamed)`,
  imageOption: (name: string, bytes: number, age: string) => `${name} · ${formatBytes(bytes)}, built ${age}`,
  start: 'Push',
  stop: 'Stop push',
  pushing: (image: string) => `The push of ${image} is in progress.`,
  alreadyThere: 'Already in the registry: ',
  pushed: 'Pushed: ',
  reference: (tag: string, digest: string) => `${tag} @${shortDigest(digest)}`,
  signingIn: 'Signing in to the registry…',
  layers: (there: number, all: number) => `${there} of ${all} layers are in the registry`,
  transfer: formatTransfer,
  allLayers: 'Layers',
  layer: (id: string) => `Layer ${id}`,
  waiting: 'waiting',
  sent: (sent: number, total: number) =>
    total > 0 ? `${formatBytes(sent)} of ${formatBytes(total)}` : formatBytes(sent),
  retrying: (seconds: number) => `failed, retrying in ${seconds} s`,
  layerPushed: (total: number) => (total > 0 ? `pushed, ${formatBytes(total)}` : 'pushed'),
  exists: 'already in the registry',
  mounted: 'mounted from another repository',
} as const;
