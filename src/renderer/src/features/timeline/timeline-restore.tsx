import { Button, NativeSelect, Table } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod';
import type {
  RestoredService,
  RestoreWanted,
  TimelineEnvironment,
} from '../../../../shared/model/timeline.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice, ErrorPage } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import type { MarkKind } from '../../ui/mark.tsx';
import { StateTag } from '../../ui/tag.tsx';
import { PlannedFleet } from '../fleet/fleet-plan-card.tsx';
import { MomentField } from './moment-field.tsx';
import styles from './timeline.module.css';
import { optionOf, placeText, VersionText } from './timeline-changes.tsx';
import type { TimelineViewProps } from './timeline-matrix.tsx';
import { TIMELINE_TEXT } from './timeline-text.ts';

/** One service first, then five at a time, until one fails. */
const RULES = {
  waves: { size: 5, first: 1 },
  stopAfter: { failures: 1 },
  rollBackOnStop: false,
  pause: 'never',
} as const;

const NO_ENVIRONMENTS: readonly TimelineEnvironment[] = [];
const NOT_CHOSEN = { value: '', label: TIMELINE_TEXT.chooseEnvironment };

/** Which environments are chosen, by their text. */
interface Places {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

interface TimelineRestoreProps extends TimelineViewProps {
  readonly isReading: boolean;
  /** When the last reading ended, in milliseconds; 0 before the first one. */
  readonly readAt: number;
}

/** Gives an environment the images that it, or another one, ran at a moment. */
export function TimelineRestore({ search, onSearch, isReading, readAt }: TimelineRestoreProps) {
  const { at } = search;
  const matrix = useEngineQuery('timeline.matrix', {});
  const environments = matrix.data?.environments ?? NO_ENVIRONMENTS;
  const [places, setPlaces] = useState<Places>({});
  const [wanted, setWanted] = useState<RestoreWanted>();
  const isComplete = !isReading && !matrix.isFetching && matrix.dataUpdatedAt >= readAt;
  const proposed = proposedPlaces(environments, isComplete);
  const { from: fromPlace = proposed.from, to: toPlace = proposed.to } = places;
  // Environments that are read later must not change what is shown.
  if (fromPlace !== places.from || toPlace !== places.to) setPlaces({ from: fromPlace, to: toPlace });
  const from = environments.find((each) => placeText(each) === fromPlace);
  const to = environments.find((each) => placeText(each) === toPlace);
  if (matrix.data === undefined) {
    return matrix.error === null ? (
      <LoadingRows what="environments" rows={2} height={40} />
    ) : (
      <ErrorPage error={matrix.error} onRetry={() => void matrix.refetch()} />
    );
  }
  if (environments.length === 0 && isComplete) {
    return <EmptyState title={TIMELINE_TEXT.none}>{TIMELINE_TEXT.noneHelp}</EmptyState>;
  }
  const next =
    at === undefined || from === undefined || to === undefined
      ? undefined
      : { ...RULES, from: refOf(from), at, to: refOf(to) };
  if (wanted !== undefined) {
    return <Restored wanted={wanted} onWanted={setWanted} onBack={() => setWanted(undefined)} />;
  }
  return (
    <form
      className={styles.restore}
      onSubmit={(event) => {
        event.preventDefault();
        setWanted(next);
      }}
    >
      <div className={styles.fields}>
        <Environments
          label={TIMELINE_TEXT.restoreFrom}
          environments={environments}
          value={from}
          onChange={(place) => setPlaces({ ...places, from: place })}
        />
        <MomentField
          label={TIMELINE_TEXT.restoreAt}
          placeholder={TIMELINE_TEXT.restoreAtHint}
          value={at}
          onChange={(moment) => onSearch({ at: moment })}
        />
        <Environments
          label={TIMELINE_TEXT.restoreTo}
          environments={environments}
          value={to}
          onChange={(place) => setPlaces({ ...places, to: place })}
        />
        <Button type="submit" variant="filled" disabled={next === undefined}>
          {TIMELINE_TEXT.review}
        </Button>
      </div>
      <p className={styles.soft}>
        {at === undefined ? `${TIMELINE_TEXT.chooseTime} ` : ''}
        {TIMELINE_TEXT.restoreHelp}
      </p>
    </form>
  );
}

/** From production to staging of the same account. What is there instead of them is known at the end of the reading. */
function proposedPlaces(environments: readonly TimelineEnvironment[], isComplete: boolean): Places {
  const productions = environments.filter(({ environment }) => environment === 'production');
  const stagings = environments.filter(({ environment }) => environment === 'staging');
  const [first, second = first] = environments;
  const from = productions[0] ?? (isComplete ? first : undefined);
  const to =
    stagings.find(({ account }) => account === from?.account) ??
    (isComplete ? (stagings[0] ?? second) : undefined);
  return {
    from: from === undefined ? undefined : placeText(from),
    to: to === undefined ? undefined : placeText(to),
  };
}

function refOf({ account, region, cluster }: TimelineEnvironment): RestoreWanted['from'] {
  return { account, region, cluster };
}

interface EnvironmentsProps {
  readonly label: string;
  readonly environments: readonly TimelineEnvironment[];
  readonly value: TimelineEnvironment | undefined;
  readonly onChange: (place: string) => void;
}

function Environments({ label, environments, value, onChange }: EnvironmentsProps) {
  return (
    <NativeSelect
      label={label}
      value={value === undefined ? '' : placeText(value)}
      data={[...(value === undefined ? [NOT_CHOSEN] : []), ...environments.map(optionOf)]}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

interface RestoredProps {
  readonly wanted: RestoreWanted;
  readonly onWanted: (wanted: RestoreWanted) => void;
  readonly onBack: () => void;
}

/** What each service runs and ran, and the plan of those that change. */
function Restored({ wanted, onWanted, onBack }: RestoredProps) {
  const navigate = useNavigate();
  const [reason, setReason, forgetReason] = useDraft({
    key: `restore.${wanted.to.account}/${wanted.to.region}/${wanted.to.cluster}`,
    shape: z.object({ why: z.string(), link: z.string() }),
    initial: { why: '', link: '' },
  });
  const restored = useEngineQuery('timeline.plan', wanted, { staleMs: Number.POSITIVE_INFINITY });
  const { account, region } = wanted.to;
  if (restored.data === undefined) {
    return (
      <Card title={TIMELINE_TEXT.checking} aside={<Button onClick={onBack}>{TIMELINE_TEXT.back}</Button>}>
        {restored.error === null ? (
          <LoadingRows what="changes" rows={6} height={34} />
        ) : (
          <CardBody>
            <ErrorNotice error={restored.error} onRetry={() => void restored.refetch()} />
          </CardBody>
        )}
      </Card>
    );
  }
  const { services, plan } = restored.data;
  return (
    <>
      <Card title={TIMELINE_TEXT.diff} aside={<Button onClick={onBack}>{TIMELINE_TEXT.back}</Button>}>
        {services.length === 0 ? (
          <EmptyState title={TIMELINE_TEXT.noCommon} />
        ) : (
          <div className={styles.wide}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  {TIMELINE_TEXT.restoreColumns.map((column) => (
                    <Table.Th key={column}>{column}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {services.map((each) => (
                  <RestoredRow key={each.service} restored={each} />
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </Card>
      {plan === undefined ? null : (
        <PlannedFleet
          key={plan.id}
          plan={plan}
          reason={reason}
          onReason={(next) => setReason({ ...reason, ...next })}
          onBack={onBack}
          onKeep={(kept) => onWanted({ ...wanted, services: kept.map(({ service }) => service) })}
          onStarted={(fleet) => {
            forgetReason();
            void navigate({
              to: '/a/$account/$region/fleet',
              params: { account, region },
              search: { fleet },
            });
          }}
        />
      )}
    </>
  );
}

const MARKS: Readonly<Record<RestoredService['state'], MarkKind>> = {
  changes: 'progress',
  same: 'ok',
  'not-possible': 'warning',
};

function RestoredRow({ restored }: { readonly restored: RestoredService }) {
  const { service, source, state, running, wanted, reason } = restored;
  return (
    <Table.Tr className={styles.change}>
      <Table.Td>
        {service}
        {source === service ? null : <span className={styles.soft}> ({source})</span>}
      </Table.Td>
      <Table.Td>{running === undefined ? '' : <VersionText running={running} />}</Table.Td>
      <Table.Td>{wanted === undefined ? '' : <VersionText running={wanted} />}</Table.Td>
      <Table.Td>
        <StateTag kind={MARKS[state]}>{TIMELINE_TEXT.states[state]}</StateTag> {reason}
      </Table.Td>
    </Table.Tr>
  );
}
