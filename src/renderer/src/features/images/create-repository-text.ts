import { NEWEST_KEPT, UNTAGGED_DAYS } from '../../../../shared/model/image.ts';

/** The sentences of the dialog that creates a repository, to be read together. */
export const CREATE_TEXT = {
  open: 'Create repository…',
  title: (region: string) => `Create a repository in ${region}`,
  loading: 'the settings of new repositories',
  name: 'Name',
  nameExample: 'shop/web',
  tags: 'Tags',
  tagKinds: { immutable: 'Immutable', mutable: 'Mutable' },
  movableTag: 'Tag that can be moved',
  movableTagExample: 'such as latest',
  scanOnPush: 'Scan each image that is pushed',
  encryption: 'Encryption',
  encryptions: { '': 'ECR default (AES256)', AES256: 'AES256, keys managed by ECR', KMS: 'KMS' },
  kmsKey: 'Key (default: the AWS managed key)',
  kmsKeyHelp: 'ARN, id or alias',
  lifecycle: 'Lifecycle policy',
  lifecycles: {
    none: 'None: ECR keeps every image',
    untagged: `Remove images without a tag after ${UNTAGGED_DAYS} days`,
    newest: `Keep the newest ${NEWEST_KEPT}, and untagged images for ${UNTAGGED_DAYS} days`,
  },
  lifecycleHelp:
    "ECR doesn't know which images are running: the policy also removes images that services need.",
  resourceTags: 'AWS tags, one per line',
  resourceTagsExample: 'team=shop',
  resourceTagsProblem: 'Enter one KEY=VALUE per line, at most 50.',
  remember: 'Remember these settings for new repositories of this account',
  preview: (name: string, settings: string) => `Creates ${name} with ${settings}.`,
  purpose: 'to create it',
  cancel: 'Cancel',
  start: 'Create repository',
  exists: (name: string) => `The repository ${name} exists already and was not changed.`,
  use: 'Use this repository',
} as const;
