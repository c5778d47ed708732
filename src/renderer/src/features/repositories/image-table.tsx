import { type AccountName, useAccountName } from '../../lib/account-name.ts';
import { useRowHeight } from '../../lib/appearance.ts';
import { shortDigest } from '../../lib/format.ts';
import { platformLabel, shortCommit } from '../../lib/image-labels.ts';
import { Bytes } from '../../ui/bytes.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Age } from '../../ui/relative-time.tsx';
import { StateTag, Tag } from '../../ui/tag.tsx';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { type ImageRow, imageUseLabel, type RunningUse } from './image-rows.ts';
import styles from './repositories.module.css';
import { REPOSITORIES_TEXT } from './repositories-text.ts';

const ROW_HEIGHT = 46;
const COMPACT_ROW_HEIGHT = 40;
/** Services of a row; more are counted. */
const MOST_NAMED = 2;
const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;

interface ImageTableProps {
  readonly rows: readonly ImageRow[];
  /** Whether more services may turn out to run an image. */
  readonly isReading: boolean;
  /** The digest of the image whose details are shown. */
  readonly chosen: string | undefined;
  readonly onChoose: (digest: string) => void;
}

/** Images with their tags, size, findings and where they run; a click shows the details of one. */
export function ImageTable({ rows, isReading, chosen, onChoose }: ImageTableProps) {
  const rowHeight = useRowHeight(ROW_HEIGHT, COMPACT_ROW_HEIGHT);
  const accountName = useAccountName();
  return (
    <div className={styles.table}>
      <div className={`${styles.row} ${styles.head}`} aria-hidden>
        <span>{REPOSITORIES_TEXT.tagsAndCommit}</span>
        <span>{REPOSITORIES_TEXT.digest}</span>
        <span className={styles.number}>{REPOSITORIES_TEXT.size}</span>
        <span>{REPOSITORIES_TEXT.pushed}</span>
        <span>{REPOSITORIES_TEXT.findings}</span>
        <span>{REPOSITORIES_TEXT.runs}</span>
      </div>
      <VirtualList
        items={rows}
        keyOf={({ image }) => image.digest}
        rowHeight={rowHeight}
        scroller={{ className: styles.scroll }}
        rowAttributes={({ image }) => ({
          className: styles.row,
          'data-chosen': image.digest === chosen,
          onClick: () => onChoose(image.digest),
        })}
      >
        {(row) => (
          <RowCells
            row={row}
            isReading={isReading}
            isChosen={row.image.digest === chosen}
            accountName={accountName}
          />
        )}
      </VirtualList>
    </div>
  );
}

interface RowCellsProps {
  readonly row: ImageRow;
  readonly isReading: boolean;
  readonly isChosen: boolean;
  readonly accountName: AccountName;
}

function RowCells({
  row: { image, uses, revisions, verdict },
  isReading,
  isChosen,
  accountName,
}: RowCellsProps) {
  const { tags, digest, commit, sizeBytes, pushedAt, platforms, status } = image;
  return (
    <>
      {/* The row opens by a click anywhere; keys need one thing that has the focus. */}
      <button type="button" className={styles.open} aria-expanded={isChosen} title={tags.join(', ')}>
        <span className={styles.tags}>
          <Mono>{tags.length === 0 ? REPOSITORIES_TEXT.noTag : tags.join(', ')}</Mono>
        </span>
        <span className={styles.soft}>
          {commit === undefined ? null : <Mono>{shortCommit(commit)}</Mono>}{' '}
          {status === 'ARCHIVED' ? <Tag kind="warning">{REPOSITORIES_TEXT.archived}</Tag> : null}
          {status === 'ACTIVATING' ? <Tag kind="warning">{REPOSITORIES_TEXT.restoring}</Tag> : null}
          {verdict === undefined ? null : (
            <Tag kind="warning">
              {verdict.action === 'expire' ? REPOSITORIES_TEXT.expires : REPOSITORIES_TEXT.becomesArchived}
            </Tag>
          )}
        </span>
      </button>
      <span className={styles.soft} title={digest}>
        <Mono>{shortDigest(digest)}</Mono>
      </span>
      <span className={styles.number}>
        {sizeBytes === undefined ? null : <Bytes value={sizeBytes} />}
        <span className={styles.soft}>{platformLabel(platforms)}</span>
      </span>
      <span className={styles.soft}>{pushedAt === undefined ? null : <Age at={pushedAt} />}</span>
      <span>
        <Findings findings={image.findings} />
      </span>
      <span className={styles.uses}>
        {uses.length === 0 ? (
          <span className={styles.soft}>
            {isReading ? REPOSITORIES_TEXT.reading : REPOSITORIES_TEXT.notRunning(revisions.length)}
          </span>
        ) : uses.length > MOST_NAMED ? (
          <b>{REPOSITORIES_TEXT.services(uses.length)}</b>
        ) : (
          uses.map((use) => (
            <span key={`${use.account} ${use.region} ${imageUseLabel(use)} ${use.container} ${use.kind}`}>
              {imageUseLabel(use)}
              {hasTwin(use, uses) ? (
                <span className={styles.soft}>
                  {' '}
                  {accountName(use.account)} {use.region}
                </span>
              ) : null}
            </span>
          ))
        )}
      </span>
    </>
  );
}

/** Whether another place has something of the same name that uses the image. */
function hasTwin(use: RunningUse, uses: readonly RunningUse[]): boolean {
  return uses.some(
    (other) =>
      imageUseLabel(other) === imageUseLabel(use) &&
      (other.account !== use.account || other.region !== use.region),
  );
}

/** The worst severity with its count, in a word and a shape. */
export function Findings({ findings }: { readonly findings: ImageRow['image']['findings'] }) {
  if (findings === undefined) return <span className={styles.soft}>{REPOSITORIES_TEXT.notScannedYet}</span>;
  const worst = SEVERITIES.find((severity) => (findings[severity] ?? 0) > 0);
  if (worst === undefined) return <StateTag kind="ok">{REPOSITORIES_TEXT.noFindings}</StateTag>;
  const kind = worst === 'CRITICAL' ? 'failed' : worst === 'HIGH' ? 'warning' : 'idle';
  return (
    <StateTag kind={kind}>
      {findings[worst]} {worst.toLowerCase()}
    </StateTag>
  );
}
