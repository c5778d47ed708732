import { z } from 'zod';
import { Scope } from '../model/account.ts';
import { Image, Repository, RepositoryName } from '../model/image.ts';
import type { Methods } from './method.ts';

/** ECR repositories and their images. */
export const imagesMethods = {
  'repositories.list': {
    kind: 'query',
    about: 'Lists all ECR repositories of the account and region.',
    input: Scope,
    output: z.array(Repository),
  },
  'images.list': {
    kind: 'query',
    about: 'Lists the images of a repository, most recently pushed first.',
    input: z.strictObject({ ...Scope.shape, repository: RepositoryName }),
    output: z.array(Image),
  },
} as const satisfies Methods;
