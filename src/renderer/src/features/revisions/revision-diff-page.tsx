import { Button, CopyButton } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ComparedSide, Comparison, Revision, RevisionDiff } from '../../../../shared/model/revision.ts';
import { differenceGroups } from '../../lib/difference-groups.ts';
import { isUnreadableName } from '../../lib/not-there.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import lines from '../../ui/difference-list.module.css';
import { DifferenceLines } from '../../ui/difference-list.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage } from '../../ui/error-notice.tsx';
import { ImageChange } from '../../ui/image-change.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { diffMarkdown } from './diff-markdown.ts';
import { FindingsCard } from './findings-card.tsx';
import styles from './revision-diff-page.module.css';
import { COMPARE_TEXT } from './revisions-text.ts';
import { formatSide, parseSide } from './side-address.ts';
import { SideForm } from './side-form.tsx';

// The editor is large, and most people never open it.
const RawComparison = lazy(async () => ({ default: (await import('./raw-comparison.tsx')).RawComparison }));

export interface RevisionDiffPageProps {
  readonly scope: Scope;
  /** The sides as the address has them, such as `web:40` or `service:production/web`. */
  readonly before: string;
  readonly after: string;
}

/** What differs between any two: the images first, then the rest by container, the service, then the raw JSON. */
export function RevisionDiffPage({ scope, before, after }: RevisionDiffPageProps) {
  const old = parseSide(before, scope);
  const now = parseSide(after, scope);
  const navigate = useNavigate();
  const show = (one: ComparedSide, other: ComparedSide): void =>
    void navigate({
      to: '/a/$account/$region/diff',
      params: { account: scope.account, region: scope.region },
      search: { before: formatSide(one, scope), after: formatSide(other, scope) },
    });
  if (old === undefined || now === undefined) {
    return (
      <main className={styles.page}>
        <header className={styles.title}>
          <h1>{COMPARE_TEXT.title}</h1>
        </header>
        <SideForm scope={scope} before={old} after={now} onCompare={show} />
      </main>
    );
  }
  return <ComparisonView key={`${before} ${after}`} scope={scope} before={old} after={now} onShow={show} />;
}

interface ComparisonViewProps {
  readonly scope: Scope;
  readonly before: ComparedSide;
  readonly after: ComparedSide;
  readonly onShow: (before: ComparedSide, after: ComparedSide) => void;
}

function ComparisonView({ scope, before, after, onShow }: ComparisonViewProps) {
  const [choosing, setChoosing] = useState(false);
  const comparison = useEngineQuery('revisions.compare', { before, after }, { staleMs: 60_000 });
  const buttons = (
    <>
      <Button onClick={() => setChoosing(!choosing)} aria-expanded={choosing}>
        {COMPARE_TEXT.changeSelection}
      </Button>
      <Button onClick={() => onShow(after, before)}>{COMPARE_TEXT.swap}</Button>
    </>
  );
  return (
    <main className={styles.page}>
      {comparison.data && (
        <Title diff={comparison.data} places={placesOf(before, after)}>
          {buttons}
        </Title>
      )}
      {comparison.isError && <div className={styles.actions}>{buttons}</div>}
      {choosing && <SideForm scope={scope} before={before} after={after} onCompare={onShow} />}
      {comparison.isPending && <LoadingRows what={COMPARE_TEXT.loading} rows={8} height={36} />}
      {comparison.isError && (
        <NoComparison
          error={comparison.error}
          sides={{ before: formatSide(before, scope), after: formatSide(after, scope) }}
          onRetry={() => void comparison.refetch()}
        />
      )}
      {comparison.data && (
        <>
          <Images diff={comparison.data} />
          <FindingsCard findings={comparison.data.findings} />
          <Differences diff={comparison.data} />
          <ServiceDifferences diff={comparison.data} />
          <Raw diff={comparison.data} />
        </>
      )}
    </main>
  );
}

interface NoComparisonProps {
  readonly error: SlipwayError;
  readonly sides: Readonly<Record<'before' | 'after', string>>;
  readonly onRetry: () => void;
}

/** Why there is nothing to compare, with the side of the address that is not the name of a revision. */
function NoComparison({ error, sides, onRetry }: NoComparisonProps) {
  if (!isUnreadableName(error)) return <ErrorPage error={error} onRetry={onRetry} />;
  const side = error.detail.field?.startsWith('after') === true ? sides.after : sides.before;
  return <EmptyState title={COMPARE_TEXT.unreadable(side)}>{COMPARE_TEXT.unreadableHelp}</EmptyState>;
}

/** Where the sides are, if that is not one and the same place. */
function placesOf(before: ComparedSide, after: ComparedSide): string | undefined {
  if (before.account === after.account && before.region === after.region) return undefined;
  return `${COMPARE_TEXT.place(before.account, before.region)} → ${COMPARE_TEXT.place(after.account, after.region)}`;
}

interface TitleProps {
  readonly diff: Comparison;
  readonly places: string | undefined;
  readonly children: ReactNode;
}

function Title({ diff, places, children }: TitleProps) {
  return (
    <header className={styles.title}>
      <h1>
        {diff.titles.before} → {diff.titles.after}
      </h1>
      <span className={styles.soft}>
        {places !== undefined && `${places}, `}
        <Registered revision={diff.before} />, <Registered revision={diff.after} />
      </span>
      <div className={styles.actions}>
        {children}
        <CopyButton value={diffMarkdown(diff)}>
          {({ copied, copy }) => (
            <Button onClick={copy}>{copied ? COMPARE_TEXT.copied : COMPARE_TEXT.copy}</Button>
          )}
        </CopyButton>
      </div>
    </header>
  );
}

function Registered({ revision }: { readonly revision: Revision }) {
  if (revision.registeredAt === undefined) return <>{revision.name}</>;
  return (
    <>
      {revision.name} {COMPARE_TEXT.registered} <RelativeTime at={revision.registeredAt} />
    </>
  );
}

function Images({ diff }: { readonly diff: RevisionDiff }) {
  if (diff.images.length === 0) return null;
  return (
    <Card title={COMPARE_TEXT.images}>
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
  const unchanged = COMPARE_TEXT.unchanged(diff.unchanged);
  if (groups.length === 0) {
    return (
      <Card title={COMPARE_TEXT.otherChanges} aside={unchanged}>
        <EmptyState title={COMPARE_TEXT.noOtherChanges} />
      </Card>
    );
  }
  return (
    <Card title={COMPARE_TEXT.otherChanges} aside={unchanged}>
      {groups.map((group) => (
        <section key={group.container ?? ''} className={styles.group}>
          <h3>{group.container ?? COMPARE_TEXT.task}</h3>
          <dl className={styles.lines}>
            <DifferenceLines differences={group.differences} />
          </dl>
        </section>
      ))}
    </Card>
  );
}

/** Network, load balancers, capacity and the like, where both sides are of a service. */
function ServiceDifferences({ diff }: { readonly diff: Comparison }) {
  if (diff.service === undefined) return null;
  const { differences, unchanged } = diff.service;
  return (
    <Card title={COMPARE_TEXT.service} aside={COMPARE_TEXT.unchanged(unchanged)}>
      {differences.length === 0 ? (
        <EmptyState title={COMPARE_TEXT.sameService} />
      ) : (
        <div className={styles.group}>
          <dl className={styles.lines}>
            <DifferenceLines differences={differences} />
          </dl>
        </div>
      )}
    </Card>
  );
}

function Raw({ diff }: { readonly diff: RevisionDiff }) {
  const [shown, setShown] = useState(false);
  return (
    <Card
      title={COMPARE_TEXT.json}
      aside={
        <Button size="compact-xs" onClick={() => setShown(!shown)} aria-expanded={shown}>
          {shown ? COMPARE_TEXT.hide : COMPARE_TEXT.sideBySide}
        </Button>
      }
    >
      {shown && (
        <Suspense fallback={<LoadingRows what={COMPARE_TEXT.editor} rows={6} height={20} />}>
          <RawComparison before={diff.beforeJson} after={diff.afterJson} />
        </Suspense>
      )}
    </Card>
  );
}
