import { Button, CopyButton } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Revision, RevisionDiff } from '../../../../shared/model/revision.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { ImageChange } from '../images/image-change.tsx';
import { diffMarkdown } from './diff-markdown.ts';
import { differenceGroups } from './difference-groups.ts';
import lines from './difference-list.module.css';
import { DifferenceLines } from './difference-list.tsx';
import styles from './revision-diff-page.module.css';

// The editor is large, and most people never open it.
const RawComparison = lazy(async () => ({ default: (await import('./raw-comparison.tsx')).RawComparison }));

interface RevisionDiffPageProps {
  readonly scope: Scope;
  /** Family and number, such as `web:40`. */
  readonly before: string;
  readonly after: string;
}

/** What differs between two revisions: the images first, then the rest by container, then the raw JSON. */
export function RevisionDiffPage({ scope, before, after }: RevisionDiffPageProps) {
  const { account, region } = scope;
  const diff = useEngineQuery('revisions.diff', { account, region, before, after });
  if (diff.isPending) return <LoadingRows what={`${before} and ${after}`} rows={8} height={36} />;
  if (diff.isError) return <ErrorPage error={diff.error} onRetry={() => void diff.refetch()} />;
  return (
    <main className={styles.page}>
      <Title diff={diff.data} />
      <Images diff={diff.data} />
      <Differences diff={diff.data} />
      <Raw diff={diff.data} />
    </main>
  );
}

function Title({ diff }: { readonly diff: RevisionDiff }) {
  return (
    <header className={styles.title}>
      <h1>
        {diff.before.name} → {diff.after.name}
      </h1>
      <span className={styles.soft}>
        <Registered revision={diff.before} />, <Registered revision={diff.after} />
      </span>
      <CopyButton value={diffMarkdown(diff)}>
        {({ copied, copy }) => (
          <Button ml="auto" onClick={copy}>
            {copied ? 'Copied' : 'Copy as Markdown'}
          </Button>
        )}
      </CopyButton>
    </header>
  );
}

function Registered({ revision }: { readonly revision: Revision }) {
  if (revision.registeredAt === undefined) return <>{revision.name}</>;
  return (
    <>
      {revision.name} registered <RelativeTime at={revision.registeredAt} />
    </>
  );
}

function Images({ diff }: { readonly diff: RevisionDiff }) {
  if (diff.images.length === 0) return null;
  return (
    <Card title="Images">
      <CardBody>
        <dl className={styles.lines}>
          {diff.images.map((image) => (
            <div key={image.container} className={lines.line}>
              <dt className={lines.key}>{image.container}</dt>
              <dd className={lines.image}>
                <ImageChange difference={image} />
              </dd>
            </div>
          ))}
        </dl>
      </CardBody>
    </Card>
  );
}

function Differences({ diff }: { readonly diff: RevisionDiff }) {
  const groups = differenceGroups(diff.differences);
  const unchanged = `${diff.unchanged} ${diff.unchanged === 1 ? 'member' : 'members'} unchanged`;
  if (groups.length === 0) {
    return (
      <Card title="Everything else" aside={unchanged}>
        <EmptyState title="Nothing else differs." />
      </Card>
    );
  }
  return (
    <Card title="Everything else" aside={unchanged}>
      {groups.map((group) => (
        <section key={group.container ?? ''} className={styles.group}>
          <h3>{group.container ?? 'The task'}</h3>
          <dl className={styles.lines}>
            <DifferenceLines differences={group.differences} />
          </dl>
        </section>
      ))}
    </Card>
  );
}

function Raw({ diff }: { readonly diff: RevisionDiff }) {
  const [shown, setShown] = useState(false);
  return (
    <Card
      title="Task definitions as JSON"
      aside={
        <Button size="compact-xs" onClick={() => setShown(!shown)} aria-expanded={shown}>
          {shown ? 'Hide' : 'Show side by side'}
        </Button>
      }
    >
      {shown && (
        <Suspense fallback={<LoadingRows what="the editor" rows={6} height={20} />}>
          <RawComparison before={diff.beforeJson} after={diff.afterJson} />
        </Suspense>
      )}
    </Card>
  );
}
