import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { Guard, GuardedPlace } from '../../../../shared/model/environment.ts';
import type { RepositoryPlace } from '../../../../shared/model/promotion.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { ConfirmByTyping } from '../../ui/confirm-by-typing.tsx';

const GUARD_TEXT = {
  outsideWindow: ({ days, from, to, timeZone }: NonNullable<Guard['window']>) =>
    `Also outside of the release window (${days.join(', ')} ${from} to ${to}, ${timeZone})`,
} as const;

/** What a person answers where the rules of a place guard a change that has no plan. */
export interface GuardAnswers {
  readonly guard: Guard | undefined;
  /** What has to be typed. */
  readonly word: string;
  readonly typed: string;
  readonly setTyped: (typed: string) => void;
  readonly overridesWindow: boolean;
  readonly setOverridesWindow: (overrides: boolean) => void;
  /** Whether the change can be sent. The engine checks it again. */
  readonly isAnswered: boolean;
  /** For the input of the change. */
  readonly answers: { readonly confirmation?: string; readonly overrides?: string[] };
}

export function useGuardAnswers(
  place: GuardedPlace & Partial<Pick<RepositoryPlace, 'region' | 'repository'>>,
  word: string,
): GuardAnswers {
  const guard = useEngineQuery('environments.of', place, { staleMs: 60_000 }).data;
  const [typed, setTyped] = useState('');
  const [overridesWindow, setOverridesWindow] = useState(false);
  const needsWord = guard?.confirm === 'name';
  return {
    guard,
    word,
    typed,
    setTyped,
    overridesWindow,
    setOverridesWindow,
    isAnswered: !needsWord || (word !== '' && typed === word),
    answers: {
      ...(needsWord ? { confirmation: typed } : {}),
      ...(guard?.window !== undefined && overridesWindow ? { overrides: ['release-window'] } : {}),
    },
  };
}

/** Nothing where no rule asks for an answer. `purpose`: what typing the name allows, such as `to create it`. */
export function GuardFields({ asked, purpose }: { readonly asked: GuardAnswers; readonly purpose: string }) {
  const { guard, word, typed, setTyped, overridesWindow, setOverridesWindow } = asked;
  return (
    <>
      {guard?.window === undefined ? null : (
        <Checkbox
          label={GUARD_TEXT.outsideWindow(guard.window)}
          checked={overridesWindow}
          onChange={(event) => setOverridesWindow(event.currentTarget.checked)}
        />
      )}
      {guard?.confirm === 'name' && word !== '' ? (
        <ConfirmByTyping expected={word} purpose={purpose} value={typed} onChange={setTyped} />
      ) : null}
    </>
  );
}
