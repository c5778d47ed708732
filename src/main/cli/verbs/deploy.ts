import type { Client } from '../../../shared/client.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { addChangeFlags, imagesOf, planOf, rememberPin } from '../command/change-flags.ts';
import { addCleanFlags, cleanAfter, requireCleanFlags } from '../command/clean-after.ts';
import { guardOf, requireDeployable } from '../command/deployable.ts';
import { requireExecutable } from '../command/execute.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples, addOutputFlags, addScopeFlags, addServiceFlags } from '../command/flags.ts';
import { executeInTurn } from '../command/lock-wait.ts';
import { planLines } from '../command/plan-report.ts';
import { addPushFlags } from '../command/push-flags.ts';
import { pushNamedImages } from '../command/push-image.ts';
import { addExecuteFlags, addFollowFlags, addWaitFlags, addWaitLockFlag } from '../command/release-flags.ts';
import { addFileFlag, planFile, registerFile } from '../command/revision-file.ts';
import { serviceOf } from '../command/service.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Plans a change of a service, checks it, executes it and follows the deployment to its end. */
export const verb: Verb = {
  configure(command) {
    addPushFlags(addChangeFlags(addServiceFlags(addScopeFlags(command))));
    addFileFlag(
      command,
      'register the task definition of this JSON file, with the images of -i, and deploy it',
    );
    addCleanFlags(command);
    addOutputFlags(addWaitFlags(addFollowFlags(addWaitLockFlag(addExecuteFlags(command)))));
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
      [
        'a task definition of a file, and keep 10 revisions',
        'slipway deploy -c staging -n web --file task.json -i my-repo/web:1.2.0 --clean keep=10',
      ],
      [
        'a migration with the new revision first',
        `slipway deploy -c staging -n web -i my-repo/web:1.2.0 --before 'npm run migrate'`,
      ],
      [
        'wait until nobody else changes the service',
        'slipway deploy -c staging -n web -i my-repo/web:1.2.0 --wait-lock 10m',
      ],
      ['one container', 'slipway deploy -c staging -n web -i proxy=nginx:1.27'],
      ['the same revision again', 'slipway deploy -c staging -n web --force'],
    ]);
  },
  run: deploy,
};

async function deploy(invocation: Invocation): Promise<number> {
  requireCleanFlags(invocation);
  // Whoever reads the output may go away; the deployment is followed to its end for the exit code.
  const client = await invocation.client([invocation.io.interrupt]);
  const service = await serviceOf(invocation);
  const pushed = await pushNamedImages({ invocation, client, service });
  const images = pushed ?? (await imagesOf(invocation, client));
  const made = await planOfDeploy(invocation, client, { service, images });
  const sent = [...(pushed === undefined ? [] : ['The image was pushed']), ...made.sent];
  const code = await executeInTurn(invocation, {
    ...made,
    refused: sent.length === 0 ? undefined : `${sent.join(', and ')}, but the service was not changed.`,
  });
  await rememberPin(invocation, client, service);
  if (code === EXIT.success) await cleanAfter(invocation, service);
  return code;
}

interface Wanted {
  readonly service: ServiceRef;
  readonly images: readonly string[];
}

/** The plan, and what was sent for it: a task definition of a file is registered once its checks have passed. */
async function planOfDeploy(
  invocation: Invocation,
  client: Client,
  { service, images }: Wanted,
): Promise<{
  readonly plan: Plan;
  readonly planAgain: () => Promise<Plan>;
  readonly sent: readonly string[];
}> {
  const path = invocation.flags.text('file');
  if (path === undefined) {
    const planAgain = () => planOf(invocation, client, { service, images });
    return { plan: await planAgain(), planAgain, sent: [] };
  }
  await requireDeployable({ invocation, service }, await guardOf({ client, service }));
  const { plan: expected, json } = await planFile(invocation, client, { path, service, images });
  requireAllowed(invocation, expected);
  const revision = await registerFile(invocation, client, { path, service, json });
  const planAgain = () => planOf(invocation, client, { service, images: [], revision });
  return { plan: await planAgain(), planAgain, sent: [`${revision.split('/').at(-1)} was registered`] };
}

/** Throws what refuses the plan of a file, after it has shown the plan: nothing is registered then. */
function requireAllowed(invocation: Invocation, plan: Plan): void {
  try {
    requireExecutable(invocation, plan, 'Nothing was sent.');
  } catch (error) {
    for (const line of planLines(plan, invocation.flags.isSet('verbose'))) invocation.output.note(line);
    throw error;
  }
}
