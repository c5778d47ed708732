import { Argument } from 'commander';
import { clusterOf } from '../command/cluster.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples, addOutputFlags, addScopeFlags } from '../command/flags.ts';
import { planIdOf } from '../command/second-person.ts';
import { printTable } from '../command/table.ts';
import { agoText } from '../command/time-text.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Lists the plans of a cluster that wait for a second person, or withdraws one. */
export const verb: Verb = {
  configure(command) {
    addScopeFlags(command)
      .addArgument(new Argument('[action]', 'what to do instead of a list').choices(['withdraw']))
      .argument('[plan]', 'withdraw: the id of the plan')
      .option('-c, --cluster <name>', 'cluster');
    addOutputFlags(command);
    addExamples(command, [
      ['the plans that wait', 'slipway plans -c production'],
      ['execute one of another person', 'slipway execute PLAN -c production --confirm web'],
      ['withdraw one that was not executed', 'slipway plans withdraw PLAN -c production'],
    ]);
  },
  run: (invocation) => (invocation.args[0] === 'withdraw' ? withdrawPlan(invocation) : listPlans(invocation)),
};

async function withdrawPlan(invocation: Invocation): Promise<number> {
  const { output, io, args } = invocation;
  const [, id] = args;
  const plan = planIdOf(id);
  const client = await invocation.client([io.interrupt]);
  const withdrawn = await client.call('releases.withdrawShared', { ...(await clusterOf(invocation)), plan });
  const sentence = `“${withdrawn.title}” was withdrawn. Nobody can execute it any more.`;
  if (output.isJson) output.json({ result: 'withdrawn', sentence, plan: withdrawn });
  else output.line(sentence);
  return EXIT.success;
}

const HEADINGS = ['PLAN', 'SERVICE', 'TITLE', 'PLANNED BY', 'ON', 'WHEN', 'REASON'];

async function listPlans(invocation: Invocation): Promise<number> {
  const { output, io } = invocation;
  const client = await invocation.client();
  const plans = await client.call('releases.shared', await clusterOf(invocation));
  if (output.isJson) {
    output.json(plans);
    return EXIT.success;
  }
  if (plans.length === 0) output.line('No plan waits for a second person.');
  else {
    printTable(
      output,
      HEADINGS,
      plans.map(({ id, service, title, plannedBy, host, at, why, link }) => [
        id,
        service.service,
        title,
        plannedBy.split('/').at(-1) ?? plannedBy,
        host,
        agoText(at, io.now()),
        why ?? link ?? '',
      ]),
    );
  }
  return EXIT.success;
}
