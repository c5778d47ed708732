import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { z } from 'zod';
import type { Scope } from '../../../../shared/model/account.ts';
import { type BuildFolder, VariableName } from '../../../../shared/model/docker.ts';
import { recall, remember } from '../../lib/memory.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { useRepositories } from '../images/repository-select.tsx';
import { asTagPattern, type ProposedTag, proposedTags, type TagPattern } from './tag-pattern.ts';
import { useRepositoryTags } from './use-repository-tags.ts';

const TYPED_MS = 300;

const TYPED = z.strictObject({
  tag: z.string().optional(),
  pattern: z.string().optional(),
  variable: z.string().optional(),
});

interface ProposedTags {
  readonly tag: string;
  /** What the tag is made of; undefined for one that was typed. */
  readonly pattern: TagPattern | undefined;
  readonly proposals: readonly ProposedTag[];
  /** The variable that gives the tag, where one has to be named. */
  readonly variable: VariableChoice | undefined;
  readonly isReading: boolean;
  readonly type: (tag: string) => void;
  readonly pick: (pattern: TagPattern) => void;
  /** Reads what the patterns need. */
  readonly read: () => void;
  /** Keeps the pattern for the next build for this repository. */
  readonly keep: () => void;
}

interface VariableChoice {
  readonly name: string;
  /** Why it gives no tag. */
  readonly problem: string | undefined;
  readonly rename: (name: string) => void;
}

/**
 * The tag of a build: by the pattern that was used last for the repository, unless one is typed.
 *
 * @param draftKey where what is typed or picked is kept
 */
export function useProposedTag(
  { account, region }: Scope,
  offer: BuildFolder,
  repository: string | undefined,
  draftKey: string,
): ProposedTags {
  const [{ tag: typed, pattern: picked, variable: renamed }, setDraft] = useDraft({
    key: draftKey,
    shape: TYPED,
    initial: {},
  });
  const [isAsked, setAsked] = useState(false);
  const key = `tag-pattern.${account}.${region}.${repository ?? ''}`;
  const variableKey = `tag-variable.${account}.${region}.${repository ?? ''}`;
  const pattern = asTagPattern(picked) ?? asTagPattern(recall(key)) ?? 'commit';
  const isNeeded = isAsked || (pattern !== 'commit' && pattern !== 'full-commit');
  const name = renamed ?? recall(variableKey) ?? '';
  // Each read asks git, so it waits until the name is typed.
  const [asked] = useDebouncedValue(name, TYPED_MS);
  const isVariable = pattern === 'variable' && asked === name && VariableName.safeParse(name).success;
  const details = useEngineQuery(
    'docker.folder',
    {
      folder: offer.folder,
      include: ['describe', 'versions'],
      ...(isVariable ? { variable: name } : {}),
    },
    { enabled: isNeeded },
  );
  const repositories = useRepositories({ account, region });
  const isThere = repositories.data?.some(({ name }) => name === repository) === true;
  const { tags, isReading } = useRepositoryTags({ account, region }, repository, {
    isNeeded: isNeeded && isThere,
  });
  const proposals = proposedTags({ offer, details: details.data, tags });
  const proposed = proposals.find((each) => each.pattern === pattern);
  return {
    tag: typed ?? proposed?.tag ?? (pattern === 'variable' ? '' : offer.suggestedTag),
    pattern: typed !== undefined ? undefined : pattern === 'variable' ? pattern : proposed?.pattern,
    proposals,
    variable:
      typed !== undefined || pattern !== 'variable'
        ? undefined
        : {
            name,
            problem: details.data?.variable?.problem,
            rename: (next) => setDraft({ pattern: picked, variable: next }),
          },
    isReading: details.isLoading || isReading,
    type: (next) => setDraft({ tag: next, pattern: picked, variable: renamed }),
    pick: (next) => setDraft({ pattern: next, variable: renamed }),
    read: () => setAsked(true),
    keep() {
      if (typed !== undefined || proposed === undefined) return;
      remember(key, proposed.pattern);
      if (proposed.pattern === 'variable') remember(variableKey, name);
    },
  };
}
