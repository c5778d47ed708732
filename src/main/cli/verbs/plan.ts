import type { Plan } from '../../../shared/model/plan.ts';
import { addChangeFlags, imagesOf, planOf } from '../command/change-flags.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples, addOutputFlags, addScopeFlags, addServiceFlags } from '../command/flags.ts';
import { createRepositoryOption } from '../command/new-repository.ts';
import { failedChecks } from '../command/passed-checks.ts';
import { hasDifferences, isNothing, planLines, planMarkdown } from '../command/plan-report.ts';
import { withNewRepositories } from '../command/push-repositories.ts';
import { addExecuteFlags, addFollowFlags, addWaitFlags, addWaitLockFlag } from '../command/release-flags.ts';
import { addFileFlag, planFile } from '../command/revision-file.ts';
import { serviceOf } from '../command/service.ts';
import type { Invocation, Verb } from '../command/verb.ts';
import { wrapLine } from '../command/wrap-line.ts';

/** Prints what a deploy would change and what the checks say. Sends nothing that changes anything. */
export const verb: Verb = {
  configure(command) {
    addChangeFlags(addServiceFlags(addScopeFlags(command)));
    addFileFlag(
      command,
      'the task definition of this JSON file, with the images of -i; it is not registered',
    );
    command.addOption(createRepositoryOption());
    // What a deploy with the same options does after the plan: a pipeline changes the verb alone.
    addWaitFlags(addFollowFlags(addWaitLockFlag(addExecuteFlags(command))));
    addOutputFlags(command)
      .option('--markdown', 'print Markdown for a pull request')
      .option('--exit-code', 'exit with 3 if there are differences');
    addExamples(command, [
      ['what a deploy of 1.2.0 would do', 'slipway plan -c production -n web -i my-repo/web:1.2.0'],
      [
        'a comment for a pull request',
        'slipway plan -c production -n web -i my-repo/web:1.2.0 --markdown > comment.md',
      ],
      [
        'what a deploy of a task definition of a file would do',
        'slipway plan -c production -n web --file task.json -i my-repo/web:1.2.0',
      ],
      [
        'whether the service runs 1.2.0',
        'slipway plan -c production -n web -i my-repo/web:1.2.0 --exit-code > /dev/null',
      ],
    ]);
  },
  run: plan,
};

async function plan(invocation: Invocation): Promise<number> {
  const { flags, output } = invocation;
  const client = await invocation.client();
  const images = await imagesOf(invocation, client);
  const service = await serviceOf(invocation);
  const path = flags.text('file');
  const planned =
    path === undefined
      ? await planOf(invocation, client, { service, images })
      : (await planFile(invocation, client, { path, service, images })).plan;
  const made = await withNewRepositories({ invocation, client, place: service }, planned);
  if (output.isJson) output.json(made);
  else if (flags.isSet('markdown')) output.raw(planMarkdown(made));
  else {
    const lines = planLines(made, flags.isSet('verbose')).flatMap((line) => wrapLine(line, output.columns));
    for (const line of lines) output.line(line);
  }
  if (flags.isSet('exit-code') && hasDifferences(made)) return EXIT.differences;
  return isAllowed(invocation, made) || isNothing(made) ? EXIT.success : EXIT.refused;
}

/** Whether a deploy with the same options would pass its checks. It is not confirmed yet: a plan names what to confirm. */
function isAllowed({ flags }: Invocation, { checks, otherWay }: Plan): boolean {
  return otherWay === undefined && failedChecks(checks, flags.texts('override')).length === 0;
}
