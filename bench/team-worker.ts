import { z } from 'zod';

/**
 * One Slipway of a team, in a process of its own that can be killed and paused. Its clock is wrong by as much as it is
 * told. Deploys one service for each message.
 */
const Options = z.object({
  data: z.string(),
  endpoint: z.string(),
  region: z.string(),
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  skewMs: z.number(),
  times: z.object({ leaseMs: z.number(), graceMs: z.number() }),
});
/** Deploys a service, or makes the table of the ledger, or sends what waits for it. */
const Task = z.union([
  z.object({ service: z.string() }),
  z.object({ create: z.string() }),
  z.object({ share: z.literal(true) }),
]);
const Shared = z.object({ waiting: z.number() });
const Planned = z.object({
  id: z.string(),
  checks: z.array(z.object({ rule: z.string(), result: z.string(), subject: z.string().optional() })),
});

const { data, skewMs, times, ...account } = Options.parse(JSON.parse(process.argv[2] ?? ''));
setClock(skewMs);
// After the clock is wrong, because modules may keep what they take from it.
const { openBenchEngine } = await import('./bench-engine.ts');
const engine = await openBenchEngine({ account, data, pollIntervalMs: 60_000, times });
const connection = engine.dispatcher.connect(() => undefined);
let calls = 0;

process.on('message', (message) => void work(Task.parse(message)));
process.send?.({ ready: true });

async function work(task: z.infer<typeof Task>): Promise<void> {
  if ('service' in task) return deploy(task.service);
  if ('create' in task) {
    const { create: table } = task;
    const wanted = { account: 'sandbox', region: account.region, table, confirmation: table };
    const created = await call('ledger.create', wanted);
    return done(created.ok ? undefined : created.error.message);
  }
  const shared = await call('ledger.share', { seconds: 60 });
  if (!shared.ok) return done(shared.error.message);
  const { waiting } = Shared.parse(shared.value);
  return done(waiting === 0 ? undefined : `${waiting} entries wait`);
}

async function deploy(service: string): Promise<void> {
  const ref = { account: 'sandbox', region: account.region, cluster: 'tools', service };
  const planned = await call('releases.plan', { service: ref, change: { forceNewDeployment: true } });
  if (!planned.ok) return done(planned.error.message);
  const { id, checks } = Planned.parse(planned.value);
  const overrides = checks
    .filter(({ result }) => result === 'fail')
    .map(({ rule, subject }) => (subject === undefined ? rule : `${rule}:${subject}`));
  const executed = await call('releases.execute', { plan: id, overrides });
  done(executed.ok ? undefined : executed.error.message);
}

function call(method: string, input: unknown) {
  calls += 1;
  return connection.call({ id: String(calls), method, input });
}

function done(refusal: string | undefined): void {
  process.send?.({ refusal });
}

/** The SDK, the engine and the journal read the date of this process. */
function setClock(ms: number): void {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...given: readonly unknown[]) {
      super(...((given.length === 0 ? [RealDate.now() + ms] : given) as [number]));
    }
    static override now(): number {
      return RealDate.now() + ms;
    }
  } as DateConstructor;
}
