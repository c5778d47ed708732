import { Button, CopyButton } from '@mantine/core';
import type { Plan } from '../../../../shared/model/plan.ts';
import { PlanSection } from '../../ui/plan-section.tsx';
import styles from './plan-other-way.module.css';
import { PLAN_TEXT } from './plan-text.ts';

/** How to carry out a plan that is not Slipway's to carry out. */
export function PlanOtherWay({ plan: { otherWay, commands } }: { readonly plan: Plan }) {
  if (otherWay === undefined) return null;
  return (
    <PlanSection title={PLAN_TEXT.otherWay} aside={<CopyAll commands={commands} />}>
      <p className={styles.sentence}>{otherWay.sentence}</p>
      {otherWay.appSpec !== undefined && (
        <section aria-label={PLAN_TEXT.appSpec}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
          <pre className={styles.text} tabIndex={0}>
            {otherWay.appSpec}
          </pre>
        </section>
      )}
    </PlanSection>
  );
}

function CopyAll({ commands }: { readonly commands: readonly string[] }) {
  return (
    <CopyButton value={`${commands.join('\n')}\n`}>
      {({ copied, copy }) => (
        <Button variant="subtle" size="compact-xs" onClick={copy}>
          {copied ? PLAN_TEXT.copied : PLAN_TEXT.copyCommands}
        </Button>
      )}
    </CopyButton>
  );
}
