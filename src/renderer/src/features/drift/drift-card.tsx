import { Button, CopyButton } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type Declaration,
  type DeclaredMember,
  type Drift,
  type DriftPatch,
  declarationCounts,
  hiddenDifference,
} from '../../../../shared/model/drift.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { visibleText } from '../../../../shared/visible-text.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { After, Arrow, Before } from '../../ui/before-after.tsx';
import { Card, CardBody } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Mono } from '../../ui/mono.tsx';
import styles from './drift-card.module.css';
import { DRIFT_TEXT } from './drift-text.ts';

const STALE_MS = 60_000;

interface DriftCardProps {
  readonly service: ServiceRef;
}

/** What declares the service, with the differences and the way back. Nothing for a service that nothing declares. */
export function DriftCard({ service: { account, region, cluster, service } }: DriftCardProps) {
  const input = { account, region, cluster, service };
  const { data } = useEngineQuery('drift.get', input, { staleMs: STALE_MS });
  const [isShown, setShown] = useState(false);
  // The page is whole without it; the plan of a deploy says what could not be read.
  if (data === undefined || !saysMoreThanRules(data)) return null;
  const hasOtherImage = data.declarations.some(mayHaveOtherImage);
  return (
    <Card
      title={DRIFT_TEXT.title}
      aside={
        hasOtherImage && !isShown ? (
          <Button size="compact-xs" variant="default" onClick={() => setShown(true)}>
            {DRIFT_TEXT.show}
          </Button>
        ) : undefined
      }
    >
      {data.declarations.map((each) => (
        <OneDeclaration key={`${each.title} ${each.where}`} declaration={each} />
      ))}
      {data.notRead.map((sentence) => (
        <p key={sentence} className={styles.note} role="note">
          <Mark kind="warning" /> {sentence}
        </p>
      ))}
      {isShown ? <Patches service={input} /> : null}
    </Card>
  );
}

interface WriteBackStepProps extends DriftCardProps {
  /** Of the deployment, such as `web:42`. */
  readonly revision: string;
}

/** After a deployment: which declaration has another image, and the patch that writes this one there. Nothing where none has. */
export function WriteBackStep({
  service: { account, region, cluster, service },
  revision,
}: WriteBackStepProps) {
  const input = { account, region, cluster, service };
  const { data } = useEngineQuery('drift.get', input, { staleMs: STALE_MS });
  const [isShown, setShown] = useState(false);
  const others = data?.declarations.filter(mayHaveOtherImage) ?? [];
  const declaration = others.find(({ isOwner }) => isOwner) ?? others[0];
  if (declaration === undefined) return null;
  return (
    <section className={styles.step} aria-label={DRIFT_TEXT.writeBack}>
      <p className={styles.title}>
        <Mark kind="drifted" />
        <span className={styles.sentence}>{otherImageSentence(declaration, revision)}</span>
        <Button
          size="compact-xs"
          variant="default"
          aria-expanded={isShown}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? DRIFT_TEXT.hide : DRIFT_TEXT.show}
        </Button>
      </p>
      {isShown ? <Patches service={input} /> : null}
    </section>
  );
}

function isOfImage({ name }: DeclaredMember): boolean {
  return name.startsWith('image of ');
}

/** Whether it has another image than runs, or computes it. */
function mayHaveOtherImage({ differences, computed }: Declaration): boolean {
  return [...differences, ...computed].some(isOfImage);
}

function otherImageSentence(
  { title, isOwner, differences, computed }: Declaration,
  revision: string,
): string {
  if (differences.some(isOfImage)) {
    return isOwner ? DRIFT_TEXT.ownerHasOther(title, revision) : DRIFT_TEXT.hasOther(title, revision);
  }
  return DRIFT_TEXT.computesImage(title, computed.find(isOfImage)?.by ?? '');
}

/** A slipway.yml that what runs follows declares nothing: its rules are shown elsewhere. */
function saysMoreThanRules({ declarations, notRead }: Drift): boolean {
  return (
    notRead.length > 0 ||
    declarations.some(({ kind, differences }) => kind !== 'project-file' || differences.length > 0)
  );
}

function OneDeclaration({ declaration }: { readonly declaration: Declaration }) {
  const { title, where, isOwner, differences, computed, notes } = declaration;
  return (
    <div className={styles.declaration}>
      <p className={styles.title}>
        <Mark kind={differences.length > 0 ? 'drifted' : 'ok'} />
        <b title={where}>{title}</b>
        <span className={styles.soft}>
          {isOwner ? `${DRIFT_TEXT.owner}; ` : ''}
          {declarationCounts(declaration)}
          {differences.some(hasBothValues) ? `; ${DRIFT_TEXT.order}` : ''}
        </span>
      </p>
      {differences.length + computed.length === 0 ? null : (
        <dl className={styles.members} aria-label={DRIFT_TEXT.differences(title)}>
          {[...differences, ...computed].map((member) => (
            <Member key={member.name} member={member} />
          ))}
        </dl>
      )}
      {notes.map((note) => (
        <p key={note} className={styles.soft}>
          {note}
        </p>
      ))}
    </div>
  );
}

function hasBothValues({ declared, running }: DeclaredMember): boolean {
  return declared !== undefined && running !== undefined;
}

function Member({ member }: { readonly member: DeclaredMember }) {
  const { name, declared, running, by } = member;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {by !== undefined ? (
          DRIFT_TEXT.computed(by)
        ) : declared === undefined || running === undefined ? (
          hiddenDifference(member)
        ) : (
          <Mono>
            <Before>{declared}</Before> <Arrow /> <After>{running}</After>
          </Mono>
        )}
      </dd>
    </>
  );
}

function Patches({ service }: { readonly service: ServiceRef }) {
  // A patch is made from the files as they are now.
  const { data, error, refetch } = useEngineQuery('drift.patch', service, { staleMs: 0 });
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <LoadingRows what={DRIFT_TEXT.loading} rows={3} height={24} />;
  if (data.patches.length === 0) return <CardBody>{DRIFT_TEXT.nothing}</CardBody>;
  return data.patches.map((patch) => <Patch key={`${patch.title} ${patch.file}`} patch={patch} />);
}

/** A file of a repository may have characters that turn or hide text; line ends and tabs are no such thing. */
function shownDiff(diff: string): string {
  const lines = diff.split(/\r?\n/);
  return lines.map((line) => line.split('\t').map(visibleText).join('\t')).join('\n');
}

function Patch({ patch: { title, sentence, id, file = '', diff } }: { readonly patch: DriftPatch }) {
  const cache = useQueryClient();
  const apply = useEngineChange('drift.applyPatch');
  const write = (): void => {
    if (id === undefined) return;
    apply.mutate({ id }, { onSuccess: () => void cache.invalidateQueries({ queryKey: ['drift.get'] }) });
  };
  return (
    <div className={styles.declaration}>
      <p className={styles.soft}>
        <b>{title}</b>: {sentence}
      </p>
      {diff === undefined ? null : (
        <>
          {/* Long lines are scrolled to, also with the keyboard. */}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable. */}
          <section className={styles.diff} aria-label={DRIFT_TEXT.diff(file)} tabIndex={0}>
            <pre>{shownDiff(diff)}</pre>
          </section>
          <div className={styles.actions}>
            <CopyButton value={diff}>
              {({ copied, copy }) => (
                <Button size="compact-xs" variant="default" onClick={copy}>
                  {copied ? DRIFT_TEXT.copied : DRIFT_TEXT.copy}
                </Button>
              )}
            </CopyButton>
            <Button
              size="compact-xs"
              onClick={write}
              loading={apply.isPending}
              disabled={apply.data !== undefined}
              title={file}
            >
              {DRIFT_TEXT.apply}
            </Button>
            {apply.data === undefined ? null : (
              <span role="status">{DRIFT_TEXT.applied(apply.data.file)}</span>
            )}
          </div>
        </>
      )}
      {apply.error === null ? null : <ErrorNotice error={apply.error} />}
    </div>
  );
}
