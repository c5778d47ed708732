import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { FleetSearch } from '../../lib/search.ts';
import { DraftNotice } from '../../ui/draft-notice.tsx';
import { LeaveGuard } from '../../ui/leave-guard.tsx';
import { Page } from '../../ui/page.tsx';
import { FleetBoardCard } from './fleet-board-card.tsx';
import type { FleetRequest } from './fleet-draft.ts';
import { FleetForm } from './fleet-form.tsx';
import { FleetPlanCard } from './fleet-plan-card.tsx';
import { FLEET_TEXT } from './fleet-text.ts';
import { useFleetDraft } from './use-fleet-draft.ts';

export interface FleetPageProps {
  readonly scope: Scope;
  /** The fleet whose board is shown, or the image that a new one is made with. */
  readonly search: FleetSearch;
}

/** One image to many services: what shall go where, the plan of it, and the board while it is carried out. */
export function FleetPage({ scope, search: { fleet, image, q = '' } }: FleetPageProps) {
  const navigate = useNavigate();
  const show = (next: string | undefined): void => {
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
      <NewFleet key={image} scope={scope} image={image} filter={q} onStarted={show} />
    </Page>
  );
}

interface NewFleetProps {
  readonly scope: Scope;
  readonly image: string | undefined;
  readonly filter: string;
  readonly onStarted: (fleet: string) => void;
}

/** The form, kept as a draft, and the plan that is made of it. */
function NewFleet({ scope, image, filter, onStarted }: NewFleetProps) {
  const form = useFleetDraft(scope, image);
  const [request, setRequest] = useState<FleetRequest>();
  const [begun, setBegun] = useState(0);
  const { content, change, restoredAt } = form;
  return (
    <>
      <LeaveGuard isDirty={form.isDirty} />
      {restoredAt !== undefined && request === undefined && (
        <DraftNotice
          at={restoredAt}
          onDiscard={() => {
            form.discard();
            setBegun(begun + 1);
          }}
        />
      )}
      <div hidden={request !== undefined}>
        <FleetForm
          key={begun}
          scope={scope}
          given={image}
          filter={filter}
          content={content}
          onChange={change}
          onPlan={setRequest}
        />
      </div>
      {request && (
        <FleetPlanCard
          request={request}
          reason={content.reason}
          onReason={(reason) => change({ reason })}
          onRequest={setRequest}
          onBack={() => setRequest(undefined)}
          onStarted={(fleet) => {
            form.done();
            onStarted(fleet);
          }}
        />
      )}
    </>
  );
}
