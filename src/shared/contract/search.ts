import { z } from 'zod';
import { Scope } from '../model/account.ts';
import { lazyStrictObject } from '../model/lazy-objects.ts';
import { SearchAnswer, SearchInput, SearchPlace } from '../model/search.ts';
import type { Methods } from './method.ts';

/** Search over all accounts. */
export const searchMethods = {
  'search.find': {
    kind: 'query',
    about:
      'Finds services, clusters, managed daemons, task definition families, repositories and images of all ' +
      'accounts by name, tag, digest or commit. Also finds the services that run an image. Looks in the names that Slipway has read before. Sends nothing to AWS.',
    input: SearchInput,
    output: SearchAnswer,
  },
  'search.refresh': {
    kind: 'stream',
    about:
      'Reads the names that search.find looks through, of all accounts, in the background. Only names that are ' +
      'older than some minutes, and only with profiles that need no sign-in. Streams the state of each account and ' +
      'region, and returns all of them.',
    input: lazyStrictObject(() => ({
      in: Scope.optional().describe('only this account and region'),
      revisions: z
        .boolean()
        .optional()
        .describe(
          'also the newest revisions of each family, which only images.where needs: a request for each new one',
        ),
    })),
    event: SearchPlace,
    output: z.array(SearchPlace),
  },
} as const satisfies Methods;
