import { z } from 'zod';
import { contract, type Method } from '../../shared/contract.ts';

/** A line of JSON for every method: its name, kind, what it is about, and the JSON Schema of its input. */
export function methodLines(): readonly string[] {
  return Object.entries<Method>(contract).map(([method, { kind, about, input }]) =>
    JSON.stringify({ method, kind, about, input: z.toJSONSchema(input, { io: 'input' }) }),
  );
}
