import type { RunningVersion, TimelineChange } from '../../../shared/model/timeline.ts';
import { EXIT } from '../command/exit-code.ts';
import { outcomeCell } from '../command/state-cells.ts';
import { printTable } from '../command/table.ts';
import {
  addTimelineFlags,
  localText,
  momentOption,
  momentText,
  readForTimeline,
  timelineFilter,
} from '../command/timeline.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Prints the changes of all services between two moments, or release notes of them. */
export const verb: Verb = {
  configure(command) {
    addTimelineFlags(
      command
        .option('-n, --service <name>', 'only this service')
        .requiredOption('--since <time>', 'the start, such as "Tuesday 14:00" or "3 days ago"', momentOption)
        .option('--until <time>', 'the end (default: now)', momentOption)
        .option('--markdown', 'print release notes as Markdown'),
      [
        ['what changed since last Tuesday', 'slipway changes --since "Tuesday 14:00"'],
        [
          'release notes of a week in production',
          'slipway changes -c production --since "14 days ago" --until "7 days ago" --markdown',
        ],
      ],
    );
  },
  run: changes,
};

const HEADINGS = ['STARTED', 'CLUSTER', 'SERVICE', 'CHANGE', 'OUTCOME', 'BY', 'REASON'];

async function changes(invocation: Invocation): Promise<number> {
  const { flags, output } = invocation;
  const client = await invocation.client();
  const filter = await timelineFilter(invocation);
  const [since = '', until, service] = [flags.text('since'), flags.text('until'), flags.text('service')];
  await readForTimeline(client, invocation, filter);
  const wanted = {
    ...filter,
    since,
    ...(until === undefined ? {} : { until }),
    ...(service === undefined ? {} : { service }),
  };
  if (flags.isSet('markdown')) {
    const { markdown } = await client.call('timeline.notes', wanted);
    if (output.isJson) output.json({ markdown });
    else output.raw(markdown);
    return EXIT.success;
  }
  const found = await client.call('timeline.changes', wanted);
  if (found.isCut) output.note('Only the newest 1,000 changes are listed. Choose a shorter period.');
  if (output.isJson) {
    output.json(found.changes);
    return EXIT.success;
  }
  output.note(`From ${momentText(since)} to ${until === undefined ? 'now' : momentText(until)}`);
  if (found.changes.length === 0) output.note('No service was changed.');
  else printTable(output, HEADINGS, found.changes.map(rowOf));
  return EXIT.success;
}

function rowOf(change: TimelineChange) {
  const { startedAt, cluster, service, outcome, callerIdentity, why, link, isOutsideSlipway } = change;
  return [
    localText(startedAt),
    cluster,
    service,
    changeText(change),
    outcome === undefined ? '' : outcomeCell(outcome),
    callerIdentity ?? (isOutsideSlipway ? 'outside Slipway' : ''),
    [why, link].filter((each) => each !== undefined).join(' '),
  ];
}

/** `4.4.0 → 4.4.1 (web:28)`, or the title of what deploys nothing. */
function changeText({ from, to, title, isOtherImage }: TimelineChange): string {
  if (to === undefined) return title;
  const name = (version: RunningVersion): string => version.version ?? version.revision;
  if (from === undefined || isOtherImage === false) return `${name(to)} (${to.revision})`;
  return `${name(from)} → ${name(to)} (${to.revision})`;
}
