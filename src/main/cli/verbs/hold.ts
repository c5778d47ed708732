import type { Command } from 'commander';
import type { ClusterRef } from '../../../shared/model/cluster.ts';
import type { Hold } from '../../../shared/model/lock.ts';
import { clusterOf } from '../command/cluster.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples, addOutputFlags, addScopeFlags, addServiceFlags } from '../command/flags.ts';
import { untilText, untilTime } from '../command/since.ts';
import { momentText } from '../command/timeline.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Puts a service, or without `-n` a whole cluster, on hold. */
export const verb: Verb = {
  configure(command) {
    addPlaceFlags(command)
      .requiredOption('--why <reason>', 'why nobody should change it')
      .option('--until <time>', 'when it ends by itself, such as 2h, 3d or 2026-11-30T08:00:00Z', untilText);
    addOutputFlags(command);
    addExamples(command, [
      ['a service, until a person ends it', 'slipway hold -c production -n web --why "incident 4711"'],
      ['a whole cluster for the weekend', 'slipway hold -c production --until 3d --why "sale"'],
    ]);
  },
  async run(invocation) {
    const { flags, output, io } = invocation;
    const client = await invocation.client([io.interrupt]);
    const place = await placeOf(invocation);
    const until = flags.text('until');
    const hold = await client.call('locks.hold', {
      ...place,
      why: flags.text('why') ?? '',
      ...(until === undefined ? {} : { until: untilTime(until, io.now()) }),
    });
    const sentence = `${nameOf(place)} is on hold${endOf(hold)}: ${hold.why}. \`slipway unhold\` ends it.`;
    if (output.isJson) output.json({ result: 'held', sentence, hold });
    else output.line(sentence);
    return EXIT.success;
  },
};

/** Ends a hold. */
export const unhold: Verb = {
  configure(command) {
    addOutputFlags(addPlaceFlags(command).option('--why <reason>', 'why it ends, for the journal'));
    addExamples(command, [['a service', 'slipway unhold -c production -n web']]);
  },
  async run(invocation) {
    const { flags, output, io } = invocation;
    const client = await invocation.client([io.interrupt]);
    const place = await placeOf(invocation);
    const why = flags.text('why');
    const hold = await client.call('locks.unhold', { ...place, ...(why === undefined ? {} : { why }) });
    const sentence = `${nameOf(place)} is no longer on hold: ${hold.why}.`;
    if (output.isJson) output.json({ result: 'ended', sentence, hold });
    else output.line(sentence);
    return EXIT.success;
  },
};

function addPlaceFlags(command: Command): Command {
  return addServiceFlags(addScopeFlags(command));
}

type Place = ClusterRef & { readonly service?: string };

async function placeOf(invocation: Invocation): Promise<Place> {
  const service = invocation.flags.text('service');
  return { ...(await clusterOf(invocation)), ...(service === undefined ? {} : { service }) };
}

function nameOf({ cluster, service }: Place): string {
  return service === undefined ? `The cluster ${cluster}` : `${cluster}/${service}`;
}

function endOf({ until }: Hold): string {
  return until === undefined ? '' : ` until ${momentText(until)}`;
}
