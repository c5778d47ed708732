import type { Command } from 'commander';
import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { CleanupPlan } from '../../../shared/model/cleanup.ts';
import type { ImageCleanupPlan } from '../../../shared/model/image-cleanup.ts';
import type { Check } from '../../../shared/model/plan.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples, addOutputFlags, addScopeFlags, repeated, wholeNumber } from '../command/flags.ts';
import { shortDigest } from '../command/image-text.ts';
import { printTable } from '../command/table.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Removes old revisions, or unused images, that nothing uses. */
export const verb: Verb = {
  configure(command) {
    addScopeFlags(command)
      .option('--families <family>', 'task definition families (may be repeated; default: all)', repeated)
      .option('--images <repository>', 'clean up images of this ECR repository (may be repeated)', repeated)
      .option('--keep <count>', 'keep so many of the newest of each (default: 10)', wholeNumber(1, 10_000))
      .option('--days <days>', 'keep what is younger', wholeNumber(0, 3650))
      .option('--delete', 'delete revisions permanently after deregistering them');
    addAnswerFlags(command);
    addOutputFlags(command);
    addExamples(command, [
      ['what would be removed', 'slipway clean -p prod --families web --keep 10 --dry-run'],
      ['revisions of one family', 'slipway clean -p prod --families web --keep 10 --confirm web'],
      [
        'images of one repository',
        'slipway clean -p prod --images shop/web --keep 20 --days 30 --confirm shop/web',
      ],
    ]);
  },
  run: clean,
};

function addAnswerFlags(command: Command): void {
  command
    .option('--dry-run', 'print what would be removed, and remove nothing')
    .option('--confirm <name>', 'what has to be typed in the window; see --dry-run')
    .option(
      '--acknowledge <source>',
      'a source that may need any revision, as --dry-run names it (may be repeated)',
      repeated,
    );
}

const DEFAULT_KEEP = 10;

type AnyPlan = CleanupPlan | ImageCleanupPlan;

async function clean(invocation: Invocation): Promise<number> {
  const { flags, output, io } = invocation;
  const client = await invocation.client([io.interrupt]);
  const { account, region } = await invocation.scope();
  const plan = await planOf(invocation, client, { account, region });
  if (flags.isSet('dry-run')) {
    printPlan(invocation, plan);
    return EXIT.success;
  }
  if (plan.removing === 0) return printEnd(invocation, 'There is nothing to remove.', EXIT.success);
  requireAnswers(invocation, plan);
  for (const check of plan.checks) if (check.result === 'fail') output.problem(checkSentence(check));
  const [confirmation, acknowledged] = [flags.text('confirm'), flags.texts('acknowledge')];
  const job = await client.call(
    'cleanup.run',
    {
      plan: plan.id,
      ...(confirmation === undefined ? {} : { confirmation }),
      ...(acknowledged.length === 0 ? {} : { acknowledged: [...acknowledged] }),
    },
    {
      onEvent: ({ total, left, doing }) => output.note(`${total - left} of ${total}. ${doing ?? ''}`.trim()),
    },
  );
  for (const { name, message } of job.failed) output.problem(`${name}: ${message}`);
  const code = job.state === 'done' && job.failed.length === 0 ? EXIT.success : EXIT.failed;
  if (output.isJson) output.json(job);
  else output.line(job.sentence ?? `Removed ${job.deleted} of ${job.total}.`);
  return code;
}

async function planOf({ flags, output }: Invocation, client: Client, scope: Scope): Promise<AnyPlan> {
  const [families, repositories] = [flags.texts('families'), flags.texts('images')];
  const onEvent = ({ part, done, total }: { part: string; done: number; total: number }): void => {
    if (done === total) output.note(`Read ${part}: ${total}.`);
  };
  const policy = { keepNewest: flags.number('keep') ?? DEFAULT_KEEP, keepDays: flags.number('days') ?? 0 };
  if (repositories.length > 0) {
    if (families.length > 0 || flags.isSet('delete')) {
      throw new SlipwayError(
        'INVALID_INPUT',
        "--images can't be combined with --families or --delete, which are about revisions.",
      );
    }
    return client.call(
      'cleanup.planImages',
      { ...scope, repositories: [...repositories], policy },
      { onEvent },
    );
  }
  return client.call(
    'cleanup.plan',
    {
      ...scope,
      ...(families.length === 0 ? {} : { families: [...families] }),
      policy: { ...policy, deletePermanently: flags.isSet('delete') },
    },
    { onEvent },
  );
}

/** Throws INVALID_INPUT for what a person has to say first. Nothing is removed then. */
function requireAnswers({ flags }: Invocation, plan: AnyPlan): void {
  const { confirmation } = plan;
  if (confirmation !== undefined && flags.text('confirm') !== confirmation) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `Nothing was removed. ${plan.removing} would be removed permanently or in production. Add --confirm ${confirmation}.`,
    );
  }
  const unknown = 'unknown' in plan ? plan.unknown : [];
  const missing = unknown.filter(({ source }) => !flags.texts('acknowledge').includes(source));
  if (missing.length === 0) return;
  const names = missing.map(({ source, reason }) => `${source} ${reason}`).join(', ');
  const options = missing.map(({ source }) => `--acknowledge '${source}'`).join(' ');
  throw new SlipwayError(
    'INVALID_INPUT',
    `Nothing was removed, because any revision may be in use: ${names}. Add ${options}.`,
  );
}

function printPlan({ output }: Invocation, plan: AnyPlan): void {
  if (output.isJson) {
    output.json(plan);
    return;
  }
  for (const warning of plan.warnings) output.problem(warning);
  for (const check of plan.checks) if (check.result !== 'pass') output.problem(checkSentence(check));
  const rows = plan.items.map((item) => [
    'name' in item
      ? item.name
      : `${item.repository} ${shortDigest(item.digest)} ${item.tags.join(' ')}`.trim(),
    item.verdict,
    item.reason,
  ]);
  if (rows.length > 0) printTable(output, ['NAME', 'VERDICT', 'REASON'], rows);
  output.line(`${plan.removing} to remove, ${plan.keeping} to keep.`);
}

function checkSentence({ message, advice }: Check): string {
  return advice === undefined ? `${message}.` : `${message}. ${advice}`;
}

function printEnd({ output }: Invocation, sentence: string, code: number): number {
  if (output.isJson) output.json({ result: 'unchanged', sentence });
  else output.line(sentence);
  return code;
}
