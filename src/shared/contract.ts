import type { z } from 'zod';
import { accountsMethods } from './contract/accounts.ts';
import { appMethods } from './contract/app.ts';
import { approvalsMethods } from './contract/approvals.ts';
import { cleanupMethods } from './contract/cleanup.ts';
import { clustersMethods } from './contract/clusters.ts';
import { codeDeployMethods } from './contract/code-deploy.ts';
import { daemonsMethods } from './contract/daemons.ts';
import { dockerMethods } from './contract/docker.ts';
import { driftMethods } from './contract/drift.ts';
import { environmentsMethods } from './contract/environments.ts';
import { fleetMethods } from './contract/fleet.ts';
import { imagesMethods } from './contract/images.ts';
import { jobsMethods } from './contract/jobs.ts';
import { journalMethods } from './contract/journal.ts';
import { ledgerMethods } from './contract/ledger.ts';
import { locksMethods } from './contract/locks.ts';
import type { Methods } from './contract/method.ts';
import { overviewMethods } from './contract/overview.ts';
import { promptsMethods } from './contract/prompts.ts';
import { releasesMethods } from './contract/releases.ts';
import { revisionsMethods } from './contract/revisions.ts';
import { searchMethods } from './contract/search.ts';
import { servicesMethods } from './contract/services.ts';
import { sessionsMethods } from './contract/sessions.ts';
import { settingsMethods } from './contract/settings.ts';
import { tasksMethods } from './contract/tasks.ts';
import { timelineMethods } from './contract/timeline.ts';

export type { Method } from './contract/method.ts';

/** Every method of the engine, from a file for each noun. */
export const contract = {
  ...appMethods,
  ...promptsMethods,
  ...approvalsMethods,
  ...accountsMethods,
  ...environmentsMethods,
  ...clustersMethods,
  ...servicesMethods,
  ...driftMethods,
  ...tasksMethods,
  ...daemonsMethods,
  ...codeDeployMethods,
  ...revisionsMethods,
  ...imagesMethods,
  ...dockerMethods,
  ...releasesMethods,
  ...fleetMethods,
  ...timelineMethods,
  ...locksMethods,
  ...cleanupMethods,
  ...journalMethods,
  ...ledgerMethods,
  ...jobsMethods,
  ...settingsMethods,
  ...overviewMethods,
  ...searchMethods,
  ...sessionsMethods,
} as const satisfies Methods;

export type Contract = typeof contract;
export type MethodName = keyof Contract;
export type StreamName = { [N in MethodName]: Contract[N]['kind'] extends 'stream' ? N : never }[MethodName];
export type QueryName = { [N in MethodName]: Contract[N]['kind'] extends 'query' ? N : never }[MethodName];

/** The input as a caller passes it. */
export type Input<N extends MethodName> = z.input<Contract[N]['input']>;
/** The input as a handler gets it, parsed. */
export type ParsedInput<N extends MethodName> = z.output<Contract[N]['input']>;
export type Output<N extends MethodName> = z.output<Contract[N]['output']>;
export type Event<N extends MethodName> = Contract[N] extends { readonly event: infer E extends z.ZodType }
  ? z.output<E>
  : never;
