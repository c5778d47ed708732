import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { formatSide } from './side-address.ts';

interface RevisionPages {
  /** Two revisions beside each other. */
  readonly compare: (before: string, after: string) => void;
  /** A revision beside what the service runs. From a family without a service, the service is still to be chosen. */
  readonly compareWithRunning: (after: string) => void;
  /** A new revision that starts from one. */
  readonly edit: (from: string) => void;
  /** A one-off task of a revision; undefined without a service, which says where it runs. */
  readonly run: ((revision: string) => void) | undefined;
}

/** The ways from a revision to other pages. They stay the same between two renderings, as rows that are remembered need. */
export function useRevisionPages({ account, region }: Scope, service: ServiceRef | undefined): RevisionPages {
  const navigate = useNavigate();
  const compare = useCallback(
    (before: string, after: string): void =>
      void navigate({
        to: '/a/$account/$region/diff',
        params: { account, region },
        search: { before, after },
      }),
    [navigate, account, region],
  );
  const edit = useCallback(
    (from: string): void =>
      void navigate({ to: '/a/$account/$region/revise', params: { account, region }, search: { from } }),
    [navigate, account, region],
  );
  const run = useCallback(
    (revision: string): void => {
      if (service === undefined) return;
      void navigate({
        to: '/a/$account/$region/c/$cluster/s/$service',
        params: service,
        search: (before) => ({ ...before, dialog: 'run' as const, run: revision }),
      });
    },
    [navigate, service],
  );
  const running =
    service === undefined ? '' : formatSide({ kind: 'service', ...service }, { account, region });
  return {
    compare,
    compareWithRunning: (after) => compare(running, after),
    edit,
    run: service === undefined ? undefined : run,
  };
}
