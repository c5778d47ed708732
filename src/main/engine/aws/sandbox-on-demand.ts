import type { Output } from '../../../shared/contract.ts';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import { fullDiskProblem } from '../../../shared/full-disk.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Logger, Ports, StartedSandbox } from '../ports/ports.ts';
import type { Accounts } from './accounts.ts';

interface SandboxDependencies extends Pick<Ports, 'startSandbox'> {
  readonly accounts: Pick<Accounts, 'add' | 'remove'>;
  readonly jobs: Pick<Jobs, 'list'>;
  readonly logger: Logger;
}

/** The sandbox that a person starts beside the AWS profiles. */
export interface SandboxOnDemand {
  readonly handlers: Pick<Handlers, 'accounts.startSandbox' | 'accounts.stopSandbox'>;
  /** Undefined where the host starts none in the middle of its work. */
  state(): Output<'accounts.list'>['sandbox'];
  /** Ends it, also one that is just starting; none starts afterwards. */
  close(): Promise<void>;
}

/** Starts and stops the sandbox of the host, one after the other, and lists its account meanwhile. */
export function createSandboxOnDemand({
  startSandbox,
  accounts,
  jobs,
  logger,
}: SandboxDependencies): SandboxOnDemand {
  let running: StartedSandbox | undefined;
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  }

  async function start(): Promise<Immutable<Output<'accounts.startSandbox'>>> {
    if (startSandbox === undefined) throw notHere();
    if (isClosed) throw cancelled('accounts.startSandbox');
    if (running === undefined) {
      running = await startSandbox().catch((error: unknown) => {
        logger.error({ err: error }, 'The sandbox did not start');
        throw didNotStart(error);
      });
      await accounts.add(running.account);
    }
    const { account, isTemporary } = running;
    return { account: account.id, region: account.region, isTemporary };
  }

  async function stop(): Promise<void> {
    if (running === undefined) return;
    const { account, close } = running;
    // Nothing asks the address any more when something else may get its port.
    await accounts.remove(account.id);
    running = undefined;
    await close();
  }

  return {
    handlers: {
      'accounts.startSandbox': () => inTurn(start),
      'accounts.stopSandbox': () =>
        inTurn(async () => {
          const job = jobs
            .list()
            .find(({ account, state }) => account === running?.account.id && state !== 'ended');
          if (job !== undefined) throw stillAtWork(job.title);
          await stop();
          return {};
        }),
    },
    state: () => (startSandbox === undefined ? undefined : running === undefined ? 'offered' : 'started'),
    close() {
      isClosed = true;
      return inTurn(stop);
    },
  };
}

function notHere(): SlipwayError {
  return new SlipwayError(
    'INVALID_INPUT',
    'No sandbox can be started here. It already runs, or the command line names it with --sandbox.',
  );
}

function didNotStart(error: unknown): SlipwayError {
  const reason = fullDiskProblem(error) ?? (error instanceof Error ? error.message : 'the reason is unknown');
  return new SlipwayError(
    'UNAVAILABLE',
    `The sandbox did not start: ${reason.replace(/\.$/, '')}. Correct this and try again. The log in the data folder has the details.`,
    { retryable: true, cause: error },
  );
}

function stillAtWork(title: string): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `The sandbox can't be stopped while this is in progress there: ${title}. Wait until it ends or cancel it under Activity, then stop the sandbox.`,
  );
}
