import { Checkbox, NumberInput, Table } from '@mantine/core';
import type { Scope } from '../../../../shared/model/account.ts';
import type { FleetCandidate, FleetMember } from '../../../../shared/model/fleet.ts';
import type { Repository } from '../../../../shared/model/image.ts';
import { useEngineFold } from '../../lib/streams.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { EnvironmentBadge } from '../../ui/environment-badge.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mono } from '../../ui/mono.tsx';
import { type CandidateSearch, candidateSearchFolding } from './candidate-search.ts';
import { type FleetDraft, isSame, serviceLabel, waveOf } from './fleet-draft.ts';
import { FLEET_TEXT } from './fleet-text.ts';

interface CandidateTableProps {
  readonly scope: Scope;
  readonly repository: Repository;
  readonly chosen: readonly FleetMember[];
  readonly onChange: (chosen: readonly FleetMember[]) => void;
  readonly draft: FleetDraft;
  readonly onDraft: (draft: FleetDraft) => void;
}

/** The services that run an image of the repository, to be ticked, and dealt out by hand if that is wished. */
export function CandidateTable(props: CandidateTableProps) {
  const { scope, repository, chosen, onChange, draft, onDraft } = props;
  const { account, region } = scope;
  const search = { account, region, repository: repository.uri };
  const found = useEngineFold('fleet.candidates', search, candidateSearchFolding);
  const candidates = found.data?.candidates ?? [];
  const isChosen = (candidate: FleetCandidate): boolean => chosen.some((member) => isSame(member, candidate));
  const choose = (isWanted: (candidate: FleetCandidate) => boolean): void =>
    onChange(candidates.filter(isWanted).map(memberOf));
  return (
    <Card title={FLEET_TEXT.services} aside={asideOf(chosen.length, found.data)}>
      {found.isPending && <LoadingRows what="services" rows={3} height={32} />}
      {found.isError && <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />}
      {found.data?.isWhole === true && candidates.length === 0 && (
        <EmptyState title={FLEET_TEXT.noService(region, repository.name)} />
      )}
      {candidates.length > 0 && (
        <Table highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={36}>
                <Checkbox
                  size="xs"
                  aria-label={FLEET_TEXT.allServices}
                  checked={chosen.length === candidates.length}
                  indeterminate={chosen.length > 0 && chosen.length < candidates.length}
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
            {candidates.map((candidate) => (
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

/** How many are selected, and how far the search is. */
function asideOf(chosen: number, search: CandidateSearch | undefined): string {
  if (search === undefined) return '';
  const selected = `${chosen} of ${search.candidates.length} selected`;
  return search.isWhole ? selected : `${selected} · ${search.done} of ${search.total} services read`;
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
