import { clusterOf } from '../command/cluster.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples, addOutputFlags, addScopeFlags } from '../command/flags.ts';
import { printTable } from '../command/table.ts';
import { agoText } from '../command/time-text.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Lists the plans of a cluster that wait for a second person. */
export const verb: Verb = {
  configure(command) {
    addScopeFlags(command).option('-c, --cluster <name>', 'cluster');
    addOutputFlags(command);
    addExamples(command, [
      ['the plans that wait', 'slipway plans -c production'],
      ['execute one of another person', 'slipway execute PLAN -c production --confirm web'],
    ]);
  },
  run: listPlans,
};

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
