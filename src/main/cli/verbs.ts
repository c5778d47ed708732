import type { VerbEntry } from './command/verb.ts';

/**
 * Every verb, in the order of `slipway --help`. A new one is a file in `verbs` and a line here; only the module of the
 * verb that is called is loaded.
 */
export const VERBS: readonly VerbEntry[] = [
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
    name: 'completion',
    summary: 'print the completion script of a shell',
    load: () => import('./verbs/completion.ts'),
  },
];
