import { Anchor, Table } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import type { MarkKind } from '../../ui/mark.tsx';
import { OutcomeBadge } from '../../ui/outcome-badge.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateTag } from '../../ui/tag.tsx';
import { UnfinishedRelease } from '../plan/unfinished-release.tsx';
import { JournalDetails } from './journal-details.tsx';
import { JOURNAL_TEXT } from './journal-text.ts';

const STATE_MARKS: Readonly<Record<JournalEntry['state'], MarkKind>> = {
  open: 'progress',
  unfinished: 'warning',
  done: 'ok',
  failed: 'failed',
  discarded: 'idle',
};

/** One change: what it was about, how it ended, and for an unfinished one the two ways on. */
export function JournalRow({ entry }: { readonly entry: JournalEntry }) {
  const cache = useQueryClient();
  const readAgain = (): void => void cache.invalidateQueries();
  return (
    <Table.Tr style={{ verticalAlign: 'baseline' }}>
      <Table.Td c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        <RelativeTime at={entry.at} />
      </Table.Td>
      <Table.Td>
        <b>{entry.title}</b>
      </Table.Td>
      <Table.Td>
        <Subject entry={entry} />
      </Table.Td>
      <Table.Td>
        {entry.why}
        {entry.link !== undefined && (
          <>
            {' '}
            <Anchor
              href={entry.link}
              target="_blank"
              rel="noreferrer"
              underline="always"
              inherit
              title={entry.link}
            >
              {new URL(entry.link).host}
            </Anchor>
          </>
        )}
      </Table.Td>
      <Table.Td c="dimmed">
        {entry.callerIdentity}
        {entry.host !== undefined && <div>{JOURNAL_TEXT.on(entry.host)}</div>}
      </Table.Td>
      <Table.Td>
        {entry.outcome === undefined ? (
          <StateTag kind={STATE_MARKS[entry.state]}>{JOURNAL_TEXT.states[entry.state]}</StateTag>
        ) : (
          <OutcomeBadge outcome={entry.outcome} />
        )}{' '}
        {entry.sentence}
        <JournalDetails entry={entry} />
        {entry.state === 'unfinished' ? (
          <UnfinishedRelease
            release={entry.id}
            revision={revisionName(entry)}
            onResumed={readAgain}
            onDiscarded={readAgain}
          />
        ) : null}
      </Table.Td>
    </Table.Tr>
  );
}

/** Family and number of the revision that the change registered. */
function revisionName({ taskDefinitionArn }: JournalEntry): string {
  return taskDefinitionArn?.slice(taskDefinitionArn.lastIndexOf('/') + 1) ?? JOURNAL_TEXT.someRevision;
}

function Subject({ entry }: { readonly entry: JournalEntry }) {
  const { account, region, cluster, subject, deploymentArn, plan } = entry;
  if (entry.kind === 'fleet' && plan !== undefined) {
    return (
      <Link to="/a/$account/$region/fleet" params={{ account, region }} search={{ fleet: plan }}>
        {subject} in {region}
      </Link>
    );
  }
  if (entry.kind === 'register') {
    return (
      <Link to="/a/$account/$region/families/$family" params={{ account, region, family: subject }}>
        {subject} in {region}
      </Link>
    );
  }
  if (cluster !== undefined && entry.kind === 'cluster-hold') {
    return (
      <Link to="/a/$account/$region/c/$cluster" params={{ account, region, cluster }}>
        {cluster}
      </Link>
    );
  }
  if (cluster === undefined || entry.kind === 'cleanup' || entry.kind === 'push') {
    return (
      <span>
        {subject}, {region}
      </span>
    );
  }
  return (
    <Link
      to="/a/$account/$region/c/$cluster/s/$service"
      params={{ account, region, cluster, service: subject }}
      search={deploymentArn === undefined ? {} : { deployment: deploymentArn }}
    >
      {cluster} / {subject}
    </Link>
  );
}
