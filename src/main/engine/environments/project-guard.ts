import type { EnvironmentRule, Guard } from '../../../shared/model/environment.ts';
import { type ProjectEnvironment, projectAccountId } from '../../../shared/model/project.ts';

/** What an environment of slipway.yml says about a place: a rule, and what is expected there. */
export interface ProjectGuard {
  readonly rule: EnvironmentRule;
  readonly expected: Pick<Guard, 'account' | 'images'>;
}

/** Undefined for a place that is not in the cluster of the environment. */
export function projectGuard(
  { cluster, account, rules, services, tags }: ProjectEnvironment,
  place: { readonly cluster?: string | undefined; readonly service?: string | undefined },
): ProjectGuard | undefined {
  if (cluster === undefined || place.cluster !== cluster) return undefined;
  const service =
    place.service !== undefined && Object.hasOwn(services, place.service)
      ? services[place.service]
      : undefined;
  const images = Object.entries(service?.containers ?? {}).map(([container, expected]) => {
    const pattern = expected.tags ?? tags;
    return {
      container,
      repository: expected.repository,
      ...(pattern === undefined ? {} : { tags: pattern }),
      ...(expected.tagFrom === undefined ? {} : { tagFrom: expected.tagFrom }),
    };
  });
  return {
    rule: { cluster, ...rules },
    expected: {
      ...(account === undefined ? {} : { account }),
      ...(images.length === 0 ? {} : { images }),
    },
  };
}

/** The first environment of the window's projects that is this place: its account and its cluster. */
export function projectOfPlace(
  environments: readonly { readonly environment: ProjectEnvironment }[],
  place: { readonly account: { readonly id: string }; readonly cluster?: string | undefined },
): ProjectEnvironment | undefined {
  return environments
    .map(({ environment }) => environment)
    .find(
      (environment) =>
        projectAccountId(environment) === place.account.id && environment.cluster === place.cluster,
    );
}
