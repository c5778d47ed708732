import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { EnvironmentRule, EnvironmentRules, RuleChange } from '../../../../shared/model/environment.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice, ErrorPage } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mono } from '../../ui/mono.tsx';
import { type Edited, useKeptRule } from './kept-rule.ts';
import { draftOf } from './rule-draft.ts';
import { RuleForm } from './rule-form.tsx';
import { matchLabel } from './rule-labels.ts';
import { RuleRow } from './rule-row.tsx';
import styles from './settings.module.css';
import { RULE_TEXT, RULES_TEXT } from './settings-text.ts';

/** The rules that say what is production and how changes are guarded, as the file has them. */
export function EnvironmentsCard() {
  const rules = useEngineQuery('environments.rules', {}, { pollMs: 5_000 });
  if (rules.data) return <Rules read={rules.data} />;
  return (
    <Card title={RULES_TEXT.title}>
      {rules.error ? (
        <ErrorPage error={rules.error} onRetry={() => void rules.refetch()} />
      ) : (
        <LoadingRows what="the rules" rows={3} height={32} />
      )}
    </Card>
  );
}

function Rules({ read }: { readonly read: EnvironmentRules }) {
  const { file, rules, problem, version } = read;
  const cache = useQueryClient();
  const change = useEngineChange('environments.changeRules');
  const [edited, setEdited] = useKeptRule();
  const [moved, setMoved] = useState<number>();
  const editedAt = edited?.rule === undefined ? undefined : placeOf(edited.rule, edited.at, rules);

  function send(wanted: RuleChange): void {
    change.mutate(
      { version, change: wanted },
      {
        onSuccess: (answer) => {
          cache.setQueryData(['environments.rules', {}], answer);
          setEdited(undefined);
          setMoved(wanted.kind === 'move' ? wanted.to : undefined);
          // What a place is decides how plans and lists show it.
          void cache.invalidateQueries();
        },
        onError: () => void cache.invalidateQueries({ queryKey: ['environments.rules'] }),
      },
    );
  }

  function open(next: Edited | undefined): void {
    change.reset();
    setEdited(next);
  }

  /** The form of what is edited; where its rule stands now, if it is still there. */
  function form({ draft, rule }: Edited, at: number | undefined) {
    return (
      <RuleForm
        label={rule === undefined ? RULE_TEXT.newRule : RULE_TEXT.formOf(matchLabel(rule))}
        draft={draft}
        rule={rule}
        onChange={(next) => setEdited(edited && { ...edited, draft: next })}
        isOutdated={at === undefined}
        error={change.error}
        isSaving={change.isPending}
        onSave={(next) => {
          if (at === undefined) return;
          send(rule === undefined ? { kind: 'add', at, rule: next } : { kind: 'replace', at, rule: next });
        }}
        onDiscard={() => open(undefined)}
        {...(rule === undefined || at === undefined ? {} : { onRemove: () => send({ kind: 'remove', at }) })}
      />
    );
  }

  return (
    <Card
      title={RULES_TEXT.title}
      aside={
        <Button
          disabled={problem !== undefined || edited !== undefined}
          onClick={() => open({ draft: draftOf(), at: 0 })}
        >
          {RULES_TEXT.add}
        </Button>
      }
    >
      {problem === undefined ? null : (
        <p className={styles.problem} role="alert">
          {problem} {RULES_TEXT.notValid}
        </p>
      )}
      {edited !== undefined && edited.rule === undefined ? form(edited, 0) : null}
      {edited === undefined && change.error ? <ErrorNotice error={change.error} /> : null}
      {rules.length === 0 && edited === undefined ? (
        problem === undefined && <EmptyState title={RULES_TEXT.none}>{RULES_TEXT.howToClassify}</EmptyState>
      ) : (
        <ol className={styles.rules} aria-label={RULES_TEXT.title}>
          {rules.map((rule, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the order makes a rule, and two rules can be equal
            <li key={at}>
              <RuleRow
                rule={rule}
                isFirst={at === 0}
                isLast={at === rules.length - 1}
                isEdited={editedAt === at}
                isLocked={
                  problem !== undefined || change.isPending || (edited !== undefined && editedAt !== at)
                }
                isFocused={moved === at}
                onEdit={() => open({ rule, at, draft: draftOf(rule) })}
                onMove={(to) => send({ kind: 'move', at, to: at + to })}
              />
              {edited !== undefined && editedAt === at ? form(edited, at) : null}
            </li>
          ))}
        </ol>
      )}
      {edited?.rule !== undefined && editedAt === undefined ? form(edited, undefined) : null}
      <CardBody>
        <p className={styles.file}>
          {RULES_TEXT.order} {RULES_TEXT.file} <Mono>{file}</Mono>{' '}
          <CopyId value={file} what={RULES_TEXT.pathOfFile} />
        </p>
      </CardBody>
    </Card>
  );
}

/** Where the edited rule stands now: somebody else may have added rules before it. Undefined once it is another one. */
function placeOf(
  edited: EnvironmentRule,
  before: number,
  rules: readonly EnvironmentRule[],
): number | undefined {
  const wanted = JSON.stringify(edited);
  const isSame = (rule: EnvironmentRule | undefined): boolean => JSON.stringify(rule) === wanted;
  if (isSame(rules[before])) return before;
  const places = rules.flatMap((rule, at) => (isSame(rule) ? [at] : []));
  return places.length === 1 ? places[0] : undefined;
}
