import { UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { Mark, type MarkKind } from './mark.tsx';
import styles from './state-filter.module.css';

export interface CountedState<State extends string> {
  readonly state: State;
  readonly count: number;
  readonly label: string;
  readonly mark?: MarkKind;
}

interface StateFilterProps<State extends string> {
  /** What the states are of, for a screen reader. */
  readonly label: string;
  /** How many there are in all; undefined until it is known. */
  readonly total: number | undefined;
  readonly allLabel: string;
  readonly states: readonly CountedState<State>[];
  /** Undefined: all are shown. */
  readonly chosen: State | undefined;
  readonly onChoose: (state: State | undefined) => void;
  /** Further fields at the end of the line. */
  readonly children: ReactNode;
}

/** The states of a list with their counts, each a filter; a second click shows all again. */
export function StateFilter<State extends string>(props: StateFilterProps<State>) {
  const { label, total, allLabel, states, chosen, onChoose, children } = props;
  return (
    <div className={styles.toolbar}>
      <fieldset className={styles.states} aria-label={label}>
        <UnstyledButton
          className={styles.state}
          aria-pressed={chosen === undefined}
          onClick={() => onChoose(undefined)}
        >
          <b>{total ?? ''}</b> {allLabel}
        </UnstyledButton>
        {states.map(({ state, count, label: name, mark }) => (
          <UnstyledButton
            key={state}
            className={styles.state}
            aria-pressed={state === chosen}
            onClick={() => onChoose(state === chosen ? undefined : state)}
          >
            {mark === undefined ? null : <Mark kind={mark} />} <b>{count}</b> {name}
          </UnstyledButton>
        ))}
      </fieldset>
      <span className={styles.fields}>{children}</span>
    </div>
  );
}
