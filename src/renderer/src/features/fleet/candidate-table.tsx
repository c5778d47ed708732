import { Checkbox, NumberInput, Table, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { Scope } from '../../../../shared/model/account.ts';
import type { FleetCandidate, FleetMember } from '../../../../shared/model/fleet.ts';
import type { Repository } from '../../../../shared/model/image.ts';
import { useEngineFold } from '../../lib/streams.ts';
import { useFilterText } from '../../lib/use-filter-text.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { EnvironmentBadge } from '../../ui/environment-badge.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Mono } from '../../ui/mono.tsx';
import { type CandidateSearch, candidateSearchFolding } from './candidate-search.ts';
import styles from './fleet.module.css';
import { type FleetDraft, isSame, serviceLabel, waveOf } from './fleet-draft.ts';
import { FLEET_TEXT } from './fleet-text.ts';

interface CandidateTableProps {
  readonly scope: Scope;
  readonly repository: Repository;
  /** The filter that the address holds. */
  readonly filter: string;
  readonly chosen: readonly FleetMember[];
  readonly onChange: (chosen: readonly FleetMember[]) => void;
  readonly draft: FleetDraft;
  readonly onDraft: (draft: FleetDraft) => void;
}

/** The services that run an image of the repository, to be ticked, and dealt out by hand if that is wished. */
export function CandidateTable(props: CandidateTableProps) {
  const { scope, repository, filter: inAddress, chosen, onChange, draft, onDraft } = props;
  const { account, region } = scope;
  const search = { account, region, repository: repository.uri };
  const found = useEngineFold('fleet.candidates', search, candidateSearchFolding);
  const candidates = found.data?.candidates ?? [];
  const isChosen = (candidate: FleetCandidate): boolean => chosen.some((member) => isSame(member, candidate));
  const navigate = useNavigate();
  const [filter, setFilter] = useFilterText(inAddress, (q) => {
    void navigate({
      to: '.',
      search: (before) => ({ ...before, q: q === '' ? undefined : q }),
      replace: true,
    });
  });
  const matching = candidates.filter((each) => placeLabel(each).includes(filter.trim().toLowerCase()));
  const shown = matching.slice(0, MOST_SHOWN);
  const chosenHere = matching.filter(isChosen).length;
  // What a draft had chosen is kept while it is not found yet, and dropped where it is gone.
  const elsewhere = chosen.filter(
    (member) =>
      !matching.some((each) => isSame(each, member)) &&
      (found.data?.isWhole !== true || candidates.some((each) => isSame(each, member))),
  );
  const choose = (isWanted: (candidate: FleetCandidate) => boolean): void =>
    onChange([...elsewhere, ...matching.filter(isWanted).map(memberOf)]);
  return (
    <Card
      title={FLEET_TEXT.services}
      aside={candidates.length > 0 && FLEET_TEXT.selected(chosen.length, candidates.length)}
    >
      {found.data?.isWhole !== true && !found.isError && <Progress search={found.data} />}
      {candidates.length > FILTERED_FROM && (
        <div className={styles.filter}>
          <TextInput
            aria-label={FLEET_TEXT.filter}
            placeholder={FLEET_TEXT.filterOf(candidates.length)}
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
            spellCheck={false}
            w={280}
          />
          {shown.length < matching.length && (
            <span className={styles.counts}>{FLEET_TEXT.onlyFirst(shown.length, matching.length)}</span>
          )}
        </div>
      )}
      {candidates.length > 0 && matching.length === 0 && <EmptyState title={FLEET_TEXT.noMatch} />}
      {found.isError && <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />}
      {found.data?.isWhole === true && candidates.length === 0 && (
        <EmptyState title={FLEET_TEXT.noService(region, repository.name)} />
      )}
      {matching.length > 0 && (
        <Table highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={36}>
                <Checkbox
                  size="xs"
                  aria-label={filter.trim() === '' ? FLEET_TEXT.allServices : FLEET_TEXT.matchingServices}
                  checked={chosenHere === matching.length}
                  indeterminate={chosenHere > 0 && chosenHere < matching.length}
                  onChange={(event) => choose(() => event.currentTarget.checked)}
                />
              </Table.Th>
              <Table.Th>{FLEET_TEXT.columns.service}</Table.Th>
              <Table.Th>{FLEET_TEXT.columns.environment}</Table.Th>
              <Table.Th>{FLEET_TEXT.columns.running}</Table.Th>
              <Table.Th ta="right">{FLEET_TEXT.columns.tasks}</Table.Th>
              {draft.deal === 'by-hand' && <Table.Th>{FLEET_TEXT.columns.wave}</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((candidate) => (
              <Table.Tr key={`${candidate.cluster}/${candidate.service}`}>
                <Table.Td>
                  <Checkbox
                    size="xs"
                    aria-label={`${candidate.cluster} / ${candidate.service}`}
                    checked={isChosen(candidate)}
                    onChange={() => choose((each) => isChosen(each) !== (each === candidate))}
                  />
                </Table.Td>
                <Table.Td>
                  {candidate.cluster} / <b>{candidate.service}</b>
                </Table.Td>
                <Table.Td>
                  <EnvironmentBadge environment={candidate.environment} />
                </Table.Td>
                <Table.Td>
                  <Running candidate={candidate} />
                </Table.Td>
                <Table.Td ta="right">{candidate.desired}</Table.Td>
                {draft.deal === 'by-hand' && (
                  <Table.Td w={90}>
                    <WaveNumber draft={draft} candidate={candidate} onDraft={onDraft} />
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  );
}

/** From this number on the list has a filter. */
const FILTERED_FROM = 10;
/** More rows would make the page slow; a filter leads to the others. */
const MOST_SHOWN = 200;

function placeLabel({ cluster, service }: FleetCandidate): string {
  return `${cluster} / ${service}`.toLowerCase();
}

/** How far the search is, in words. */
function Progress({ search }: { readonly search: CandidateSearch | undefined }) {
  return (
    <p className={styles.progress} role="status">
      <Mark kind="progress" /> {progressLabel(search)}
    </p>
  );
}

function progressLabel(search: CandidateSearch | undefined): string {
  const { clusters, done = 0, total = 0, candidates = [] } = search ?? {};
  if (clusters === undefined) return FLEET_TEXT.listingClusters;
  const listing = FLEET_TEXT.listingServices(clusters.listed, clusters.total);
  if (total === 0) return listing;
  const reading = FLEET_TEXT.reading(done, total);
  const both = clusters.listed < clusters.total ? `${listing}. ${reading}` : reading;
  return candidates.length === 0 ? `${both}. ${FLEET_TEXT.noneYet}` : both;
}

function Running({ candidate: { containers } }: { readonly candidate: FleetCandidate }) {
  return containers.map(({ name, image, tag }) => (
    <span key={name} title={image}>
      {name} <Mono>{tag ?? image.slice(image.lastIndexOf('@'), image.lastIndexOf('@') + 16)}</Mono>{' '}
    </span>
  ));
}

interface WaveNumberProps extends Pick<CandidateTableProps, 'draft' | 'onDraft'> {
  readonly candidate: FleetCandidate;
}

function WaveNumber({ draft, candidate, onDraft }: WaveNumberProps) {
  return (
    <NumberInput
      size="xs"
      aria-label={FLEET_TEXT.waveOf(`${candidate.cluster} / ${candidate.service}`)}
      min={1}
      max={500}
      allowDecimal={false}
      clampBehavior="strict"
      value={waveOf(draft, candidate)}
      onChange={(wave) => {
        if (typeof wave === 'number' && wave > 0) {
          onDraft({ ...draft, waves: { ...draft.waves, [serviceLabel(candidate)]: wave } });
        }
      }}
    />
  );
}

/** All containers that run the repository get the image. */
function memberOf({ cluster, service, containers }: FleetCandidate): FleetMember {
  return { cluster, service, containers: containers.map(({ name }) => name) };
}
