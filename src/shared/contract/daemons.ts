import { z } from 'zod';
import { ClusterRef } from '../model/cluster.ts';
import { Daemon } from '../model/daemon.ts';
import type { Methods } from './method.ts';

/** Managed daemons of ECS. */
export const daemonsMethods = {
  'daemons.list': {
    kind: 'query',
    about:
      'Lists the managed daemons of a cluster by name, with their revisions and newest deployments. Returns an ' +
      'empty list in regions without managed daemons.',
    input: ClusterRef,
    output: z.array(Daemon),
  },
} as const satisfies Methods;
