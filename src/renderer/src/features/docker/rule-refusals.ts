import { useDebouncedValue } from '@mantine/hooks';
import { useId } from 'react';
import type { Check } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { useRepositories } from '../images/repository-select.tsx';
import { isTag } from './tag-field.tsx';

/** The container of a service that an image is built or pushed for. */
export interface DeployTarget {
  readonly service: ServiceRef;
  readonly container: string;
}

/** What rules and holds refuse of a release, before its image is built and pushed. */
export interface RuleRefusals {
  readonly failed: readonly Check[];
  /** Whether one of them can't be overridden in the plan. */
  readonly isRefused: boolean;
  readonly noteId: string;
}

const TYPING_MS = 400;
const STALE_MS = 15_000;

/** Asks the engine; nothing is refused until it has answered. The plan checks the same again. */
export function useRuleRefusals(
  { service, container }: DeployTarget,
  repository: string | undefined,
  tag: string,
): RuleRefusals {
  const noteId = useId();
  const { account, region, cluster, service: name } = service;
  const uri = useRepositories({ account, region }).data?.find((each) => each.name === repository)?.uri;
  const [image] = useDebouncedValue(
    uri === undefined || !isTag(tag) ? undefined : `${uri}:${tag}`,
    TYPING_MS,
  );
  const { data: checks = [] } = useEngineQuery(
    'releases.checkRules',
    {
      service: { account, region, cluster, service: name },
      images: image === undefined ? [] : [{ container, image }],
    },
    { staleMs: STALE_MS },
  );
  const failed = checks.filter(({ result }) => result === 'fail');
  return { failed, isRefused: failed.some(({ overridable }) => overridable !== true), noteId };
}
