import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { contract, type MethodName } from '../../../shared/contract.ts';
import { SlipwayError, toWire } from '../../../shared/errors.ts';
import { isObject } from '../../../shared/is-object.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { visibleJson } from '../../../shared/visible-text.ts';
import { failedAnswer } from '../command/run-call.ts';
import { hideSecretValues, type ShownValues } from './hide-values.ts';

const MOST_ITEMS = 500;
const ITEMS = 100;
/** A longer answer fills the context of an agent and is of no use there. */
const MOST_CHARACTERS = 400_000;

/** Which items of a list are answered. */
export const Page = lazyObject(() => ({
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(MOST_ITEMS).default(ITEMS),
}));
export type Page = z.infer<typeof Page>;

/** The properties of a page, for the methods that answer a list; none for the others. */
export function pageSchema(method: MethodName): Record<string, object> {
  if (!answersList(method)) return {};
  return {
    offset: { type: 'integer', minimum: 0, default: 0, description: 'how many items are skipped' },
    limit: {
      type: 'integer',
      minimum: 1,
      maximum: MOST_ITEMS,
      default: ITEMS,
      description: 'how many are answered',
    },
  };
}

export function answersList(method: MethodName): boolean {
  return contract[method].output instanceof z.ZodArray;
}

/** A part of a list, with how long the list is. Other answers are returned as they are. */
export function pageOf(answer: unknown, { offset, limit }: Page): unknown {
  if (!Array.isArray(answer)) return answer;
  const items: readonly unknown[] = answer.slice(offset, offset + limit);
  const next = offset + items.length;
  return { items, total: answer.length, ...(next < answer.length ? { nextOffset: next } : {}) };
}

/** A result without secrets. Throws INVALID_INPUT where it is too long. */
export function shownResult(value: unknown, values: ShownValues): CallToolResult {
  const shown = hideSecretValues(value, values);
  const text = visibleJson(shown);
  if (text.length > MOST_CHARACTERS) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `The answer has ${text.length} characters, more than ${MOST_CHARACTERS}. Ask for less: a smaller limit, or one service.`,
    );
  }
  return {
    content: [{ type: 'text', text }],
    ...(isObject(shown) ? { structuredContent: { ...shown } } : {}),
  };
}

/** What went wrong, in the engine's sentence and code. */
export function failureResult(error: unknown): CallToolResult {
  const answer = failedAnswer(error);
  const wire = answer.ok ? toWire(new SlipwayError('INTERNAL', 'The call failed.')) : answer.error;
  const shown = hideSecretValues(wire, 'harmless');
  return { isError: true, content: [{ type: 'text', text: visibleJson(shown) }] };
}
