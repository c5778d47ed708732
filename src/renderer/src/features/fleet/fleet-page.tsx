import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { FleetSearch } from '../../lib/search.ts';
import { Page } from '../../ui/page.tsx';
import { FleetBoardCard } from './fleet-board-card.tsx';
import type { FleetRequest } from './fleet-draft.ts';
import { FleetForm } from './fleet-form.tsx';
import { FleetPlanCard } from './fleet-plan-card.tsx';
import { FLEET_TEXT } from './fleet-text.ts';

export interface FleetPageProps {
  readonly scope: Scope;
  /** The fleet whose board is shown, or the image that a new one is made with. */
  readonly search: FleetSearch;
}

/** One image to many services: what shall go where, the plan of it, and the board while it is carried out. */
export function FleetPage({ scope, search: { fleet, image } }: FleetPageProps) {
  const navigate = useNavigate();
  const [request, setRequest] = useState<FleetRequest>();
  const show = (next: string | undefined): void => {
    setRequest(undefined);
    const search = next === undefined ? {} : { fleet: next };
    void navigate({ to: '/a/$account/$region/fleet', params: scope, search });
  };
  if (fleet !== undefined) {
    return (
      <Page title={FLEET_TEXT.title}>
        <FleetBoardCard key={fleet} fleet={fleet} onAnother={() => show(undefined)} />
      </Page>
    );
  }
  return (
    <Page title={FLEET_TEXT.title}>
      <div hidden={request !== undefined}>
        <FleetForm key={image} scope={scope} image={image} onPlan={setRequest} />
      </div>
      {request && (
        <FleetPlanCard
          request={request}
          onRequest={setRequest}
          onBack={() => setRequest(undefined)}
          onStarted={show}
        />
      )}
    </Page>
  );
}
