import { Button, CopyButton } from '@mantine/core';
import type { Plan } from '../../../../shared/model/plan.ts';
import { PlanSection } from '../../ui/plan-section.tsx';
import styles from './plan-calls.module.css';
import { PLAN_TEXT } from './plan-text.ts';

/** The calls that will be sent, in their order, and the same to be pasted into a shell. */
export function PlanCalls({ plan }: { readonly plan: Plan }) {
  if (plan.calls.length === 0) return null;
  return (
    <PlanSection title={PLAN_TEXT.calls} aside={<CopyCommands commands={plan.commands} />}>
      <ol className={styles.calls}>
        {plan.calls.map(({ operation, target }) => (
          <li key={`${operation} ${target}`}>
            {operation} {target}
          </li>
        ))}
      </ol>
    </PlanSection>
  );
}

function CopyCommands({ commands }: { readonly commands: readonly string[] }) {
  return (
    <CopyButton value={`${commands.join('\n')}\n`}>
      {({ copied, copy }) => (
        <Button variant="subtle" size="compact-xs" onClick={copy}>
          {copied ? PLAN_TEXT.copied : PLAN_TEXT.copy}
        </Button>
      )}
    </CopyButton>
  );
}
