import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { SlipwayError } from '../../../shared/errors.ts';
import { BuildArgument, BuildPlatform, BuildSecret, BuildTarget } from '../../../shared/model/docker.ts';
import { ImageTag } from '../../../shared/model/image.ts';
import { type Flags, repeated } from './flags.ts';
import type { Io } from './io.ts';
import { createRepositoryOption } from './new-repository.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Adds the options of images that are pushed before the deploy. */
export function addPushFlags(command: Command): Command {
  const build = new Option(
    '--build <folder>',
    'build this folder with Docker and push the image to the repository of -i CONTAINER=, of slipway.yml, or of the only container',
  );
  const buildAll = new Option(
    '--build-all <folder>',
    'build an image for each container that has a Dockerfile there: CONTAINER/Dockerfile or Dockerfile.CONTAINER',
  );
  const local = new Option(
    '--local <image>',
    'push this image of the Docker Engine in the same way; all: for each container the newest one of its repository',
  );
  command
    .addOption(build.conflicts('buildAll'))
    .addOption(buildAll)
    .addOption(local.conflicts(['build', 'buildAll']));
  return addBuildFlags(command)
    .option('--also-tag <tag>', 'push the images under this tag too, such as latest', imageTag)
    .addOption(createRepositoryOption());
}

/** Adds the options of a build. `verb` begins their descriptions. */
export function addBuildFlags(command: Command, verb = ''): Command {
  return command
    .option('--dockerfile <path>', `${verb}Dockerfile in the folder that is built (default: Dockerfile)`)
    .option('--build-arg <name>', `${verb}NAME=VALUE, or NAME for the variable; may be repeated`, repeated)
    .option(
      '--build-secret <secret>',
      `${verb}id=NAME,env=VARIABLE or id=NAME,src=FILE for RUN --mount=type=secret; may be repeated`,
      repeated,
    )
    .option('--target <stage>', `${verb}stage of the Dockerfile to build`, buildTarget)
    .option('--platform <platform>', `${verb}platform to build for, such as linux/arm64`, buildPlatform);
}

/** The options of a build of `docker.build`. Throws INVALID_INPUT for an argument without a value. */
export function buildOptionsOf(flags: Flags, { environment, folder }: Pick<Io, 'environment' | 'folder'>) {
  const [target, platform] = [flags.text('target'), flags.text('platform')];
  const buildArguments = flags.texts('build-arg').map((text) => buildArgument(text, environment));
  const secrets = flags.texts('build-secret').map((text) => buildSecret(text, folder));
  return {
    ...(buildArguments.length === 0 ? {} : { buildArguments }),
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
  };
}

/** Throws INVALID_INPUT for options of a build, or of a push, where nothing is built or pushed. */
export function requirePushFlags(flags: Flags, io: Pick<Io, 'environment' | 'folder'>): void {
  const builds = flags.isSet('build') || flags.isSet('build-all');
  const pushes = builds || flags.isSet('local');
  for (const name of ['also-tag', 'create-repository']) {
    if (flags.isSet(name) && !pushes) {
      throw refused(`--${name} needs an image to push: add --build, --build-all or --local.`);
    }
  }
  for (const name of ['build-arg', 'build-secret', 'target', 'platform']) {
    if (flags.isSet(name) && !builds) throw refused(`--${name} needs a build: add --build or --build-all.`);
  }
  if (flags.isSet('dockerfile') && !flags.isSet('build')) {
    throw refused('--dockerfile needs the folder that is built: add --build.');
  }
  if (flags.texts('image').length > 0 && (flags.isSet('build-all') || flags.text('local') === 'all')) {
    throw refused('-i names the container of one image. Leave it out with --build-all and --local all.');
  }
  buildOptionsOf(flags, io);
}

function buildArgument(text: string, environment: Environment): BuildArgument {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  const value = at < 0 ? environment[name] : text.slice(at + 1);
  if (value === undefined) throw refused(`--build-arg ${name} has no value, and there is no such variable.`);
  const parsed = BuildArgument.safeParse({ name, value });
  if (parsed.success) return parsed.data;
  throw refused(`--build-arg ${name} is not the name of an ARG.`);
}

/** As `docker build --secret` has it. A relative file is one of the working folder. */
function buildSecret(text: string, folder: string): BuildSecret {
  const [, id, kind, source = ''] = /^id=([^,]+),(env|src|source)=(.+)$/s.exec(text) ?? [];
  const secret = kind === 'env' ? { id, variable: source } : { id, file: resolve(folder, source) };
  const parsed = BuildSecret.safeParse(secret);
  if (parsed.success) return parsed.data;
  throw refused(`--build-secret takes id=NAME,env=VARIABLE or id=NAME,src=FILE, not ${text.slice(0, 100)}.`);
}

function imageTag(text: string): string {
  const tag = ImageTag.safeParse(text);
  if (tag.success) return tag.data;
  throw new InvalidArgumentError('Give an image tag such as latest.');
}

function buildTarget(text: string): string {
  const target = BuildTarget.safeParse(text);
  if (target.success) return target.data;
  throw new InvalidArgumentError('Give the name of a stage such as release.');
}

function buildPlatform(text: string): string {
  const platform = BuildPlatform.safeParse(text);
  if (platform.success) return platform.data;
  throw new InvalidArgumentError('Give a platform such as linux/arm64.');
}

function refused(sentence: string): SlipwayError {
  return new SlipwayError('INVALID_INPUT', sentence);
}
