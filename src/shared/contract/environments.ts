import { z } from 'zod';
import { Region } from '../model/account.ts';
import { listUpTo, textUpTo } from '../model/bounded.ts';
import { EnvironmentRules, Guard, GuardedPlace, RuleChange } from '../model/environment.ts';
import { RepositoryName } from '../model/image.ts';
import { lazyObject, lazyStrictObject } from '../model/lazy-objects.ts';
import { Project, ProjectEnvironment, ProjectEnvironmentName } from '../model/project.ts';
import { type Methods, Nothing } from './method.ts';

/** What is production, and how changes of a place are guarded. */
export const environmentsMethods = {
  'environments.of': {
    kind: 'query',
    about:
      'The environment of an account, a cluster or a service, and how its changes are guarded. For an account, the ' +
      'strictest of the account and of the named clusters, or of the clusters that run images of the repository, as far as ' +
      'they were read. Sends nothing to AWS.',
    input: GuardedPlace.extend({
      region: Region.optional().describe('for the name and the color that a rule gives the region'),
      /** Names of clusters of the account, for a page that touches all of them. */
      clusters: listUpTo(10_000, textUpTo(255)).optional(),
      repository: RepositoryName.optional().describe('of the account and region, without a cluster'),
    }),
    output: Guard,
  },
  'environments.rules': {
    kind: 'query',
    about:
      'The rules of environments.yml in the data folder, and the line that is not valid, if there is one.',
    input: Nothing,
    output: EnvironmentRules,
  },
  'environments.changeRules': {
    kind: 'change',
    about:
      'Adds, replaces, removes or moves one rule of environments.yml; comments and all other rules stay as they are. ' +
      'Answers the rules from now on. Throws CONFLICT while the file is not valid, and when it has changed since ' +
      '`version` was read.',
    input: lazyStrictObject(() => ({
      version: textUpTo(100).describe('what environments.rules answered with the rules'),
      change: RuleChange,
    })),
    output: EnvironmentRules,
  },
  'environments.classify': {
    kind: 'change',
    about:
      'Says what an account, a cluster or a service is, by a new first rule of environments.yml. Answers the guard ' +
      'that holds from now on. Throws CONFLICT while the file is not valid.',
    input: GuardedPlace.extend({ environment: z.enum(['production', 'staging', 'development']) }),
    output: Guard,
  },
  'environments.project': {
    kind: 'query',
    about:
      'The environments of slipway.yml in a folder, or in a folder above it up to the root of its git repository. Says where ' +
      'each one is, what its services run, and how it is guarded. Answers no file where there is none. Throws ' +
      'INVALID_INPUT, with the line, for a file that is not valid.',
    input: lazyStrictObject(() => ({
      folder: textUpTo(4_096).min(1),
      environment: ProjectEnvironmentName.optional().describe('only this one; NOT_FOUND where it is missing'),
    })),
    output: lazyObject(() => ({
      file: z.string().optional(),
      environments: z.record(z.string(), ProjectEnvironment),
    })),
  },
  'environments.projects': {
    kind: 'query',
    about:
      'The folders whose slipway.yml the window reads, with their environments: of a file that is not valid, the line. ' +
      'Sends nothing to AWS.',
    input: Nothing,
    output: z.array(Project),
  },
  'environments.addProject': {
    kind: 'change',
    about:
      'Adds a folder whose slipway.yml the window reads. Its rules hold for the profile or role that its environments ' +
      'name. Throws NOT_FOUND without a file, and INVALID_INPUT, with the line, for one that is not valid.',
    input: lazyStrictObject(() => ({ folder: textUpTo(4_096).min(1) })),
    output: z.array(Project),
  },
  'environments.removeProject': {
    kind: 'change',
    about: 'Removes a folder from environments.projects. The file stays.',
    input: lazyStrictObject(() => ({ folder: textUpTo(4_096).min(1) })),
    output: z.array(Project),
  },
} as const satisfies Methods;
