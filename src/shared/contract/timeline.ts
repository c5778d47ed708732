import { z } from 'zod';
import { Instant } from '../model/account.ts';
import { lazyObject, lazyStrictObject } from '../model/lazy-objects.ts';
import {
  ChangesWanted,
  Matrix,
  RestorePlan,
  RestoreWanted,
  TimelineChanges,
  TimelineFilter,
} from '../model/timeline.ts';
import type { Methods } from './method.ts';

const MatrixWanted = lazyStrictObject(() => ({
  ...TimelineFilter.omit({ service: true }).shape,
  at: Instant.optional().describe('a past time (default: now)'),
}));

/** What ran where, now and at any moment of the past. */
export const timelineMethods = {
  'timeline.read': {
    kind: 'stream',
    about:
      'Reads what timeline.matrix and timeline.changes answer from: services, service deployments, images and commits of ' +
      'the accounts that need no sign-in. Services that have not changed since the last time cost a tenth of a request.',
    input: MatrixWanted,
    event: lazyObject(() => ({
      read: z.number().int(),
      total: z.number().int(),
      listed: z.number().int().describe('services whose deployments are known'),
      toList: z.number().int(),
    })),
    output: lazyObject(() => ({ problems: z.array(z.string()) })),
  },
  'timeline.matrix': {
    kind: 'query',
    about:
      'Returns what each service runs, or ran at a moment, in each environment, from what was read. Sends no request.',
    input: MatrixWanted,
    output: Matrix,
  },
  'timeline.changes': {
    kind: 'query',
    about:
      'Lists the changes of all services between two moments, newest first, from what was read. Sends no request.',
    input: ChangesWanted,
    output: TimelineChanges,
  },
  'timeline.notes': {
    kind: 'query',
    about:
      'Writes release notes between two moments as Markdown: versions, commits, reasons and links by service.',
    input: ChangesWanted,
    output: lazyObject(() => ({ markdown: z.string() })),
  },
  'timeline.plan': {
    kind: 'query',
    about:
      'Plans a bulk release that gives the services of a cluster the images that a cluster ran at a moment, which is read first; ' +
      'fleet.execute starts it. Names the services that cannot be restored, and why.',
    input: RestoreWanted,
    output: RestorePlan,
  },
} as const satisfies Methods;
