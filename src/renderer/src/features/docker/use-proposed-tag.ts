import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { z } from 'zod';
import { type BuildFolder, VariableName } from '../../../../shared/model/docker.ts';
import { TagSource } from '../../../../shared/model/tag-source.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { useRepositories } from '../images/repository-select.tsx';
import type { DeployTarget } from './rule-refusals.ts';
import {
  asTagPattern,
  type ProposedTag,
  patternOfSource,
  proposedTags,
  type TagPattern,
} from './tag-pattern.ts';
import { useRepositoryTags } from './use-repository-tags.ts';
import { useTagSource } from './use-tag-source.ts';

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
  /** Whether slipway.yml names what the tag is made of. */
  readonly isDeclared: boolean;
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
 * The tag of a build: by the pattern of slipway.yml, else by the one that was used last for the repository, unless one is typed.
 * Empty until what it needs has been read.
 *
 * @param draftKey where what is typed or picked is kept
 */
export function useProposedTag(
  deployTo: DeployTarget,
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
  const { account, region } = deployTo.service;
  const usual = useTagSource(deployTo, repository);
  const { pattern: usualPattern, variable: usualVariable } = patternOfSource(usual.source);
  const pattern = asTagPattern(picked) ?? usualPattern ?? 'git';
  const isNeeded = isAsked || (pattern !== 'git' && pattern !== 'git-full');
  const name = renamed ?? usualVariable ?? '';
  // Each read asks git, so it waits until the name is typed.
  const [asked] = useDebouncedValue(name, TYPED_MS);
  const isVariable = pattern === 'env' && asked === name && VariableName.safeParse(name).success;
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
  const isUnknown = picked === undefined && usual.isReading;
  const proposed = isUnknown ? undefined : proposals.find((each) => each.pattern === pattern);
  const isWaiting = isUnknown || pattern === 'env' || details.isLoading || isReading;
  return {
    tag: typed ?? proposed?.tag ?? (isWaiting ? '' : offer.suggestedTag),
    pattern: typed !== undefined ? undefined : pattern === 'env' ? pattern : proposed?.pattern,
    proposals,
    variable:
      typed !== undefined || pattern !== 'env'
        ? undefined
        : {
            name,
            problem: details.data?.variable?.problem,
            rename: (next) => setDraft({ pattern: picked, variable: next }),
          },
    isReading: details.isLoading || isReading,
    isDeclared: usual.isDeclared && picked === undefined && typed === undefined && proposed !== undefined,
    type: (next) => setDraft({ tag: next, pattern: picked, variable: renamed }),
    pick: (next) => setDraft({ pattern: next, variable: renamed }),
    read: () => setAsked(true),
    keep() {
      if (typed !== undefined || proposed === undefined) return;
      const source = proposed.pattern === 'env' ? `env:${name}` : proposed.pattern;
      const { data: tagFrom } = TagSource.safeParse(source);
      if (tagFrom !== undefined && !usual.isDeclared) usual.remember(tagFrom);
    },
  };
}
