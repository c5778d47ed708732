import { z } from 'zod';

/**
 * Text of at most so many characters. Longer text is refused before any check that is added, such as a pattern: zod
 * would continue to those unless it is told to abort, and a pattern may take long over a text of a megabyte.
 * https://zod.dev/api#refinements
 */
export function textUpTo(characters: number): z.ZodString {
  return z.string().max(characters, { abort: true });
}

/** A list with a maximum number of entries. */
export function listUpTo<Item extends z.ZodType>(entries: number, item: Item): z.ZodArray<Item> {
  return z.array(item).max(entries, { abort: true });
}

/** An ARN has at most so many characters: AWS IAM User Guide, "IAM identifiers", and API references of ECS. */
export const LONGEST_ARN = 2048;
