import { SlipwayError } from '../../../shared/errors.ts';
import { clusterOf } from '../command/cluster.ts';
import { executeAndFollow } from '../command/execute.ts';
import { addExamples, addOutputFlags, addScopeFlags, repeated } from '../command/flags.ts';
import { addFollowFlags, addWaitFlags } from '../command/release-flags.ts';
import { planIdOf } from '../command/second-person.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Makes the plan of another person again, executes it if it is the same, and follows the deployment. */
export const verb: Verb = {
  configure(command) {
    addScopeFlags(command)
      .argument('<plan>', 'the id of the plan, from `slipway plans`')
      .option('-c, --cluster <name>', 'cluster')
      .option('--confirm <name>', 'name of the service; required in production')
      .option('--override <check>', 'failed check to override, such as movement; may be repeated', repeated);
    addOutputFlags(addWaitFlags(addFollowFlags(command)));
    addExamples(command, [['as the second person', 'slipway execute PLAN -c production --confirm web']]);
  },
  run: execute,
};

async function execute(invocation: Invocation): Promise<number> {
  const [id] = invocation.args;
  const wanted = planIdOf(id);
  const client = await invocation.client([invocation.io.interrupt]);
  const place = await clusterOf(invocation);
  const { shared, plan, differences } = await client.call('releases.openShared', { ...place, plan: wanted });
  const { why, link, host } = shared;
  const by = shared.plannedBy.split('/').at(-1) ?? shared.plannedBy;
  const reason = [why, link].filter((text) => text !== undefined).join(', ');
  invocation.output.note(`Planned by ${by} on ${host}${reason === '' ? '' : `: ${reason}`}`);
  if (plan === undefined) {
    throw new SlipwayError(
      'STALE_PLAN',
      `Nothing was sent. “${shared.title}” is not what ${by} planned. ${differences.join(' ')} Ask for a new plan.`,
    );
  }
  return executeAndFollow(invocation, plan);
}
