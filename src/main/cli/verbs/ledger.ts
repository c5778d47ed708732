import { Argument } from 'commander';
import type { LedgerPlan } from '../../../shared/model/ledger.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples, addOutputFlags, addScopeFlags, wholeNumber } from '../command/flags.ts';
import type { Invocation, Verb } from '../command/verb.ts';

const ACTIONS: Readonly<Record<string, (invocation: Invocation) => Promise<number>>> = {
  plan: planAction,
  create: createAction,
  sync: syncAction,
  export: exportAction,
};

const DEFAULT_TABLE = 'slipway-ledger';

/** The table in which a team shares its journal. */
export const verb: Verb = {
  configure(command) {
    addScopeFlags(command)
      .addArgument(new Argument('<action>', 'what to do').choices(Object.keys(ACTIONS)))
      .option('--table <name>', `the table (default: ${DEFAULT_TABLE})`)
      .option('--recovery', 'plan, create: point-in-time recovery')
      .option('--keep-days <days>', 'plan, create: AWS removes older entries', wholeNumber(1, 3_650))
      .option('--kms-key <key>', 'plan, create: encrypt with this key instead of one that AWS owns')
      .option('--confirm <name>', 'create: the name of the table, where the environment asks for it')
      .option('-c, --cluster <name>', 'sync: fetch the entries of this cluster');
    addOutputFlags(command);
    addExamples(command, [
      ['the calls, the policies and the cost, without sending anything', 'slipway ledger plan -p prod'],
      ['create it', 'slipway ledger create -p prod --recovery --confirm slipway-ledger'],
      ['fetch and send entries now', 'slipway ledger sync -p prod -c production'],
      ['all items as JSON lines', 'slipway ledger export -p prod > ledger.jsonl'],
    ]);
  },
  run: (invocation) => (ACTIONS[invocation.args[0] ?? ''] ?? planAction)(invocation),
};

async function wantedOf({ flags, scope }: Invocation) {
  const { account, region } = await scope();
  const [keepDays, kmsKey] = [flags.number('keep-days'), flags.text('kms-key')];
  return {
    account,
    region,
    table: flags.text('table') ?? DEFAULT_TABLE,
    recovery: flags.isSet('recovery'),
    ...(keepDays === undefined ? {} : { keepDays }),
    ...(kmsKey === undefined ? {} : { kmsKey }),
  };
}

async function planAction(invocation: Invocation): Promise<number> {
  const client = await invocation.client();
  const plan = await client.call('ledger.plan', await wantedOf(invocation));
  printPlan(invocation, plan);
  return EXIT.success;
}

async function createAction(invocation: Invocation): Promise<number> {
  const { flags, output } = invocation;
  const client = await invocation.client();
  const confirmation = flags.text('confirm');
  const plan = await client.call('ledger.create', {
    ...(await wantedOf(invocation)),
    ...(confirmation === undefined ? {} : { confirmation }),
  });
  if (output.isJson) output.json(plan);
  else
    output.line(
      `The ledger ${plan.table} in ${plan.region} is ready. Name it in a rule: ledger: { table: ${plan.table} }`,
    );
  return EXIT.success;
}

async function syncAction({ flags, output, scope, client: open }: Invocation): Promise<number> {
  const client = await open();
  const cluster = flags.text('cluster');
  const state = await client.call(
    'ledger.sync',
    cluster === undefined ? {} : { place: { ...(await scope()), cluster } },
  );
  if (output.isJson) output.json(state);
  else
    output.line(
      `New entries of others: ${state.received}. Entries of this machine that are not in the ledger yet: ${state.waiting}.`,
    );
  if (state.problem === undefined) return EXIT.success;
  output.problem(state.problem);
  return EXIT.failed;
}

async function exportAction(invocation: Invocation): Promise<number> {
  const { output } = invocation;
  const client = await invocation.client();
  const { account, region, table } = await wantedOf(invocation);
  const { count } = await client.call(
    'ledger.export',
    { account, region, table },
    { onEvent: ({ items }) => output.raw(items.map((item) => `${JSON.stringify(item)}\n`).join('')) },
  );
  output.note(`${count} items.`);
  return EXIT.success;
}

function printPlan({ output }: Invocation, plan: LedgerPlan): void {
  if (output.isJson) {
    output.json(plan);
    return;
  }
  const { per1000Releases, perGigabyteMonth, recoveryPerGigabyteMonth, pricesOf } = plan.cost;
  const text = [
    `${plan.table} in ${plan.region}: ${STATES[plan.state]}`,
    ...plan.calls.flatMap(({ operation, input }) => ['', operation, input]),
    '',
    'The least policy to create it:',
    plan.policyToCreate,
    '',
    'The least policy to deploy with it:',
    plan.policyToUse,
    '',
    `Cost (${pricesOf}): about ${per1000Releases} USD for 1,000 releases, ${perGigabyteMonth} USD a month for a gigabyte, ${recoveryPerGigabyteMonth} more with recovery.`,
  ].join('\n');
  for (const line of text.split('\n')) output.line(line);
}

const STATES: Readonly<Record<LedgerPlan['state'], string>> = {
  missing: 'the table does not exist. These calls create it:',
  incomplete: 'the table is incomplete. These calls add what is missing:',
  ready: 'the table is ready.',
  other: 'this table is not a ledger. Choose another name.',
};
