import type { ImageScan } from '../../../../shared/model/image-scan.ts';
import type { RepositoryPlace } from '../../../../shared/model/promotion.ts';
import { shortDigest } from '../../lib/format.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Bytes } from '../../ui/bytes.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { ScanFindingLine } from '../../ui/scan-finding-line.tsx';
import styles from './repositories.module.css';
import { SECURITY_TEXT } from './repositories-text.ts';

/** Findings of the list at first. */
const SHOWN = 20;
const STALE_MS = 60_000;

interface ImageSecurityProps {
  readonly place: RepositoryPlace;
  readonly digest: string;
}

/** What the last scan of an image found, and the signatures, SBOMs and attestations that refer to it. */
export function ImageSecurity({ place, digest }: ImageSecurityProps) {
  const scan = useEngineQuery('images.scan', { ...place, image: digest }, { staleMs: STALE_MS });
  const found = useEngineQuery('images.referrers', { ...place, digest }, { staleMs: STALE_MS });
  return (
    <>
      <h3 className={styles.heading}>{SECURITY_TEXT.findings}</h3>
      {scan.isPending ? <LoadingRows what={SECURITY_TEXT.readingFindings} rows={2} height={24} /> : null}
      {scan.isError ? <ErrorNotice error={scan.error} onRetry={() => void scan.refetch()} /> : null}
      {scan.data === undefined ? null : <Scan scan={scan.data} />}
      <h3 className={styles.heading}>{SECURITY_TEXT.referrers}</h3>
      {found.isPending ? <LoadingRows what={SECURITY_TEXT.readingReferrers} rows={1} height={24} /> : null}
      {found.isError ? <ErrorNotice error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.data?.referrers.length === 0 ? <p className={styles.soft}>{SECURITY_TEXT.noReferrers}</p> : null}
      <ul className={styles.places} aria-label={SECURITY_TEXT.referrers}>
        {found.data?.referrers.map(
          ({ digest: own, kind, artifactType, tag, platform, sizeBytes, status }) => (
            <li key={`${own} ${tag ?? ''}`}>
              {SECURITY_TEXT.kinds[kind]} <Mono>{shortDigest(own)}</Mono>{' '}
              <CopyId value={own} what={SECURITY_TEXT.kinds[kind]} />{' '}
              <span className={styles.soft}>
                {platform === undefined ? null : SECURITY_TEXT.ofPlatform(platform)}{' '}
                {tag === undefined ? artifactType : SECURITY_TEXT.underTag} <Bytes value={sizeBytes} />{' '}
                {status === 'ACTIVE' ? null : status.toLowerCase()}
              </span>
            </li>
          ),
        )}
      </ul>
      {found.data?.isCut === true ? <p className={styles.soft}>{SECURITY_TEXT.moreReferrers}</p> : null}
    </>
  );
}

function Scan({ scan }: { readonly scan: ImageScan }) {
  const { state, problem, completedAt, isOld, findings, total } = scan;
  const hidden = total - Math.min(findings.length, SHOWN);
  return (
    <>
      <p className={styles.soft}>
        {state === 'none' ? SECURITY_TEXT.notScanned : null}
        {state === 'running' ? SECURITY_TEXT.running : null}
        {state === 'failed' ? problem : null}
        {state === 'complete' && total === 0 ? SECURITY_TEXT.nothingFound : null}{' '}
        {completedAt === undefined ? null : (
          <>
            {SECURITY_TEXT.scanned} <RelativeTime at={completedAt} />.
          </>
        )}{' '}
        {isOld ? SECURITY_TEXT.old : null}
      </p>
      <ul className={styles.findings} aria-label={SECURITY_TEXT.findings}>
        {findings.slice(0, SHOWN).map((finding) => (
          <li key={JSON.stringify([finding.name, finding.component])}>
            <ScanFindingLine finding={finding} />
          </li>
        ))}
      </ul>
      {hidden > 0 ? <p className={styles.soft}>{SECURITY_TEXT.moreFindings(hidden)}</p> : null}
    </>
  );
}
