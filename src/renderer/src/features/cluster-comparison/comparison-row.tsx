import { Anchor, Button, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import {
  type ComparedClusters,
  type ComparedService,
  type ComparedServiceState,
  clusterNames,
  comparedStateText,
} from '../../../../shared/model/cluster-comparison.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { differenceGroups } from '../../lib/difference-groups.ts';
import { formatPlacedName } from '../../lib/place-address.ts';
import lines from '../../ui/difference-list.module.css';
import { DifferenceLines } from '../../ui/difference-list.tsx';
import { ImageChange } from '../../ui/image-change.tsx';
import { Mark, type MarkKind } from '../../ui/mark.tsx';
import styles from './cluster-comparison.module.css';
import { COMPARISON_TEXT } from './comparison-text.ts';

const MARKS: Readonly<Record<ComparedServiceState, MarkKind>> = {
  reading: 'idle',
  unread: 'failed',
  diverged: 'warning',
  behind: 'progress',
  ahead: 'progress',
  'other-image': 'drifted',
  settings: 'drifted',
  'only-before': 'idle',
  'only-after': 'idle',
  same: 'ok',
};

interface ComparedProps {
  readonly row: ComparedService;
  readonly clusters: ComparedClusters;
}

interface ComparisonRowProps extends ComparedProps {
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** A service of the two clusters. It opens to what differs, and to the next steps. */
export function ComparisonRow({ row, clusters, isOpen, onToggle }: ComparisonRowProps) {
  const details = useId();
  const names = clusterNames(clusters);
  const { before, after, versions = {}, state, isDeploying } = row;
  const isOfTwoNames = before !== undefined && after !== undefined && before !== after;
  return (
    <>
      <UnstyledButton
        className={styles.row}
        aria-expanded={isOpen}
        {...(isOpen ? { 'aria-controls': details } : {})}
        onClick={onToggle}
      >
        <span className={styles.service}>
          <span aria-hidden>{isOpen ? '▾' : '▸'}</span>
          <span className={styles.name} title={isOfTwoNames ? `${before}, ${after}` : row.id}>
            {isOfTwoNames ? `${before}, ${after}` : row.id}
          </span>
        </span>
        <span className={styles.version} title={versions.before}>
          {versions.before ?? '–'}
        </span>
        <span className={styles.version} title={versions.after}>
          {versions.after ?? '–'}
        </span>
        <span className={styles.said}>
          <Mark kind={MARKS[state]} />
          {comparedStateText(row, names)}
          {isDeploying ? ` (${COMPARISON_TEXT.deploying})` : ''}
        </span>
      </UnstyledButton>
      {isOpen ? (
        <section id={details} className={styles.details} aria-label={COMPARISON_TEXT.details(row.id)}>
          <Differences row={row} />
          <Steps row={row} clusters={clusters} />
        </section>
      ) : null}
    </>
  );
}

function Differences({ row }: { readonly row: ComparedService }) {
  const { images, differences, settings, leftOut, commits, state, problem } = row;
  return (
    <>
      {problem === undefined ? null : <p className={styles.problem}>{problem}</p>}
      {images.length === 0 ? null : (
        <>
          <h3>{COMPARISON_TEXT.images}</h3>
          <dl className={styles.lines}>
            {images.map((image) => (
              <div key={image.container} className={lines.line}>
                <dt className={lines.key}>{image.container}</dt>
                <dd className={lines.image}>
                  <ImageChange difference={withoutAddress(image)} />
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {commits?.problem === undefined ? null : <p>{commits.problem}</p>}
      {commits?.url === undefined ? null : (
        <Anchor href={commits.url} target="_blank" rel="noreferrer" size="sm">
          {COMPARISON_TEXT.commits}
        </Anchor>
      )}
      {settings === 0 ? null : <h3>{COMPARISON_TEXT.settings}</h3>}
      {differenceGroups(differences).map((group) => (
        <dl key={group.container ?? ''} className={styles.lines} aria-label={group.container ?? row.id}>
          <DifferenceLines
            differences={group.differences.map((each) => ({
              ...each,
              ...(group.container === undefined ? {} : { container: group.container }),
            }))}
          />
        </dl>
      ))}
      {settings > differences.length ? <p>{COMPARISON_TEXT.more(settings - differences.length)}</p> : null}
      {state === 'same' ? <p>{COMPARISON_TEXT.noDifferences}</p> : null}
      {leftOut > 0 ? <p className={styles.soft}>{COMPARISON_TEXT.leftOut(leftOut)}</p> : null}
    </>
  );
}

/** The commits have a link of their own, which leads from the older to the newer image. */
function withoutAddress<Image extends { readonly commitsUrl?: string | undefined }>({
  commitsUrl: _url,
  ...image
}: Image) {
  return image;
}

/** The pages of the two services, all that differs, and a deploy of the image of one to the other. */
function Steps({ row, clusters }: ComparedProps) {
  const { before, after, versions = {}, state } = row;
  const names = clusterNames(clusters);
  const one = before === undefined ? undefined : { ...clusters.before, service: before };
  const other = after === undefined ? undefined : { ...clusters.after, service: after };
  const isBehind = state === 'behind' || state === 'diverged' || state === 'other-image';
  const isAhead = state === 'ahead' || state === 'diverged' || state === 'other-image';
  return (
    <div className={styles.steps}>
      {one && other && isBehind ? (
        <PromoteLink from={one} to={other} label={COMPARISON_TEXT.deploy(versions.before, names.after)} />
      ) : null}
      {one && other && isAhead ? (
        <PromoteLink from={other} to={one} label={COMPARISON_TEXT.deploy(versions.after, names.before)} />
      ) : null}
      {one && other ? (
        <Button
          size="compact-sm"
          renderRoot={(props) => (
            <Link
              to="/a/$account/$region/diff"
              params={one}
              search={{ before: sideText(one, one), after: sideText(other, one) }}
              {...props}
            />
          )}
        >
          {COMPARISON_TEXT.compareServices}
        </Button>
      ) : null}
      {one ? <OpenLink service={one} label={COMPARISON_TEXT.open(names.before)} /> : null}
      {other ? <OpenLink service={other} label={COMPARISON_TEXT.open(names.after)} /> : null}
    </div>
  );
}

/** A service as the address of a comparison has it. */
function sideText({ account, region, cluster, service }: ServiceRef, from: ClusterRef): string {
  return formatPlacedName({ name: `service:${cluster}/${service}`, account, region }, from);
}

interface PromoteLinkProps {
  readonly from: ServiceRef;
  readonly to: ServiceRef;
  readonly label: string;
}

/** Opens the deploy of a service with the image of another one. The plan, its checks and its guard are those of any deploy. */
function PromoteLink({ from, to, label }: PromoteLinkProps) {
  const { account, region, cluster, service } = from;
  const promote = formatPlacedName({ name: `${cluster}/${service}`, account, region }, to);
  return (
    <Button
      size="compact-sm"
      renderRoot={(props) => (
        <Link
          to="/a/$account/$region/c/$cluster/s/$service"
          params={to}
          search={{ dialog: 'deploy', promote }}
          {...props}
        />
      )}
    >
      {label}
    </Button>
  );
}

function OpenLink({ service, label }: { readonly service: ServiceRef; readonly label: string }) {
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      renderRoot={(props) => (
        <Link to="/a/$account/$region/c/$cluster/s/$service" params={service} {...props} />
      )}
    >
      {label}
    </Button>
  );
}
