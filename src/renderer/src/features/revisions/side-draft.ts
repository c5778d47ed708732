import type { Scope } from '../../../../shared/model/account.ts';
import type { ComparedSide } from '../../../../shared/model/revision.ts';

/** A side as far as it has been filled in. */
export interface SideDraft extends Scope {
  readonly kind: 'revision' | 'service';
  readonly revision: string;
  readonly cluster: string;
  readonly service: string;
}

/** The draft of a side. A whole release is changed by naming the service or a revision instead. */
export function draftOf(
  side: ComparedSide | undefined,
  { account, region }: Scope,
  kind: SideDraft['kind'] = 'revision',
): SideDraft {
  const empty = { kind, account, region, revision: '', cluster: '', service: '' };
  if (side === undefined || side.kind === 'service-revision') return empty;
  return { ...empty, ...side };
}

/** The side, once all of it is there. */
export function sideOf({
  kind,
  account,
  region,
  revision,
  cluster,
  service,
}: SideDraft): ComparedSide | undefined {
  if (kind === 'service') {
    return cluster === '' || service === '' ? undefined : { kind, account, region, cluster, service };
  }
  return /:\d+$/.test(revision) ? { kind, account, region, revision } : undefined;
}
