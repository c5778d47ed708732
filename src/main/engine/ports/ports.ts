import type { Logger } from 'pino';
import type { ProjectEnvironment } from '../../../shared/model/project.ts';
import type { KnownSecrets } from './known-secrets.ts';

export type { Logger } from 'pino';

/** Where a person signs in. */
interface SignInStep {
  /** The session of IAM Identity Center that is signed in to, by its name or its start URL. */
  readonly session: string;
  /** To be opened in a browser. */
  readonly address: string;
  /** What the page at the address shows as well; missing where the browser brings the answer back to this machine. */
  readonly code?: string;
}

/** The command that a profile gets its credentials from. */
interface CommandToRun {
  readonly profile: string;
  /** Without what may be a secret in it. */
  readonly command: string;
  /** Its line and file. */
  readonly place: string;
}

/** Asks a person; rejects with CANCELLED when it is declined, or when the signal aborts. */
export interface Prompt {
  readonly mfaCode: (question: string, signal?: AbortSignal) => Promise<string>;
  /** Whether there is no person to ask: then nothing is sent to prepare a question. */
  readonly isUnattended?: boolean;
  /** Resolves when the person lets the command run. */
  readonly runCommand: (command: CommandToRun, signal?: AbortSignal) => Promise<void>;
  /** Shows a step until the signal aborts; `with-code` when the person wants a step with a code instead. */
  readonly signIn: (step: SignInStep, signal: AbortSignal) => Promise<'with-code'>;
  /** The code that the page of a sign-in shows at its end. `problem` says what was wrong with the last one. */
  readonly authorizationCode: (
    step: Omit<SignInStep, 'code'> & { readonly problem?: string },
    signal: AbortSignal,
  ) => Promise<string>;
}

export interface Clock {
  now(): Date;
}

export interface Paths {
  /** The folder that holds the journal and the cache. Made by the engine when it doesn't exist. */
  readonly data: string;
}

/** An account that the composition root adds to the profiles, such as the sandbox. */
export interface FixedAccount {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** How many of its minutes pass in one of ours, where its clock runs at a speed of its own; otherwise 1. */
  readonly pace?: number;
}

/** A sandbox that the host has started while the engine runs. */
export interface StartedSandbox {
  readonly account: FixedAccount;
  /** Its data is in memory, because another process uses the folder that it is kept in. */
  readonly isTemporary: boolean;
  /** Ends it and its connections. */
  readonly close: () => Promise<void>;
}

/** The text of a notification. */
export interface Notice {
  readonly title: string;
  readonly body: string;
}

/** What a host can do that the engine cannot. */
export interface HostFacts {
  readonly host: 'electron' | 'browser' | 'cli';
  readonly version: string;
  /** Opens the native folder dialog; missing where there is none. */
  readonly chooseFolder?: () => Promise<string | undefined>;
  /** Gives what the host itself draws the theme of the page; missing where it draws nothing. */
  readonly setTheme?: (theme: 'light' | 'dark' | 'system') => void;
  /** Tells the person that long work has ended, also when no window is looked at; missing where there is no way. */
  readonly notify?: (notice: Notice) => void;
}

/** Everything outside the engine. The engine reads environment and clock only through it. */
export interface Ports {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly paths: Paths;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly host: HostFacts;
  readonly accounts: readonly FixedAccount[];
  /** Starts a sandbox beside the accounts; missing where the host has none, or has started one already. */
  readonly startSandbox?: () => Promise<StartedSandbox>;
  /** Collects secrets, and is shared with the log, which hides them too. */
  readonly secrets: KnownSecrets;
  /**
   * The system's proxy for an address, as a URL; undefined for a direct connection. Asked where the environment names
   * no proxy. Missing where the host knows none.
   */
  readonly systemProxy?: (url: string) => Promise<string | undefined>;
  /** Milliseconds between two looks at a deployment that is in progress; 2000 where it is missing. */
  readonly pollIntervalMs?: number;
  /** How long the locks of the ledger last; a minute where it is missing. */
  readonly locks?: { readonly times: { readonly leaseMs: number; readonly graceMs: number } };
  /** The environment of slipway.yml that the host was started for: its rules hold in its cluster. */
  readonly project?: {
    readonly name: string;
    /** The slipway.yml that it is written in. */
    readonly file?: string;
    readonly environment: ProjectEnvironment;
  };
  /**
   * Who approved the plan of an agent, and where, for the journal. Only the host that has the answer of the person can say it: no
   * call of the contract takes it.
   */
  readonly approverOf?: (plan: string) => string | undefined;
  /** Missing: questions go to whoever listens to prompts.watch. */
  readonly prompt?: Prompt;
}
