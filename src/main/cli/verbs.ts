import type { VerbEntry } from './command/verb.ts';

/**
 * Every verb, in the order of `slipway --help`. A new one is a file in `verbs` and a line here; only the module of the
 * verb that is called is loaded.
 */
export const VERBS: readonly VerbEntry[] = [
  {
    name: 'deploy',
    summary: 'change a service and follow the deployment',
    load: () => import('./verbs/deploy.ts'),
  },
  {
    name: 'plan',
    summary: 'show what a deploy would change, and send nothing',
    load: () => import('./verbs/plan.ts'),
  },
  {
    name: 'rollback',
    summary: 'go back to an earlier release',
    load: () => import('./verbs/rollback.ts'),
  },
  {
    name: 'plans',
    summary: 'list the plans that wait for a second person, or withdraw one',
    load: () => import('./verbs/plans.ts'),
  },
  {
    name: 'execute',
    summary: 'execute a plan that another person made',
    load: () => import('./verbs/execute.ts'),
  },
  {
    name: 'bulk',
    summary: 'deploy one image to many services, in waves',
    load: () => import('./verbs/bulk.ts'),
  },
  {
    name: 'status',
    summary: 'show what services run',
    load: () => import('./verbs/status.ts'),
  },
  {
    name: 'watch',
    summary: 'follow a deployment',
    load: () => import('./verbs/watch.ts'),
  },
  {
    name: 'logs',
    summary: 'print what the tasks of a service write',
    load: () => import('./verbs/logs.ts'),
  },
  {
    name: 'run',
    summary: 'run a one-off task, and exit with the code of its container',
    load: () => import('./verbs/run.ts'),
  },
  {
    name: 'exec',
    summary: 'open a shell in a container, or run one command there',
    load: () => import('./verbs/exec.ts'),
  },
  {
    name: 'forward',
    summary: 'forward a local port to a container, or through it to another host',
    load: () => import('./verbs/forward.ts'),
  },
  {
    name: 'image',
    summary: 'build, push, promote, list or find images, or create a repository',
    load: () => import('./verbs/image.ts'),
  },
  {
    name: 'continue',
    summary: 'answer the hook that a deployment waits at',
    load: () => import('./verbs/continue.ts'),
  },
  {
    name: 'journal',
    summary: 'list the changes made with Slipway, also those of others in the ledger',
    load: () => import('./verbs/journal.ts'),
  },
  {
    name: 'hold',
    summary: 'stop changes of a service or a cluster, with a reason',
    load: () => import('./verbs/hold.ts'),
  },
  {
    name: 'unhold',
    summary: 'end a hold',
    load: async () => ({ verb: (await import('./verbs/hold.ts')).unhold }),
  },
  {
    name: 'history',
    summary: 'list the releases of a service',
    load: () => import('./verbs/history.ts'),
  },
  {
    name: 'matrix',
    summary: 'show what services run by cluster, now or at a past time',
    load: () => import('./verbs/matrix.ts'),
  },
  {
    name: 'changes',
    summary: 'list what changed between two moments, or write release notes',
    load: () => import('./verbs/changes.ts'),
  },
  {
    name: 'diff',
    summary: 'compare two revisions, services or clusters',
    load: () => import('./verbs/diff.ts'),
  },
  {
    name: 'drift',
    summary: 'compare a service with what declares it',
    load: () => import('./verbs/drift.ts'),
  },
  {
    name: 'init',
    summary: 'write slipway.yml from what runs',
    load: () => import('./verbs/init.ts'),
  },
  {
    name: 'clean',
    summary: 'remove old revisions or unused images',
    load: () => import('./verbs/clean.ts'),
  },
  {
    name: 'ledger',
    summary: 'create, sync or export the journal that a team shares',
    load: () => import('./verbs/ledger.ts'),
  },
  {
    name: 'export',
    summary: 'write a release as a script, a pipeline or a policy',
    load: () => import('./verbs/export.ts'),
  },
  {
    name: 'mcp',
    summary: 'serve an agent over MCP: reads, plans, approved changes',
    load: () => import('./verbs/mcp.ts'),
  },
  {
    name: 'call',
    summary: 'call a method of the engine with JSON',
    load: () => import('./verbs/call.ts'),
  },
  {
    name: 'methods',
    summary: 'list the methods of the engine',
    load: () => import('./verbs/methods.ts'),
  },
  {
    name: 'schema',
    summary: 'print the JSON Schema of what a verb prints with --json',
    load: () => import('./verbs/schema.ts'),
  },
  {
    name: 'sandbox',
    summary: 'run an AWS on this machine, to try things in',
    load: () => import('./verbs/sandbox.ts'),
  },
  {
    name: 'completion',
    summary: 'print the completion script of a shell',
    load: () => import('./verbs/completion.ts'),
  },
];
