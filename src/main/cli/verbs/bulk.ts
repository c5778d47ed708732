import { type Command, InvalidArgumentError, Option } from 'commander';
import { SlipwayError } from '../../../shared/errors.ts';
import { markdownText } from '../../../shared/markdown-text.ts';
import { WavePause } from '../../../shared/model/fleet.ts';
import { PlanId } from '../../../shared/model/plan.ts';
import { bulkPlanLines } from '../bulk/bulk-report.ts';
import { type BulkPlan, planBulk } from '../bulk/plan-bulk.ts';
import { overridesOf, requireExecutable, runBulk } from '../bulk/run-bulk.ts';
import { wavesOption } from '../bulk/waves.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples, addOutputFlags, addScopeFlags, repeated, wholeNumber } from '../command/flags.ts';
import { reportStep } from '../command/github-actions.ts';
import { addOnTimeoutFlag, addTimeoutFlag, addWaitLockFlag } from '../command/release-flags.ts';
import { TAG_FROM, tagFrom, taggedRepository, tagSource, withTag } from '../command/tag-from.ts';
import type { Invocation, Verb } from '../command/verb.ts';
import { printWrapped } from '../command/wrap-line.ts';

/** Deploys one image to many services, in waves. */
export const verb: Verb = {
  configure(command) {
    addServicesFlags(addScopeFlags(command));
    addWaveFlags(command);
    addRunFlags(command);
    addOutputFlags(command);
    addExamples(command, [
      [
        'one service first, then five, then all that are left',
        'slipway bulk -i my-repo/web:1.2.0 --waves 1,5,rest --confirm my-repo/web',
      ],
      ['two services of a cluster', 'slipway bulk -c staging -n web -n worker -i shop:1.2.0'],
      [
        'what takes longer than an hour is rolled back',
        'slipway bulk -i my-repo/web:1.2.0 --timeout 3600 --on-timeout roll-back --confirm my-repo/web',
      ],
      ['what it would do', 'slipway bulk -i my-repo/web:1.2.0 --dry-run'],
      ['the next wave, or what is left', 'slipway bulk --resume 0b9f3c1e-…'],
    ]);
  },
  run: bulk,
};

function addServicesFlags(command: Command): void {
  command
    .option('-c, --cluster <name>', 'only services of this cluster (default: all clusters)')
    .option(
      '-n, --service <name>',
      'only this service, also as CLUSTER/SERVICE; may be repeated (default: all that use the repository)',
      repeated,
    )
    .option('-i, --image <image>', 'image for all containers that use its repository')
    .option('--tag-from <source>', TAG_FROM, tagSource);
}

function addWaveFlags(command: Command): void {
  command
    .option(
      '--waves <sizes>',
      'services in each wave, such as 1,5,rest; the last size repeats (default: 1,rest)',
      wavesOption,
    )
    .addOption(
      new Option('--pause <when>', 'wait for a person between waves')
        .choices(WavePause.options)
        .default('never'),
    )
    .option(
      '--stop-after <failures>',
      'start no further wave after so many failures (default: 1)',
      wholeNumber(1, 500),
    )
    .option('--roll-back', 'roll the updated services back when it stops')
    .option('--resume <release>', 'start the next wave, or continue with what is left', releaseId);
}

function addRunFlags(command: Command): void {
  addOnTimeoutFlag(addTimeoutFlag(addWaitLockFlag(command)), 'what happens to the release then')
    .option('--why <reason>', 'reason, for the journal and the tags of the revisions')
    .option('--link <url>', 'ticket or pull request')
    .option('--commit <sha>', 'git commit that is deployed')
    .option('--confirm <name>', 'name of the repository; required in production and for many services')
    .option(
      '--override <check>',
      'failed check to override in each service, such as movement; may be repeated',
      repeated,
    )
    .option('--dry-run', 'print the waves and the failed checks, and send nothing');
}

async function bulk(invocation: Invocation): Promise<number> {
  const { flags, output } = invocation;
  const release = flags.text('resume');
  if (release !== undefined) return resume(invocation, release);
  const { plan, unchanged } = await planOf(invocation);
  if (unchanged.length > 0) output.note(`Unchanged, because they run it already: ${unchanged.join(', ')}.`);
  if (plan === undefined) return printUnchanged(invocation, unchanged.length);
  if (flags.isSet('dry-run')) {
    if (output.isJson) output.json(plan);
    else for (const line of bulkPlanLines(plan)) printWrapped(output, line);
    return EXIT.success;
  }
  for (const line of bulkPlanLines(plan)) output.note(line);
  requireExecutable(invocation, plan);
  output.note(`Release ${plan.id}`);
  return runBulk(invocation, plan.id, overridesOf(invocation, plan));
}

async function resume(invocation: Invocation, release: string): Promise<number> {
  const { flags } = invocation;
  const planned = ['image', 'service', 'waves', 'stop-after', 'roll-back', 'dry-run'];
  const other = planned.find((name) => flags.isSet(name));
  if (other === undefined) return runBulk(invocation, release);
  throw new SlipwayError(
    'INVALID_INPUT',
    `--resume continues a release as it was planned. Leave out --${other}, or plan another release without --resume.`,
  );
}

async function planOf(invocation: Invocation): Promise<BulkPlan> {
  const { flags, io, output } = invocation;
  const [image, source] = [flags.text('image'), flags.text('tag-from')];
  if (image === undefined) {
    throw new SlipwayError('INVALID_INPUT', 'Name the image with -i, or a release with --resume.');
  }
  const client = await invocation.client([io.interrupt]);
  const { account, region, cluster } = await invocation.scope();
  const repository = taggedRepository({ account, region }, [image]);
  const tag =
    source === undefined ? undefined : await tagFrom(source, { io, client, folder: io.folder, repository });
  if (tag !== undefined) output.note(`The tag of ${source ?? ''} is ${tag}.`);
  return planBulk(client, {
    scope: { account, region },
    image: tag === undefined ? image : withTag(image, tag),
    cluster,
    services: flags.texts('service'),
    waves: flags.text('waves') ?? '1,rest',
    stopAfter: flags.number('stop-after') ?? 1,
    rollBackOnStop: flags.isSet('roll-back'),
    pause: WavePause.parse(flags.text('pause')),
  });
}

function printUnchanged({ io, output }: Invocation, count: number): number {
  const sentence = `${count === 1 ? 'The service runs' : `All ${count} services run`} this already, so nothing was sent.`;
  reportStep(io, () => ({
    outputs: { outcome: 'unchanged', cause: '' },
    summary: `${markdownText(sentence)}\n\n`,
    problems: [],
  }));
  if (output.isJson) output.json({ result: 'unchanged', sentence });
  else printWrapped(output, sentence);
  return EXIT.success;
}

function releaseId(text: string): string {
  if (PlanId.safeParse(text).success) return text;
  throw new InvalidArgumentError('Give the id of a bulk release, as the command printed it.');
}
