import { EXIT } from '../command/exit-code.ts';
import { findElsewhere } from '../command/find-service.ts';
import { addExamples, addOutputFlags, addScopeFlags, addServiceFlags } from '../command/flags.ts';
import { imageLine, isOtherImage } from '../command/image-text.ts';
import { markdownTable } from '../command/markdown.ts';
import { serviceOf } from '../command/service.ts';
import { outcomeCell } from '../command/state-cells.ts';
import { printTable } from '../command/table.ts';
import { agoText, durationText } from '../command/time-text.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Prints the releases of a service with their images, commits and outcomes. */
export const verb: Verb = {
  configure(command) {
    addOutputFlags(addServiceFlags(addScopeFlags(command))).option('--markdown', 'print a Markdown table');
    addExamples(command, [
      ['the releases of the last 90 days', 'slipway history -c production -n web'],
      ['for a report', 'slipway history -c production -n web --markdown'],
    ]);
  },
  run: history,
};

const HEADINGS = ['RELEASE', 'OUTCOME', 'REVISION', 'STARTED', 'TOOK', 'IMAGES', 'COMMIT', 'BY', 'REASON'];

async function history(invocation: Invocation): Promise<number> {
  const { output, io, flags } = invocation;
  const client = await invocation.client();
  const ref = await serviceOf(invocation);
  const [deployments, { releases }] = await Promise.all([
    client.call('services.deployments', ref),
    client.call('services.history', ref),
  ]).catch((error: unknown) => findElsewhere(client, ref, error));
  const factsOf = new Map(releases.map((facts) => [facts.arn, facts]));
  if (output.isJson) {
    output.json(
      deployments.map((deployment) => ({
        ...deployment,
        ...factsOf.get(deployment.arn),
        ...imagesOf(deployment),
      })),
    );
    return EXIT.success;
  }
  const rows = deployments.map((deployment) => {
    const facts = factsOf.get(deployment.arn);
    const changed = facts?.images.filter(isOtherImage) ?? [];
    const commits = new Set(deployment.images.flatMap((image) => image.facts?.commit?.slice(0, 12) ?? []));
    return [
      deployment.id,
      outcomeCell(deployment.outcome),
      deployment.revision ?? '',
      agoText(deployment.createdAt, io.now()),
      deployment.durationMs === undefined ? '' : durationText(deployment.durationMs),
      changed.map(imageLine).join(', '),
      [...commits].join(', '),
      deployment.callerIdentity ?? facts?.registeredBy ?? '',
      deployment.why ?? facts?.note ?? facts?.cause ?? '',
    ];
  });
  if (flags.isSet('markdown')) output.raw(`${markdownTable(HEADINGS, rows).join('\n')}\n`);
  else printTable(output, HEADINGS, rows);
  return EXIT.success;
}

/** The deployment's own images, because the facts have differences under the same name. */
function imagesOf({ images }: { readonly images: unknown }): { readonly images: unknown } {
  return { images };
}
