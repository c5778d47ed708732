import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import { releaseName } from '../../../../shared/model/image-version.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { RollbackLink } from '../../ui/rollback-link.tsx';
import { ROLLOUT_TEXT } from './rollout-text.ts';

interface RollbackStepProps {
  readonly service: ServiceRef;
  readonly deployment: Deployment;
}

/**
 * Opens the plan of a rollback, where a release other than the current one succeeded. After a rollback by ECS that one
 * runs already, so going back further would be no answer to the failure.
 */
export function RollbackStep({ service, deployment }: RollbackStepProps) {
  const { account, region, cluster, service: name } = service;
  const { data: deployments } = useEngineQuery(
    'services.deployments',
    { account, region, cluster, service: name },
    { staleMs: 30_000 },
  );
  const target = deployments?.find(({ isRollbackTarget }) => isRollbackTarget);
  const { outcome } = deployment;
  if (outcome === 'succeeded' || outcome === 'rolled-back' || target === undefined) return null;
  return <RollbackLink service={service}>{ROLLOUT_TEXT.rollBackTo(releaseName(target, name))}</RollbackLink>;
}

interface CompareLinkProps {
  readonly scope: Scope;
  readonly deployment: Deployment;
}

/** Leads from a failed deployment to what it changed. */
export function CompareLink({ scope, deployment }: CompareLinkProps) {
  const { outcome, previousRevision, revision } = deployment;
  if (outcome === 'succeeded' || previousRevision === undefined || revision === undefined) return null;
  return (
    <Button
      renderRoot={(props) => (
        <Link
          to="/a/$account/$region/diff"
          params={{ account: scope.account, region: scope.region }}
          search={{ before: previousRevision, after: revision }}
          {...props}
        />
      )}
    >
      {ROLLOUT_TEXT.compare(previousRevision, revision)}
    </Button>
  );
}
