import { Highlight, UnstyledButton } from '@mantine/core';
import { type MouseEvent, useEffect, useRef } from 'react';
import { isSameService, toggleFavourite, useFavourites } from '../../lib/kept-services.ts';
import styles from './palette.module.css';
import type { PaletteAction } from './palette-actions.ts';
import { PALETTE_TEXT } from './palette-text.ts';

interface PaletteListProps {
  readonly id: string;
  readonly actions: readonly PaletteAction[];
  /** The id of the action that Enter carries out. */
  readonly active: string | undefined;
  readonly text: string;
  readonly onRun: (action: PaletteAction) => void;
}

/** What the palette offers, in groups. The focus stays in the text field, which names the active option. */
export function PaletteList({ id, actions, active, text, onRun }: PaletteListProps) {
  const groups = Map.groupBy(actions, (action) => action.group);
  const terms = text.split(/\s+/).filter(Boolean);
  return (
    <div id={id} role="listbox" aria-label={PALETTE_TEXT.results} className={styles.list} tabIndex={-1}>
      {[...groups].map(([group, members]) => (
        // biome-ignore lint/a11y/useSemanticElements: a group of options in a list box is no fieldset
        <div key={group} role="group" aria-label={group}>
          <div className={styles.group} aria-hidden>
            {group}
          </div>
          {members.map((action) => (
            <PaletteOption
              key={action.id}
              action={action}
              isActive={action.id === active}
              terms={terms}
              onRun={onRun}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

interface PaletteOptionProps {
  readonly action: PaletteAction;
  readonly isActive: boolean;
  readonly terms: readonly string[];
  readonly onRun: (action: PaletteAction) => void;
}

function PaletteOption({ action, isActive, terms, onRun }: PaletteOptionProps) {
  const option = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isActive) option.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  const { service } = action;
  const onClick = (event: MouseEvent): void => {
    const isStar = event.target instanceof Element && event.target.closest('[data-star]') !== null;
    if (isStar && service !== undefined) toggleFavourite(service);
    else onRun(action);
  };
  return (
    <UnstyledButton
      ref={option}
      id={optionId(action)}
      role="option"
      aria-selected={isActive}
      tabIndex={-1}
      className={styles.action}
      // The focus stays in the text field.
      onMouseDown={(event: MouseEvent) => event.preventDefault()}
      onClick={onClick}
    >
      <span className={styles.body}>
        <Highlight component="span" className={styles.label} highlight={[...terms]}>
          {action.label}
        </Highlight>
        <span className={styles.description}>{action.description}</span>
      </span>
      {service === undefined ? null : <Star service={service} />}
    </UnstyledButton>
  );
}

/** Shows whether a service is a favourite. A click changes it; the keyboard has a shortcut for that. */
function Star({ service }: { readonly service: NonNullable<PaletteAction['service']> }) {
  const isFavourite = useFavourites().some((each) => isSameService(each, service));
  return (
    <span data-star className={styles.star} aria-hidden>
      {isFavourite ? '★' : '☆'}
    </span>
  );
}

/** The id of an action's element. Names may have any characters, ids of elements no spaces. */
export function optionId({ id }: PaletteAction): string {
  return `palette-${encodeURIComponent(id)}`;
}
