import { type Command, Option } from 'commander';
import { z } from 'zod';
import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { type Change, DeploymentStrategy } from '../../../shared/model/change.ts';
import type { CurrentSettings } from '../../../shared/model/current-settings.ts';
import { PINNED, parseImageReference, pinnedReference } from '../../../shared/model/image-reference.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { findElsewhere } from './find-service.ts';
import { type Flags, repeated, wholeNumber } from './flags.ts';
import { chooseImages, type NamedContainer } from './image-choice.ts';
import { TAG_FROM, tagFrom, taggedRepository, tagSource, withTag } from './tag-from.ts';
import { variablesOf } from './variables.ts';
import type { Invocation } from './verb.ts';

const SECONDS_LIMIT = 999_999_999;

/** Adds the options that say what changes. */
export function addChangeFlags(command: Command): Command {
  return command
    .option(
      '-i, --image <image>',
      'image for all containers that use its repository, or CONTAINER=IMAGE; may be repeated',
      repeated,
    )
    .option('--tag-from <source>', TAG_FROM, tagSource)
    .addOption(
      new Option(
        '--pin <name>',
        'what names the images of -i in the revision (default: as the last time for this service, or what -i says; of a push, both)',
      ).choices(PINNED),
    )
    .option('--revision <revision>', 'deploy this registered revision, such as web:41')
    .option('--set <variable>', 'KEY=VALUE or CONTAINER:KEY=VALUE; may be repeated', repeated)
    .option('--desired <tasks>', 'number of tasks', wholeNumber(0, 5000))
    .option('--min <percent>', 'minimum healthy percent', wholeNumber(0, 100))
    .option('--max <percent>', 'maximum percent', wholeNumber(100, 10_000))
    .option('--grace <seconds>', 'health check grace period', wholeNumber(0, SECONDS_LIMIT))
    .addOption(new Option('--strategy <strategy>', 'deployment strategy').choices(DeploymentStrategy.options))
    .option('--enable-exec', 'enable ECS Exec')
    .option(
      '--before <command>',
      'run a task with this command and the new revision first, and deploy only if it exits with 0; a JSON array, or a line for /bin/sh -c',
    )
    .option('--before-container <name>', 'container that gets the command (default: the only one)')
    .option('--force', 'start a new deployment even if nothing changes');
}

interface PlanRequest {
  readonly service: ServiceRef;
  /** As `-i` takes them. */
  readonly images: readonly string[];
  /** A revision instead of the one of --revision. */
  readonly revision?: string | undefined;
}

/** Makes the plan of these options with these images. Only reads from AWS. */
export async function planOf(
  { flags }: Invocation,
  client: Client,
  { service, images, revision = flags.text('revision') }: PlanRequest,
): Promise<Plan> {
  const change = await changeOf(flags, client, { service, images });
  const isEmpty = Object.keys(change).length === 0;
  if (revision === undefined && isEmpty) {
    throw new SlipwayError(
      'INVALID_INPUT',
      'The command names no change. Name an image with -i, a revision with --revision, or --force.',
    );
  }
  if (revision === undefined) return pinnedPlan(flags, client, service, change);
  const arn = await revisionArn(client, service, revision);
  if (isEmpty) return client.call('releases.planRevision', { service, revision: arn });
  return pinnedPlan(flags, client, service, { ...change, from: arn });
}

/** Remembers what --pin says for the next deploys of the service, here and in the window. Nothing without it. */
export async function rememberPin(
  { flags, output }: Invocation,
  client: Client,
  service: ServiceRef,
): Promise<void> {
  const pinned = PINNED.find((each) => each === flags.text('pin'));
  if (pinned === undefined) return;
  const { account, region, cluster, service: name } = service;
  try {
    await client.call('settings.setPinned', { service: { account, region, cluster, service: name }, pinned });
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    output.problem(`--pin was not remembered: ${error.message}`);
  }
}

/** The plan of a change, whose images are named as --pin or the last choice says: the first plan has found their digests. */
async function pinnedPlan(flags: Flags, client: Client, service: ServiceRef, change: Change): Promise<Plan> {
  const planned = await client.call('releases.plan', { service, change });
  if (change.images === undefined) return planned;
  const asked = PINNED.find((each) => each === flags.text('pin'));
  const { account, region, cluster, service: name } = service;
  const key = `${account}/${region}/${cluster}/${name}`;
  const pinned = asked ?? (await client.call('settings.read', {})).pinned[key];
  if (pinned === undefined) return planned;
  const images = change.images.map(({ container, image }) => {
    const reference = parseImageReference(image);
    const after = planned.images.find((each) => each.container === container)?.after;
    const digest = reference?.digest ?? after?.digest;
    if (reference === undefined || (digest === undefined && pinned !== 'tag')) {
      if (asked === undefined) return { container, image };
      throw new SlipwayError(
        'INVALID_INPUT',
        `The digest of ${image} is unknown: it is in no ECR repository that Slipway can read. Give it in -i, or leave out --pin.`,
      );
    }
    const tag = reference.tag ?? (reference.digest === undefined ? 'latest' : undefined);
    const known = {
      ...reference,
      ...(tag === undefined ? {} : { tag }),
      ...(digest === undefined ? {} : { digest }),
    };
    return { container, image: pinnedReference(known, pinned) };
  });
  const isSame = images.every(({ image }, index) => image === change.images?.[index]?.image);
  return isSame ? planned : client.call('releases.plan', { service, change: { ...change, images } });
}

export async function changeOf(
  flags: Flags,
  client: Client,
  { service, images }: PlanRequest,
): Promise<Change> {
  const variables = flags.texts('set');
  // The first call of a plan: a service that is elsewhere is named here.
  const containers = await containersOf(client, service);
  const [min, max, strategy] = [flags.number('min'), flags.number('max'), flags.text('strategy')];
  const grace = flags.number('grace');
  const desired = flags.number('desired');
  const settings = {
    ...(min === undefined ? {} : { minimumHealthyPercent: min }),
    ...(max === undefined ? {} : { maximumPercent: max }),
    ...(strategy === undefined ? {} : { strategy: DeploymentStrategy.parse(strategy) }),
  };
  return {
    ...(images.length === 0 ? {} : { images: [...chooseImages(containers, images)] }),
    ...(variables.length === 0
      ? {}
      : {
          environment: [
            ...variablesOf(
              containers.map(({ container }) => container),
              variables,
            ),
          ],
        }),
    ...(desired === undefined ? {} : { desiredCount: desired }),
    ...(Object.keys(settings).length === 0 ? {} : { deploymentConfiguration: settings }),
    ...(grace === undefined ? {} : { healthCheckGracePeriodSeconds: grace }),
    ...(flags.isSet('enable-exec') ? { enableExecuteCommand: true } : {}),
    ...taskBeforeOf(flags),
    ...(flags.isSet('force') ? { forceNewDeployment: true } : {}),
  };
}

/** The task of --before. */
function taskBeforeOf(flags: Flags): Pick<Change, 'before'> {
  const [text, container] = [flags.text('before'), flags.text('before-container')];
  if (text === undefined) {
    if (container === undefined) return {};
    throw new SlipwayError('INVALID_INPUT', '--before-container needs a command: add --before.');
  }
  return {
    before: { command: commandOf('--before', text), ...(container === undefined ? {} : { container }) },
  };
}

/** The command that an option means: a JSON array is the command itself, other text a line for /bin/sh. */
export function commandOf(option: string, text: string): string[] {
  if (!text.trimStart().startsWith('[')) return ['/bin/sh', '-c', text];
  const words = z.array(z.string()).min(1);
  try {
    return words.parse(JSON.parse(text));
  } catch (error) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `${option} starts with [ but is no JSON array of texts such as ["node", "migrate.js"].`,
      { cause: error },
    );
  }
}

/** The containers of a service with their images. Throws NOT_FOUND, which names where the service is. */
export async function containersOf(client: Client, service: ServiceRef): Promise<readonly NamedContainer[]> {
  const { containers } = await settingsOf(client, service);
  return containers;
}

export function settingsOf(client: Client, service: ServiceRef): Promise<CurrentSettings> {
  return client
    .call('services.settings', service)
    .catch((error: unknown) => findElsewhere(client, service, error));
}

/** The images of `-i`, with the tag of `--tag-from`. */
export async function imagesOf(invocation: Invocation, client: Client): Promise<readonly string[]> {
  const { flags, io, output } = invocation;
  const [images, source] = [flags.texts('image'), flags.text('tag-from')];
  if (source === undefined) return images;
  if (images.length === 0) {
    throw new SlipwayError('INVALID_INPUT', '--tag-from needs an image: name its repository with -i.');
  }
  const repository = taggedRepository(await invocation.scope(), images);
  const tag = await tagFrom(source, { io, client, folder: io.folder, repository });
  output.note(`The tag of ${source} is ${tag}.`);
  return images.map((image) => withTag(image, tag));
}

/** The ARN of `web:41`, of `41` in the family that the service runs, or of an ARN itself. */
export async function revisionArn(client: Client, service: ServiceRef, revision: string): Promise<string> {
  if (revision.startsWith('arn:')) return revision;
  const { taskDefinitionArn, family } = await client.call('services.get', service);
  const name = /^\d+$/.test(revision) ? `${family}:${revision}` : revision;
  if (!/^[A-Za-z0-9_-]{1,255}:\d+$/.test(name)) {
    throw new SlipwayError('INVALID_INPUT', `${revision} is not a revision such as web:41.`);
  }
  return `${taskDefinitionArn.slice(0, taskDefinitionArn.lastIndexOf('/') + 1)}${name}`;
}
