import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { CleanupPolicy } from '../../../../shared/model/cleanup.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import styles from './cleanup-page.module.css';
import { CleanupPreview } from './cleanup-preview.tsx';
import { PolicyForm } from './policy-form.tsx';

interface CleanupPageProps {
  readonly scope: Scope;
  /** The family that is chosen to begin with. */
  readonly family?: string | undefined;
}

/** What the person asked to see. The number makes asking for the same again a new preview. */
interface Asked {
  readonly family: string;
  readonly policy: CleanupPolicy;
  readonly number: number;
}

/** Clears old revisions of a family: a policy, the preview of what goes and stays, and the run. */
export function CleanupPage({ scope, family }: CleanupPageProps) {
  const [asked, setAsked] = useState<Asked>();
  const [running, setRunning] = useState(false);
  return (
    <main className={styles.page}>
      <h1 className={styles.title}>Clean up</h1>
      <Card title="Old revisions of a family">
        <CardBody>
          <PolicyForm
            scope={scope}
            family={family}
            disabled={running}
            onPreview={(chosen, policy) =>
              setAsked((before) => ({ family: chosen, policy, number: (before?.number ?? 0) + 1 }))
            }
          />
        </CardBody>
      </Card>
      {asked ? (
        <CleanupPreview
          key={asked.number}
          scope={scope}
          family={asked.family}
          policy={asked.policy}
          onRunningChange={setRunning}
        />
      ) : (
        <EmptyState title="Nothing is removed before you have seen it.">
          The preview reads every service, deployment and task of the account and region, and says for each
          revision whether it goes or stays, and why.
        </EmptyState>
      )}
    </main>
  );
}
