import { addChangeFlags, imagesOf, planOf } from '../command/change-flags.ts';
import { executeAndFollow } from '../command/execute.ts';
import { addExamples, addOutputFlags, addScopeFlags, addServiceFlags } from '../command/flags.ts';
import { addPushFlags } from '../command/push-flags.ts';
import { pushNamedImages } from '../command/push-image.ts';
import { addExecuteFlags, addFollowFlags, addWaitFlags } from '../command/release-flags.ts';
import { serviceOf } from '../command/service.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Plans a change of a service, checks it, executes it and follows the deployment to its end. */
export const verb: Verb = {
  configure(command) {
    addPushFlags(addChangeFlags(addServiceFlags(addScopeFlags(command))));
    addOutputFlags(addWaitFlags(addFollowFlags(addExecuteFlags(command))));
    addExamples(command, [
      [
        'one image for all containers that use its repository',
        'slipway deploy -c staging -n web -i my-repo/web:1.2.0',
      ],
      [
        'production, with bounds and a time limit',
        'slipway deploy -c production -n web -i my-repo/web:1.2.0 --min 50 --max 200 --timeout 600 --confirm web',
      ],
      ['the tag of the git commit', 'slipway deploy -c staging -n web -i my-repo/web --tag-from git'],
      [
        'build this folder, push it under the git commit and as latest, and deploy it',
        'slipway deploy -c staging -n web --build . --tag-from git --also-tag latest',
      ],
      [
        'build an image for each container, into repositories that are created',
        'slipway deploy -c staging -n web --build-all . --tag-from git --create-repository immutable',
      ],
      ['push an image that Docker has', 'slipway deploy -c staging -n web --local web:1.2.0'],
      ['one container', 'slipway deploy -c staging -n web -i proxy=nginx:1.27'],
      ['the same revision again', 'slipway deploy -c staging -n web --force'],
    ]);
  },
  run: deploy,
};

async function deploy(invocation: Invocation): Promise<number> {
  // Whoever reads the output may go away; the deployment is followed to its end for the exit code.
  const client = await invocation.client([invocation.io.interrupt]);
  const service = await serviceOf(invocation);
  const pushed = await pushNamedImages({ invocation, client, service });
  const images = pushed ?? (await imagesOf(invocation, client));
  const plan = await planOf(invocation, client, { service, images });
  return pushed === undefined
    ? executeAndFollow(invocation, plan)
    : executeAndFollow(invocation, plan, 'The image was pushed, but the service was not changed.');
}
