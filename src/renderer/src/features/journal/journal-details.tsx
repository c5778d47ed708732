import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import { useFormatInstant } from '../../lib/time-zone.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { ExecutionSteps } from '../../ui/execution-steps.tsx';
import { FailureTable } from '../../ui/failure-table.tsx';
import { LastLinesView } from '../../ui/last-lines.tsx';
import { Mono } from '../../ui/mono.tsx';
import styles from './journal-details.module.css';
import { JOURNAL_TEXT } from './journal-text.ts';

/**
 * What was done and seen of a change: why and on what it was made, the checks that somebody went ahead with, the calls
 * with their answers, and the evidence of a failure.
 */
export function JournalDetails({ entry }: { readonly entry: JournalEntry }) {
  const formatInstant = useFormatInstant();
  const { steps, evidence, overrides = [] } = entry;
  const lastLines = evidence?.lastLines ?? evidence?.diagnosis?.lastLines;
  return (
    <details className={styles.details}>
      <summary>{JOURNAL_TEXT.details}</summary>
      <Facts entry={entry} />
      {overrides.length > 0 && (
        <Part title={JOURNAL_TEXT.overridden}>
          {overrides.map(({ rule, subject, message, advice }) => (
            <li key={`${rule} ${subject}`}>
              {message}
              {advice !== undefined && `. ${advice}`}
            </li>
          ))}
        </Part>
      )}
      <Unsent entry={entry} />
      <ExecutionSteps steps={steps} />
      {evidence !== undefined && (
        <>
          <FailureTable failures={evidence.failures} />
          {lastLines !== undefined && <LastLinesView lastLines={lastLines} />}
          {evidence.events.length > 0 && (
            <Part title={JOURNAL_TEXT.events}>
              {evidence.events.map(({ id, at, message }) => (
                <li key={id}>
                  {formatInstant(at)} {message}
                </li>
              ))}
            </Part>
          )}
        </>
      )}
    </details>
  );
}

function Facts({ entry }: { readonly entry: JournalEntry }) {
  const formatInstant = useFormatInstant();
  const { approvedBy, plannedBy, link, commit, base, taskDefinitionArn, deploymentArn, settledAt } = entry;
  return (
    <dl className={styles.facts}>
      <Fact label={JOURNAL_TEXT.facts.approvedBy}>{approvedBy !== undefined && approvedBy}</Fact>
      <Fact label={JOURNAL_TEXT.facts.plannedBy}>{plannedBy !== undefined && plannedBy}</Fact>
      <Fact label={JOURNAL_TEXT.facts.link}>
        {link !== undefined && (
          <Anchor href={link} target="_blank" rel="noreferrer" inherit>
            {link}
          </Anchor>
        )}
      </Fact>
      <Fact label={JOURNAL_TEXT.facts.commit}>
        {commit !== undefined && (
          <>
            <Mono>{commit.slice(0, SHORT_COMMIT)}</Mono> <CopyId value={commit} what="commit" />
          </>
        )}
      </Fact>
      <Fact label={JOURNAL_TEXT.facts.base}>{base !== undefined && <Mono>{lastPart(base)}</Mono>}</Fact>
      <Fact label={JOURNAL_TEXT.facts.revision}>
        {taskDefinitionArn !== undefined && <Mono>{lastPart(taskDefinitionArn)}</Mono>}
      </Fact>
      <Fact label={JOURNAL_TEXT.facts.deployment}>
        {deploymentArn !== undefined && <Mono>{lastPart(deploymentArn)}</Mono>}
      </Fact>
      <Fact label={JOURNAL_TEXT.facts.ended}>{settledAt !== undefined && formatInstant(settledAt)}</Fact>
    </dl>
  );
}

const SHORT_COMMIT = 12;

interface FactProps {
  readonly label: string;
  /** False where there is nothing to say. */
  readonly children: ReactNode;
}

function Fact({ label, children }: FactProps) {
  if (children === false) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Reads change nothing, so that the journal writes down none of them. */
const READ = /^(?:Describe|Get|List)/;

/** Calls that were planned and never sent, since it ended before them. */
function Unsent({ entry: { calls, steps, state } }: { readonly entry: JournalEntry }) {
  const sent = new Set(steps.map(({ operation }) => operation));
  const unsent =
    state === 'open' ? [] : calls.filter(({ operation }) => !sent.has(operation) && !READ.test(operation));
  return (
    <Part title={JOURNAL_TEXT.notSent}>
      {unsent.map(({ operation, target }) => (
        <li key={`${operation} ${target}`}>
          {operation} {target}
        </li>
      ))}
    </Part>
  );
}

interface PartProps {
  readonly title: string;
  readonly children: readonly ReactNode[];
}

function Part({ title, children }: PartProps) {
  if (children.length === 0) return null;
  return (
    <section aria-label={title}>
      <h4 className={styles.title}>{title}</h4>
      <ul className={styles.list}>{children}</ul>
    </section>
  );
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
