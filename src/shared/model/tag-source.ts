import type { z } from 'zod';
import { textUpTo } from './bounded.ts';

/**
 * What the tag of an image is made of, as slipway.yml names it and as it is remembered for a repository: `--tag-from` also takes
 * other files than VERSION.
 */
export const TagSource = textUpTo(200)
  .regex(
    /^(?:git|git-full|describe|package|file:VERSION|next-(?:patch|minor|major)|time|env:[A-Za-z_]\w*)$/,
    'is not git, git-full, describe, package, file:VERSION, next-patch, next-minor, next-major, time or env:VAR',
  )
  .describe('what the tag of an image is made of that is built without --tag-from, such as git or describe');
export type TagSource = z.infer<typeof TagSource>;
