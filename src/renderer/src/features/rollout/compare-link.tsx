import { Link } from '@tanstack/react-router';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Deployment } from '../../../../shared/model/deployment.ts';

interface CompareLinkProps {
  readonly scope: Scope;
  readonly deployment: Deployment;
}

/** Leads from a deployment that did not make it to what it had changed. */
export function CompareLink({ scope, deployment }: CompareLinkProps) {
  const { outcome, previousRevision, revision } = deployment;
  if (outcome === 'succeeded' || previousRevision === undefined || revision === undefined) return null;
  return (
    <Link
      to="/a/$account/$region/diff"
      params={{ account: scope.account, region: scope.region }}
      search={{ before: previousRevision, after: revision }}
      style={{ color: 'var(--go)' }}
    >
      Compare {previousRevision} and {revision}
    </Link>
  );
}
