import { SlipwayError } from '../../../shared/errors.ts';
import { NewRepository, type RepositoryDefaults, recentlyUntagged } from '../../../shared/model/image.ts';
import { EXIT } from '../command/exit-code.ts';
import { shortDigest } from '../command/image-text.ts';
import {
  answersOf,
  createRepository,
  differenceSentence,
  repositoryDefaults,
  withConfirmOption,
} from '../command/new-repository.ts';
import { warnOfRefusals } from '../command/refusal-warnings.ts';
import type { Invocation } from '../command/verb.ts';
import { tagOption } from './build-and-push.ts';
import { imageReferenceOf, referenceOf } from './in-repository.ts';

/** Creates a repository. One that exists with what is asked for is a success, one with other settings is refused. */
export async function createRepositoryAction(invocation: Invocation, subject: string): Promise<number> {
  const { output } = invocation;
  const asked = newRepositoryOf(invocation, subject);
  const client = await invocation.client();
  const { account, region, cluster } = await invocation.scope();
  const defaults = invocation.flags.isSet('without-defaults')
    ? {}
    : await repositoryDefaults(client, account);
  const wanted = { ...defaults, ...asked, tags: asked.tags ?? defaults.tags ?? 'immutable' };
  // The key of the defaults is for their encryption only.
  if (wanted.encryption !== 'KMS') delete wanted.kmsKey;
  const { repository, created, differences } = await createRepository(
    invocation,
    client,
    { account, region, cluster },
    wanted,
  );
  if (differences.length > 0) {
    throw new SlipwayError('PREFLIGHT_FAILED', differenceSentence(repository, differences));
  }
  if (output.isJson) output.json({ repository, created });
  else output.line(repository.uri);
  if (!created) output.note(`The repository ${repository.name} exists already, with these settings.`);
  return EXIT.success;
}

function newRepositoryOf(invocation: Invocation, subject: string): Asked {
  const { flags } = invocation;
  const name = NewRepository.shape.repository.safeParse(subject);
  if (!name.success) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `${subject} is not the name of an ECR repository. Give one such as shop/web, without a registry and a tag.`,
    );
  }
  const kmsKey = flags.text('kms-key');
  const encryption = NewRepository.shape.encryption.parse(flags.text('encryption'));
  const [mutability, lifecycle] = [flags.text('mutability'), flags.text('lifecycle')];
  const resourceTags = flags.texts('resource-tag').map(resourceTagOf);
  const movable = tagOption(invocation, 'movable-tag');
  if (kmsKey !== undefined && encryption !== 'KMS') {
    throw new SlipwayError('INVALID_INPUT', '--kms-key needs --encryption KMS.');
  }
  return {
    repository: name.data,
    ...(mutability === undefined ? {} : { tags: NewRepository.shape.tags.parse(mutability) }),
    ...(movable === undefined ? {} : { movableTag: movable }),
    ...(flags.isSet('scan-on-push') ? { scanOnPush: true } : {}),
    ...(encryption === undefined ? {} : { encryption }),
    ...(kmsKey === undefined ? {} : { kmsKey }),
    ...(lifecycle === undefined ? {} : { lifecycle: NewRepository.shape.lifecycle.parse(lifecycle) }),
    ...(resourceTags.length === 0 ? {} : { resourceTags }),
  };
}

type Asked = Pick<NewRepository, 'repository'> & RepositoryDefaults;

function resourceTagOf(text: string): { readonly key: string; readonly value: string } {
  const [, key, value] = /^([^=]{1,128})=(.{0,256})$/s.exec(text) ?? [];
  if (key !== undefined && value !== undefined) return { key, value };
  throw new SlipwayError('INVALID_INPUT', `--resource-tag takes KEY=VALUE, not ${text.slice(0, 100)}.`);
}

/** Restores an archived image. */
export async function restoreAction(invocation: Invocation, subject: string): Promise<number> {
  const { output } = invocation;
  const { repository, image } = imageReferenceOf(subject);
  const client = await invocation.client();
  const { account, region } = await invocation.scope();
  const place = { account, region, repository };
  await warnOfRefusals(invocation, client, { ...place, changes: ['restore-image'] });
  const answers = answersOf(invocation);
  const restored = await client
    .call('images.restore', { ...place, image, ...answers })
    .catch((error: unknown) =>
      withConfirmOption(client, place, { word: repository, confirmation: answers.confirmation, error }),
    );
  if (output.isJson) output.json(restored);
  else output.line(restored.status);
  if (restored.status !== 'ACTIVE')
    output.note('ECR needs up to 20 minutes. It can be pulled when it is ACTIVE.');
  return EXIT.success;
}

/** Images that the command names; more are counted. */
const MOST_NAMED = 5;

/**
 * Makes the tags of a repository immutable. It says first which images have lost their tag to a later push: whoever pushed them is
 * refused from then on. Without --confirm and the name of the repository nothing is sent.
 */
export async function makeImmutableAction(invocation: Invocation, subject: string): Promise<number> {
  const { output, io } = invocation;
  const { repository } = referenceOf(subject);
  const client = await invocation.client();
  const { account, region } = await invocation.scope();
  const place = { account, region, repository };
  const found = (await client.call('repositories.list', { account, region })).find(
    ({ name }) => name === repository,
  );
  if (found === undefined) {
    throw new SlipwayError(
      'NOT_FOUND',
      `There is no repository ${repository} in ${region}. Correct the name.`,
    );
  }
  if (found.tagMutability === 'IMMUTABLE') {
    output.note(`The tags of ${repository} are immutable already.`);
    if (output.isJson) output.json({ repository, changed: false });
    return EXIT.success;
  }
  await warnOfRefusals(invocation, client, { ...place, changes: ['make-immutable'] });
  const moved = recentlyUntagged(await client.call('images.list', place), io.now());
  const named = moved
    .slice(0, MOST_NAMED)
    .map(({ digest, pushedAt = '' }) => `${shortDigest(digest)} ${pushedAt}`);
  output.note(
    moved.length === 0
      ? 'No image of the last 30 days has lost its tag, so nobody seems to push over tags.'
      : `${moved.length === 1 ? '1 image of the last 30 days has no tag. It may have lost it' : `${moved.length} images of the last 30 days have no tag. Most lost it`} to a later push, which is refused from now on: ${named.join(', ')}.`,
  );
  if (found.tagExceptions !== undefined) {
    output.note(`The exceptions of the repository (${found.tagExceptions.join(', ')}) are removed.`);
  }
  const answers = answersOf(invocation);
  if (answers.confirmation !== repository) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `Nothing was sent. Pushes over tags of ${repository} would be refused. Add --confirm ${repository}.`,
    );
  }
  await client.call('repositories.makeImmutable', { ...place, ...answers });
  if (output.isJson) output.json({ repository, changed: true });
  else output.line(`The tags of ${repository} are immutable.`);
  return EXIT.success;
}
