import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import { Family } from '../../../../shared/model/revision.ts';
import { useEngine } from '../../lib/engine.ts';
import { engineQuery, useEngineChange } from '../../lib/queries.ts';
import { useRefusals } from '../../lib/refusals.ts';
import type { readDocument } from './draft-document.ts';
import type { EditorDraft } from './use-editor-draft.ts';

const TYPING_MS = 250;

export type Document = ReturnType<typeof readDocument>;

/** What the engine says of the text, a moment after the last key; until then what it said of the text before. */
export function useRegistrationCheck(json: string, base: string) {
  const [rested] = useDebouncedValue(json, TYPING_MS);
  const query = engineQuery(useEngine(), 'revisions.check', { json: rested, base });
  const check = useQuery({ ...query, placeholderData: keepPreviousData, gcTime: 0 });
  const problems = check.data?.problems ?? [];
  const isChecked = rested === json && check.isSuccess && !check.isPlaceholderData;
  return {
    /** The text that is checked. */
    rested,
    data: check.data,
    error: check.error,
    retry: (): void => void check.refetch(),
    problems,
    /** Whether the problems are those of the text as it is now. */
    isChecked,
    /** Whether it can be registered. */
    isSound: isChecked && problems.every(({ severity }) => severity !== 'error'),
  };
}

export type RegistrationCheckState = ReturnType<typeof useRegistrationCheck>;

interface RegisteringOptions {
  readonly scope: Scope;
  readonly draft: EditorDraft;
  readonly document: Document;
}

/** Registers the text of the editor, and knows whether it is registered already. */
export function useRegistering({ scope, draft, document }: RegisteringOptions) {
  const { json, note } = draft;
  const register = useEngineChange('revisions.register');
  const [deploys, setDeploys] = useState(false);
  const refusals = useRefusals({ ...scope, changes: ['register'], ...familyOf(document) });
  // The same text once more would be another number for nothing.
  const isRegistered = register.isSuccess && register.variables.json === json;
  const isRefused = refusals.isRefused('register') && !isRegistered;

  const registerOnce = (): void => {
    if (isRegistered) return;
    const why = note.trim();
    register.mutate({ ...scope, json, ...(why === '' ? {} : { note: why }) }, { onSuccess: draft.done });
  };
  return {
    register,
    refusals,
    isRegistered,
    /** Whether the registered revision is deployed next. */
    deploys,
    send: (): void => {
      if (isRefused) return;
      setDeploys(false);
      registerOnce();
    },
    sendAndDeploy: (): void => {
      if (isRefused) return;
      setDeploys(true);
      registerOnce();
    },
  };
}

export type Registering = ReturnType<typeof useRegistering>;

/** The family of the document, where ECS would take it as one. */
function familyOf(document: Document): { readonly family?: string } {
  const family = Family.safeParse(document === undefined ? undefined : Reflect.get(document, 'family'));
  return family.success ? { family: family.data } : {};
}
