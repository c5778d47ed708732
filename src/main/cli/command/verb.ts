import type { Command } from 'commander';
import type { Client } from '../../../shared/client.ts';
import type { NamedEnvironment } from '../../engine/environments/project-file.ts';
import type { Dispatcher } from '../../engine/ports/dispatcher.ts';
import type { FixedAccount } from '../../engine/ports/ports.ts';
import type { Flags } from './flags.ts';
import type { Io } from './io.ts';
import type { Output } from './output.ts';
import type { CommandScope } from './scope.ts';

/** One verb of the command line. Its module imports what `run` needs lazily where that is large. */
export interface Verb {
  /** Adds arguments, options and examples; the name and the summary are set already. */
  readonly configure: (command: Command) => void;
  /** Returns the exit code. What it throws is printed by the caller, which also chooses the exit code. */
  readonly run: (invocation: Invocation) => Promise<number>;
}

/** A verb before its module is loaded. */
export interface VerbEntry {
  readonly name: string;
  /** One line for `slipway --help`. */
  readonly summary: string;
  readonly load: () => Promise<{ readonly verb: Verb }>;
}

/** One call of a verb. */
export interface Invocation {
  readonly io: Io;
  /** All verbs of the command line. */
  readonly verbs: readonly VerbEntry[];
  /** The values of the options. */
  readonly flags: Flags;
  /** The arguments, in their order. */
  readonly args: readonly string[];
  readonly output: Output;
  /** Starts the engine at the first call. It is closed after `run`. Must not be called for what needs no engine. */
  readonly engine: () => Promise<OpenEngine>;
  /** Where the command goes. Only for verbs with the options of addScopeFlags. Starts the engine. */
  readonly scope: () => Promise<CommandScope>;
  /** Who approved which plan of an agent, and where: for the journal of the engine of this command. */
  readonly approvers: Map<string, string>;
  /** The environment that `--env` names; undefined without it. */
  readonly project: () => Promise<NamedEnvironment | undefined>;
  /**
   * A typed client of that engine. Its calls end when one of the signals aborts; without signals, when the command is
   * interrupted or its output is closed.
   */
  readonly client: (endsWith?: readonly AbortSignal[]) => Promise<Client>;
}

/** An engine that a command uses. */
export interface OpenEngine {
  readonly dispatcher: Dispatcher;
  readonly close: () => Promise<void>;
}

/** What an engine is opened with. */
export interface EngineRequest {
  /** The address of a sandbox, or OWN_SANDBOX for one in this process; undefined for AWS. */
  readonly sandbox: string | undefined;
  /** The environment of slipway.yml whose rules hold. */
  readonly project: NamedEnvironment | undefined;
  /** Who approved which plan; it grows while the engine is open. */
  readonly approvers: ReadonlyMap<string, string>;
  /** Whether the page of a sign-in may open in a browser. */
  readonly browser: 'open' | 'none';
  readonly io: Io;
}

export type EngineOpener = (request: EngineRequest) => Promise<OpenEngine>;

/** Asks for a sandbox in this process, kept in the data folder. */
export const OWN_SANDBOX = 'own';

/** The account `sandbox` at an address. */
export function sandboxAt(endpoint: string): FixedAccount {
  return {
    id: 'sandbox',
    name: 'sandbox',
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  };
}
