import { z } from 'zod';
import { Instant, Scope } from './account.ts';
import { listUpTo } from './bounded.ts';
import { RepositoryName } from './image.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { Family } from './revision.ts';
import { ServiceRef } from './service.ts';

/** What a person may want to change, each with calls of its own. */
export const ChangeKind = z.enum([
  'deploy',
  'roll-back',
  'stop',
  'scale',
  'continue',
  'run-task',
  'stop-task',
  'protect-task',
  'open-shell',
  'forward-port',
  'register',
  'deregister',
  'delete-revisions',
  'delete-images',
  'push',
  'add-tag',
  'restore-image',
  'create-repository',
  'make-immutable',
]);
export type ChangeKind = z.infer<typeof ChangeKind>;

/** Which of these changes are refused, and to what: those of a service need its cluster and name. */
export const RefusedQuery = lazyStrictObject(() => ({
  ...Scope.shape,
  changes: listUpTo(20, ChangeKind).min(1),
  cluster: ServiceRef.shape.cluster.optional(),
  service: ServiceRef.shape.service.optional(),
  /** What deploys the service, which decides on the calls. */
  deployedBy: z.enum(['ecs', 'express', 'task-sets', 'code-deploy']).default('ecs'),
  family: Family.optional(),
  repository: RepositoryName.optional(),
}));
export type RefusedQuery = Immutable<z.infer<typeof RefusedQuery>>;

/** A change that AWS would refuse, as far as Slipway knows. It may be allowed meanwhile. */
export const RefusedChange = lazyObject(() => ({
  change: ChangeKind,
  /** The action that is missing, such as `ecs:UpdateService`. */
  action: z.string(),
  /** When AWS refused a call for it. Missing where a simulation of the policies in IAM says so. */
  at: Instant.optional(),
  /** What the refused call was about, where it was something else, such as `production/api`. */
  on: z.string().optional(),
}));
export type RefusedChange = Immutable<z.infer<typeof RefusedChange>>;

/** What a person reads who may not use an action, without a full stop: a repository's own policy may allow it. */
export function notAllowedText(actions: readonly string[]): string {
  return `You aren't allowed to use ${actions.join(' and ')}`;
}

/** The warning before a call that is sent all the same. */
export function refusalWarning(notAllowed: string): string {
  return `${notAllowed}. AWS would refuse the request.`;
}
