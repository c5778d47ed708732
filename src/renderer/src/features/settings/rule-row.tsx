import { ActionIcon, Button } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { EnvironmentRule } from '../../../../shared/model/environment.ts';
import { EnvironmentBadge } from '../../ui/environment-badge.tsx';
import { guardLabels, matchLabel } from './rule-labels.ts';
import styles from './settings.module.css';
import { RULES_TEXT } from './settings-text.ts';

interface RuleRowProps {
  readonly rule: EnvironmentRule;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly isEdited: boolean;
  readonly isLocked: boolean;
  /** It was just moved here: the keyboard goes with it. */
  readonly isFocused: boolean;
  readonly onEdit: () => void;
  readonly onMove: (by: -1 | 1) => void;
}

/** One rule: its environment, what it matches, what it says about changes. */
export function RuleRow(props: RuleRowProps) {
  const { rule, isFirst, isLast, isEdited, isLocked, isFocused, onEdit, onMove } = props;
  const label = matchLabel(rule);
  const guards = guardLabels(rule);
  const edit = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isFocused) edit.current?.focus();
  }, [isFocused]);
  return (
    <div className={styles.rule}>
      <span className={styles.environment}>
        {rule.environment === undefined && rule.name === undefined && rule.color === undefined ? (
          <span className={styles.soft}>{RULES_TEXT.otherRules}</span>
        ) : (
          <EnvironmentBadge
            environment={rule.environment ?? 'development'}
            {...(rule.name === undefined ? {} : { name: rule.name })}
            {...(rule.color === undefined ? {} : { color: rule.color })}
          />
        )}
      </span>
      <span className={styles.match}>{label}</span>
      <span className={styles.guards}>{guards.length === 0 ? RULES_TEXT.noGuards : guards.join(' · ')}</span>
      <span className={styles.ruleActions}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={RULES_TEXT.moveUp(label)}
          title={RULES_TEXT.moveUp(label)}
          disabled={isFirst || isLocked}
          onClick={() => onMove(-1)}
        >
          <IconArrowUp size={14} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={RULES_TEXT.moveDown(label)}
          title={RULES_TEXT.moveDown(label)}
          disabled={isLast || isLocked}
          onClick={() => onMove(1)}
        >
          <IconArrowDown size={14} />
        </ActionIcon>
        <Button
          ref={edit}
          size="compact-xs"
          aria-label={RULES_TEXT.editRule(label)}
          aria-expanded={isEdited}
          disabled={isLocked}
          onClick={onEdit}
        >
          {isEdited ? RULES_TEXT.editing : RULES_TEXT.edit}
        </Button>
      </span>
    </div>
  );
}
