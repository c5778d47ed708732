import { z } from 'zod';
import { contract, type Method } from '../../../shared/contract.ts';

/** A line of JSON for every method: its name, its kind, and in one sentence what it does. */
export function methodLines(): readonly string[] {
  return Object.entries<Method>(contract).map(([method, { kind, about }]) =>
    JSON.stringify({ method, kind, about: firstSentence(about) }),
  );
}

/** One method with its whole description and the JSON Schemas of its input, answer and events; undefined for a name that no method has. */
export function methodLine(name: string): string | undefined {
  const [method, found] =
    Object.entries<Method>(contract).find(([each]) => each.toLowerCase() === name.toLowerCase()) ?? [];
  if (found === undefined) return undefined;
  const { kind, about, input, event, output } = found;
  return JSON.stringify({
    method,
    kind,
    about,
    input: z.toJSONSchema(input, { io: 'input' }),
    output: z.toJSONSchema(output, { io: 'output' }),
    ...(event === undefined ? {} : { event: z.toJSONSchema(event, { io: 'output' }) }),
  });
}

function firstSentence(text: string): string {
  return /^.*?[.](?=\s|$)/s.exec(text)?.[0] ?? text;
}
