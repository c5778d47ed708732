import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Input } from '../../../shared/contract.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import type { ChangeKind, RefusedChange } from '../../../shared/model/permission.ts';
import type { ServiceDetail, ServiceRef } from '../../../shared/model/service.ts';
import { useEngine } from './engine.ts';
import { engineQuery, useEngineQuery } from './queries.ts';

const ASK_AGAIN_MS = 60_000;

/** The changes of a view that AWS would refuse. Buttons of these are marked, and one note says why. */
export interface Refusals {
  /** Each missing action once, the first change that needs it. */
  readonly shown: readonly RefusedChange[];
  /** The id of the note. */
  readonly noteId: string;
  readonly isRefused: (change: ChangeKind) => boolean;
  /** Takes the marks off, so that the changes can be tried all the same. A new refusal sets them again. */
  readonly lift: () => void;
}

/** Asks the engine; nothing is refused until it has answered. */
export function useRefusals(
  query: Immutable<Input<'accounts.refused'>>,
  { isKnown = true }: { readonly isKnown?: boolean } = {},
): Refusals {
  const noteId = useId();
  const { data = [] } = useEngineQuery('accounts.refused', query, {
    enabled: isKnown,
    pollMs: ASK_AGAIN_MS,
    staleMs: ASK_AGAIN_MS / 2,
  });
  const [lifted, setLifted] = useState<ReadonlySet<string>>(new Set());
  const refused = data.filter((each) => !lifted.has(keyOf(each)));
  return {
    shown: [...new Map(refused.map((each) => [`${each.action} ${each.at}`, each])).values()],
    noteId,
    isRefused: (change) => refused.some((each) => each.change === change),
    lift: () => setLifted(new Set([...lifted, ...refused.map(keyOf)])),
  };
}

function keyOf({ change, action, at }: RefusedChange): string {
  return JSON.stringify([change, action, at]);
}

const SERVICE_CHANGES: readonly ChangeKind[] = ['deploy', 'roll-back', 'scale', 'stop', 'continue'];

/** The same for a service, once its page has read what deploys it. */
export function useServiceRefusals(ref: ServiceRef): Refusals {
  const { account, region, cluster, service } = ref;
  const { data: detail } = useQuery({
    ...engineQuery(useEngine(), 'services.get', { account, region, cluster, service }),
    enabled: false,
    refetchInterval: false,
  });
  return useRefusals(
    {
      account,
      region,
      cluster,
      service,
      changes: [...SERVICE_CHANGES],
      ...(detail === undefined ? {} : { deployedBy: deployedBy(detail), family: detail.family }),
    },
    { isKnown: detail !== undefined },
  );
}

/** The same for a push to a repository, once one is chosen. */
export function usePushRefusals({ account, region }: Scope, repository: string | undefined): Refusals {
  return useRefusals(
    { account, region, changes: ['push'], ...(repository === undefined ? {} : { repository }) },
    { isKnown: repository !== undefined },
  );
}

function deployedBy({
  controller,
  isExpress,
}: ServiceDetail): 'ecs' | 'express' | 'task-sets' | 'code-deploy' {
  if (isExpress === true) return 'express';
  if (controller === 'EXTERNAL') return 'task-sets';
  return controller === 'CODE_DEPLOY' ? 'code-deploy' : 'ecs';
}

/** What marks a button. It stays in the tab order, so that everyone can read why. */
export function refusedProps(refusals: Refusals, change: ChangeKind) {
  return refusals.isRefused(change)
    ? ({ 'aria-disabled': true, 'data-disabled': true, 'aria-describedby': refusals.noteId } as const)
    : {};
}
