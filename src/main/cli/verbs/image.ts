import { Argument } from 'commander';
import { SlipwayError } from '../../../shared/errors.ts';
import { addExamples, addOutputFlags, addScopeFlags } from '../command/flags.ts';
import { tagSource } from '../command/tag-from.ts';
import type { Invocation, Verb } from '../command/verb.ts';
import { buildAction, pushAction } from '../image/build-and-push.ts';
import { listAction, promoteAction, whereAction } from '../image/in-repository.ts';

const ACTIONS: Readonly<Record<string, (invocation: Invocation, subject: string) => Promise<number>>> = {
  build: buildAction,
  push: pushAction,
  promote: promoteAction,
  list: listAction,
  where: whereAction,
};

/** Works on images without a deploy: builds, pushes, tags and lists them, and finds the services that use one. */
export const verb: Verb = {
  configure(command) {
    addScopeFlags(command)
      .addArgument(new Argument('<action>', 'what to do').choices(Object.keys(ACTIONS)))
      .argument('<subject>', 'the folder (build), the local image (push), or the image or repository of ECR')
      .option('-c, --cluster <name>', 'where: only services of this cluster')
      .option('--repository <name>', 'build, push: the ECR repository')
      .option('--tag <tag>', 'build, push: the tag of the image; promote: the tag that it gets')
      .option(
        '--tag-from <source>',
        'build, push: git, git-full, describe, env:VAR, file:PATH, package or time',
        tagSource,
      )
      .option('--also-tag <tag>', 'push: a second tag, such as latest');
    addOutputFlags(command);
    addExamples(command, [
      ['build a folder under its git commit', 'slipway image build . --repository shop/web --tag-from git'],
      ['push an image of Docker', 'slipway image push web:1.2.0 --repository shop/web --also-tag latest'],
      ['give an image another tag', 'slipway image promote shop/web:1.2.0 --tag production'],
      ['the images of a repository', 'slipway image list shop/web'],
      ['the services that use an image', 'slipway image where shop/web:1.2.0'],
    ]);
  },
  async run(invocation) {
    const [name = '', subject = ''] = invocation.args;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) throw new SlipwayError('INVALID_INPUT', `There is no action ${name}.`);
    return action(invocation, subject);
  },
};
