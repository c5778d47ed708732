import type { MethodName } from '../../../shared/contract.ts';

/** Methods that only read, each a tool of the same name. */
export const READ_TOOLS = [
  'accounts.list',
  'accounts.identity',
  'environments.of',
  'environments.project',
  'clusters.list',
  'services.list',
  'services.get',
  'services.settings',
  'services.tasks',
  'services.deployments',
  'services.history',
  'services.taskSets',
  'services.codeDeploy',
  'daemons.list',
  'families.list',
  'families.use',
  'revisions.list',
  'revisions.get',
  'revisions.diff',
  'revisions.compare',
  'repositories.list',
  'images.list',
  'images.commits',
  'docker.status',
  'docker.images',
  'fleet.candidates',
  'cleanup.plan',
  'cleanup.planImages',
  'cleanup.jobs',
  'journal.list',
  'jobs.list',
  'search.find',
] as const satisfies readonly MethodName[];

/** Methods that make the plan of a release. They read too; what they answer can be executed by its id. */
export const PLAN_TOOLS = [
  'releases.plan',
  'releases.planRollback',
  'releases.planRevision',
] as const satisfies readonly MethodName[];

export type ReadTool = (typeof READ_TOOLS)[number];
export type PlanTool = (typeof PLAN_TOOLS)[number];

/** The only tool that changes something. */
export const EXECUTE_TOOL = 'releases.execute';
/** Follows a deployment for some seconds. */
export const WATCH_TOOL = 'releases.watch';

/** What it would show of other accounts and regions has no place where the server was started for one. */
export const ALL_ACCOUNTS_TOOLS: ReadonlySet<string> = new Set(['accounts.list', 'search.find']);

/** Clients accept letters, digits, `_` and `-` in the name of a tool. */
export function toolName(method: string): string {
  return method.replaceAll('.', '_');
}
