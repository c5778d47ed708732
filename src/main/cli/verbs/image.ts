import { Argument, Option } from 'commander';
import { SlipwayError } from '../../../shared/errors.ts';
import { NEWEST_KEPT, NewRepository, UNTAGGED_DAYS } from '../../../shared/model/image.ts';
import { addExamples, addOutputFlags, addScopeFlags, repeated } from '../command/flags.ts';
import { createRepositoryOption } from '../command/new-repository.ts';
import { addBuildFlags } from '../command/push-flags.ts';
import { TAG_SOURCES, tagSource } from '../command/tag-from.ts';
import type { Invocation, Verb } from '../command/verb.ts';
import { buildAction, pushAction } from '../image/build-and-push.ts';
import { findingsAction, listAction } from '../image/in-repository.ts';
import { promoteAction } from '../image/promote.ts';
import { createRepositoryAction, makeImmutableAction, restoreAction } from '../image/repository-changes.ts';
import { whereAction } from '../image/where.ts';

const ACTIONS: Readonly<Record<string, (invocation: Invocation, subject: string) => Promise<number>>> = {
  build: buildAction,
  push: pushAction,
  promote: promoteAction,
  restore: restoreAction,
  'create-repository': createRepositoryAction,
  'make-immutable': makeImmutableAction,
  list: listAction,
  findings: findingsAction,
  where: whereAction,
};

/** Works on images without a deploy: builds, pushes, tags and lists them and their findings, and finds what uses one. */
export const verb: Verb = {
  configure(command) {
    addBuildFlags(addScopeFlags(command), 'build: ')
      .addArgument(new Argument('<action>', 'what to do').choices(Object.keys(ACTIONS)))
      .argument('<subject>', 'the folder (build), the local image (push), or the image or repository of ECR')
      .option('-c, --cluster <name>', 'where: only services and deployments of this cluster')
      .option('--all-accounts', 'where: in all accounts and regions, by commit, digest or repository:tag')
      .option(
        '--repository <name>',
        'build: the name of the image; push: the ECR repository, or one with another registry (default: that of the image)',
      )
      .option('--tag <tag>', 'build, push: the tag of the image; promote: the tag that it gets')
      .option('--tag-from <source>', `build, push: ${TAG_SOURCES}`, tagSource)
      .option('--also-tag <tag>', 'push: a second tag, such as latest')
      .addOption(createRepositoryOption('push: '))
      .option(
        '--to-repository <name>',
        'promote: the repository that gets a copy (default: of the same name)',
      )
      .option('--to-profile <name>', 'promote: the profile of the account that gets a copy')
      .option('--to-region <region>', 'promote: the region that gets a copy')
      .option('--without-referrers', 'promote: copy no signatures, SBOMs and other artifacts of the image')
      .addOption(
        new Option(
          '--mutability <tags>',
          'create-repository: whether a tag can be pushed again (default: immutable)',
        ).choices(NewRepository.shape.tags.options),
      )
      .option(
        '--movable-tag <tag>',
        'create-repository: a tag such as latest that can be moved although the others are immutable',
      )
      .option('--scan-on-push', 'create-repository: scan each image that is pushed')
      .addOption(
        new Option('--encryption <type>', 'create-repository: AES256 or KMS (default: that of ECR)').choices(
          NewRepository.shape.encryption.unwrap().options,
        ),
      )
      .option(
        '--kms-key <key>',
        'create-repository: ARN, id or alias of the key of KMS (default: that of AWS)',
      )
      .addOption(
        new Option(
          '--lifecycle <policy>',
          `create-repository: untagged removes images without a tag after ${UNTAGGED_DAYS} days, newest also all but the newest ${NEWEST_KEPT}`,
        ).choices(NewRepository.shape.lifecycle.unwrap().options),
      )
      .option('--resource-tag <tag>', 'create-repository: KEY=VALUE of AWS; may be repeated', repeated)
      .option('--remember', 'create-repository: what new repositories of the account get from now on')
      .option('--without-defaults', 'create-repository: without what --remember has kept')
      .option(
        '--confirm <name>',
        'create-repository, make-immutable, restore: the name of the repository; required in production',
      )
      .option(
        '--override <check>',
        'the same: failed check to override, such as release-window; may be repeated',
        repeated,
      );
    addOutputFlags(command);
    addExamples(command, [
      ['build a folder under its git commit', 'slipway image build . --repository shop/web --tag-from git'],
      [
        'build it for Graviton, with a token that is not kept in the image',
        'slipway image build . --repository shop/web --platform linux/arm64 --build-secret id=npm,env=NPM_TOKEN',
      ],
      ['push an image of Docker', 'slipway image push web:1.2.0 --repository shop/web --also-tag latest'],
      [
        'push it to another registry, with the login of `docker login`',
        'slipway image push registry.example.com/shop/web:1.2.0',
      ],
      ['give an image another tag', 'slipway image promote shop/web:1.2.0 --tag production'],
      [
        'copy an image to the registry of another account',
        'slipway image promote shop/web:1.2.0 --to-profile production',
      ],
      ['restore an archived image', 'slipway image restore shop/web:1.1.0'],
      ['create a repository', 'slipway image create-repository shop/web --scan-on-push'],
      ['refuse pushes over its tags', 'slipway image make-immutable shop/web --confirm shop/web'],
      ['the images of a repository', 'slipway image list shop/web'],
      ['what the last scan of an image found', 'slipway image findings shop/web:1.2.0'],
      [
        'what uses an image: services, deployments, schedules and revisions',
        'slipway image where shop/web:1.2.0',
      ],
      ['where a commit runs, in all accounts', 'slipway image where 3f2c9ab --all-accounts'],
    ]);
  },
  async run(invocation) {
    const [name = '', subject = ''] = invocation.args;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) throw new SlipwayError('INVALID_INPUT', `There is no action ${name}.`);
    return action(invocation, subject);
  },
};
