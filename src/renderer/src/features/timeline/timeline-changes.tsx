import { Anchor, Button, CopyButton, NativeSelect, Table, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type {
  ChangesWanted,
  RunningVersion,
  TimelineChange,
  TimelineEnvironment,
} from '../../../../shared/model/timeline.ts';
import { shortDigest } from '../../lib/format.ts';
import { formatPlacedName } from '../../lib/place-address.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { saveFile } from '../../lib/save-file.ts';
import { useFilterText } from '../../lib/use-filter-text.ts';
import { Card, CardBody, PlainCard } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { EnvironmentBadge } from '../../ui/environment-badge.tsx';
import { ErrorNotice, ErrorPage } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { OutcomeBadge } from '../../ui/outcome-badge.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { MomentField } from './moment-field.tsx';
import styles from './timeline.module.css';
import type { TimelineViewProps } from './timeline-matrix.tsx';
import { TIMELINE_TEXT } from './timeline-text.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The changes of all services between two moments, and release notes of them. */
export function TimelineChanges({ search, onSearch }: TimelineViewProps) {
  const [openedAt] = useState(() => Date.now());
  const [hasNotes, setHasNotes] = useState(false);
  const { at = new Date(openedAt - DAY_MS).toISOString(), until, q = '' } = search;
  const time = { since: at, ...(until === undefined ? {} : { until }) };
  const found = useEngineQuery('timeline.changes', time);
  const environments = found.data?.environments ?? [];
  const chosen = environments.find((each) => placeText(each) === search.in);
  const [text, setText] = useFilterText(q, (next) => onSearch({ q: next }));
  const place = chosen && { account: chosen.account, region: chosen.region, cluster: chosen.cluster };
  return (
    <>
      <div className={styles.fields}>
        <MomentField
          label={TIMELINE_TEXT.since}
          placeholder={TIMELINE_TEXT.sinceHint}
          value={search.at}
          onChange={(next) => onSearch({ at: next })}
        />
        <MomentField
          label={TIMELINE_TEXT.until}
          placeholder={TIMELINE_TEXT.momentHint}
          value={until}
          onChange={(next) => onSearch({ until: next })}
        />
        <NativeSelect
          label={TIMELINE_TEXT.environment}
          value={chosen === undefined ? '' : placeText(chosen)}
          data={[{ value: '', label: TIMELINE_TEXT.allEnvironments }, ...environments.map(optionOf)]}
          onChange={({ currentTarget: { value } }) => onSearch({ in: value })}
        />
        <TextInput
          type="search"
          label={TIMELINE_TEXT.filter}
          value={text}
          maxLength={200}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button onClick={() => setHasNotes(!hasNotes)} aria-expanded={hasNotes}>
          {TIMELINE_TEXT.notes}
        </Button>
      </div>
      {hasNotes ? <Notes wanted={{ ...time, ...place }} onClose={() => setHasNotes(false)} /> : null}
      {found.data === undefined ? (
        found.error === null ? (
          <LoadingRows what="changes" rows={8} height={40} />
        ) : (
          <ErrorPage error={found.error} onRetry={() => void found.refetch()} />
        )
      ) : (
        <ChangeRows
          isCut={found.data.isCut}
          changes={found.data.changes.filter(
            (change) =>
              (chosen === undefined || placeText(change) === search.in) &&
              change.service.toLowerCase().includes(text.trim().toLowerCase()),
          )}
        />
      )}
    </>
  );
}

/** A cluster in an address: `production@sandbox/us-east-1`. */
export function placeText({
  account,
  region,
  cluster,
}: Pick<TimelineEnvironment, 'account' | 'region' | 'cluster'>): string {
  return formatPlacedName({ name: cluster, account, region }, { account: '', region: '' });
}

/** An environment in a list to choose from. */
export function optionOf(environment: TimelineEnvironment): {
  readonly value: string;
  readonly label: string;
} {
  const { cluster, region, accountName } = environment;
  return { value: placeText(environment), label: `${cluster}, ${region}, ${accountName}` };
}

interface ChangeRowsProps {
  readonly changes: readonly TimelineChange[];
  readonly isCut: boolean;
}

function ChangeRows({ changes, isCut }: ChangeRowsProps) {
  if (changes.length === 0) return <EmptyState title={TIMELINE_TEXT.noChanges} />;
  return (
    <PlainCard label={TIMELINE_TEXT.views.changes}>
      <div className={styles.wide}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              {TIMELINE_TEXT.columns.map((column) => (
                <Table.Th key={column}>{column}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changes.map((change) => (
              <ChangeRow key={change.id} change={change} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {isCut ? <CardBody>{TIMELINE_TEXT.isCut}</CardBody> : null}
    </PlainCard>
  );
}

function ChangeRow({ change }: { readonly change: TimelineChange }) {
  const { account, region, cluster, environment, service, startedAt, outcome, deploymentArn } = change;
  return (
    <Table.Tr className={styles.change}>
      <Table.Td className={styles.nowrap}>
        <RelativeTime at={startedAt} />
      </Table.Td>
      <Table.Td>
        <span className={styles.column}>
          <EnvironmentBadge environment={environment} /> {cluster}
        </span>
      </Table.Td>
      <Table.Td className={styles.name}>
        <Link
          to="/a/$account/$region/c/$cluster/s/$service"
          params={{ account, region, cluster, service }}
          search={deploymentArn === undefined ? {} : { deployment: deploymentArn }}
        >
          {service}
        </Link>
      </Table.Td>
      <Table.Td className={styles.sentence}>
        <Step change={change} />
      </Table.Td>
      <Table.Td className={styles.name} c="dimmed">
        {change.callerIdentity ?? (change.isOutsideSlipway ? TIMELINE_TEXT.outside : '')}
      </Table.Td>
      <Table.Td className={styles.sentence}>
        {change.why} <Ticket link={change.link} />
      </Table.Td>
      <Table.Td>{outcome === undefined ? null : <OutcomeBadge outcome={outcome} />}</Table.Td>
    </Table.Tr>
  );
}

/** From one version to the other, with the revision; the title of what deploys nothing. */
function Step({ change: { from, to, title, isOtherImage } }: { readonly change: TimelineChange }) {
  if (to === undefined) return title;
  // Without a version, the revisions are the first line.
  const hasVersion = (from?.version ?? to.version) !== undefined;
  return (
    <span className={styles.cell}>
      <span className={styles.version}>
        {from === undefined || isOtherImage === false ? null : (
          <>
            <VersionText running={from} />
            <span aria-hidden>→</span>
          </>
        )}
        <VersionText running={to} />
      </span>
      {hasVersion ? (
        <span className={styles.soft}>
          {from === undefined || from.revision === to.revision
            ? to.revision
            : `${from.revision} → ${to.revision}`}
        </span>
      ) : null}
    </span>
  );
}

/** The version of an image with its short digest. */
export function VersionText({
  running: { version, digest, revision },
}: {
  readonly running: RunningVersion;
}) {
  return (
    <span title={version ?? revision}>
      {version ?? revision} {digest === undefined ? null : <code>{shortDigest(digest)}</code>}
    </span>
  );
}

/** A link that another machine has written may be anything: only addresses of the web are links. */
function Ticket({ link }: { readonly link: string | undefined }) {
  const url = URL.parse(link ?? '');
  if (link === undefined) return null;
  if (url === null || !/^https?:$/.test(url.protocol)) return <span>{link}</span>;
  return (
    <Anchor href={url.href} target="_blank" rel="noreferrer" underline="always" inherit title={link}>
      {url.host}
    </Anchor>
  );
}

interface NotesProps {
  readonly wanted: ChangesWanted;
  readonly onClose: () => void;
}

/** Release notes as they are copied and saved. */
function Notes({ wanted, onClose }: NotesProps) {
  const notes = useEngineQuery('timeline.notes', wanted, { staleMs: 0 });
  const markdown = notes.data?.markdown ?? '';
  return (
    <Card
      title={TIMELINE_TEXT.notes}
      aside={
        <span className={styles.column}>
          <CopyButton value={markdown}>
            {({ copied, copy }) => (
              <Button onClick={copy} disabled={markdown === ''}>
                {copied ? TIMELINE_TEXT.copied : TIMELINE_TEXT.copy}
              </Button>
            )}
          </CopyButton>
          <Button
            disabled={markdown === ''}
            onClick={() =>
              saveFile(`release-notes-${wanted.since.slice(0, 10)}.md`, 'text/markdown', markdown)
            }
          >
            {TIMELINE_TEXT.save}
          </Button>
          <Button onClick={onClose}>{TIMELINE_TEXT.close}</Button>
        </span>
      }
    >
      <CardBody>
        {notes.error === null ? null : (
          <ErrorNotice error={notes.error} onRetry={() => void notes.refetch()} />
        )}
        {notes.isPending ? <LoadingRows what="release notes" rows={4} height={20} /> : null}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
        <section className={styles.notes} aria-label={TIMELINE_TEXT.notes} tabIndex={0}>
          {markdown}
        </section>
      </CardBody>
    </Card>
  );
}
