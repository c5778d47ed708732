import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { ExpectedImage } from '../../../shared/model/environment.ts';
import { TagSource } from '../../../shared/model/tag-source.ts';
import { tagOfVariable } from '../../engine/docker/build-folder.ts';
import type { Io } from './io.ts';
import type { PushTarget } from './push-target.ts';
import { tagFrom, taggedRepository } from './tag-from.ts';
import type { Invocation } from './verb.ts';

interface TagRequest {
  readonly invocation: Invocation;
  readonly client: Client;
  readonly place: Scope;
}

type Repository = Pick<PushTarget, 'registry' | 'repository'>;

interface Untagged {
  readonly repository: string;
  /** The folder that is built, or the working folder. */
  readonly folder: string;
  /** What slipway.yml says. */
  readonly declared?: string | undefined;
}

/**
 * The tag of an image that the command names none for: by `tagFrom` of slipway.yml, else by what was used last for the repository.
 * Says which one it was. Undefined where there is neither. What is remembered does not count in CI, so that a pipeline gives
 * the same tag on every runner.
 */
export async function defaultTag(
  { invocation: { io, output }, client, place }: TagRequest,
  { repository, folder, declared }: Untagged,
): Promise<string | undefined> {
  const source = declared ?? (await rememberedSource({ io, client, place }, repository));
  if (source === undefined) return undefined;
  const namedBy =
    declared === undefined ? `, which is remembered for ${repository},` : 'of tagFrom in slipway.yml';
  requireHarmless(source, io.environment);
  const tag = await tagFrom(source, {
    io: { ...io, folder },
    client,
    folder,
    repository: taggedRepository(place, [repository]),
    namedBy,
  });
  output.note(
    declared === undefined
      ? `The tag of ${source} is ${tag}; ${source} was used last for ${repository}.`
      : `The tag of ${source} is ${tag}, as slipway.yml says.`,
  );
  return tag;
}

/** What slipway.yml says about the tags of these containers. Undefined where it says nothing, or not the same for all. */
export function declaredSource(
  containers: readonly string[],
  expected: readonly ExpectedImage[],
): string | undefined {
  const sources = new Set(
    expected.filter(({ container }) => containers.includes(container)).map(({ tagFrom: source }) => source),
  );
  return sources.size === 1 ? [...sources][0] : undefined;
}

/** Remembers --tag-from for the next images of the repository, here and in the window. Nothing without it, and in CI. */
export async function rememberTagSource(
  { invocation: { flags, io, output }, client, place: { account, region } }: TagRequest,
  { repository, folder }: Pick<Untagged, 'repository' | 'folder'>,
): Promise<void> {
  const { data: source } = TagSource.safeParse(flags.text('tag-from'));
  if (source === undefined || io.environment.CI) return;
  // A file of the working folder says nothing about a build of another folder.
  if (source === 'file:VERSION' && folder !== io.folder) return;
  try {
    await client.call('settings.setTagFrom', { account, region, repository, tagFrom: source });
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    output.problem(`--tag-from was not remembered: ${error.message}`);
  }
}

/** How settings name a repository: one outside ECR with its registry. */
export function repositoryKey({ repository }: Repository, elsewhere: string | undefined): string {
  return elsewhere === undefined ? repository : `${elsewhere}/${repository}`;
}

async function rememberedSource(
  { io, client, place: { account, region } }: Pick<TagRequest, 'client' | 'place'> & { readonly io: Io },
  repository: string,
): Promise<string | undefined> {
  if (io.environment.CI) return undefined;
  const { tagFrom: remembered } = await client.call('settings.read', {});
  return remembered[`${account}/${region}/${repository}`];
}

/** A slipway.yml of others may name any variable, and whoever may list images can read a tag. */
function requireHarmless(source: string, environment: Io['environment']): void {
  const name = /^env:(.+)$/.exec(source)?.[1];
  const problem = name === undefined ? undefined : tagOfVariable(name, environment).problem;
  if (problem !== undefined) throw new SlipwayError('INVALID_INPUT', problem);
}
