import { isDeepStrictEqual } from 'node:util';
import { outputShapes } from '../command/output-schemas.ts';

/**
 * Throws where a verb has printed JSON that `slipway schema` does not describe, or a field that is not in it. Every test that
 * runs a verb with --json checks this.
 */
export function requireDocumented(args: readonly string[], out: string): void {
  const own = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length);
  const verb = own.find((each) => !each.startsWith('-'));
  if (!own.includes('--json') || verb === undefined) return;
  const shapes = outputShapes(verb);
  if (shapes === undefined) return;
  for (const line of out.split('\n').filter(Boolean)) {
    const document: unknown = JSON.parse(line);
    const isDescribed = shapes.some((shape) => {
      const { data, success } = shape.safeParse(document);
      return success && isDeepStrictEqual(data, document);
    });
    if (isDescribed) continue;
    const problems = shapes.map((shape) => shape.safeParse(document).error?.message ?? 'has other fields');
    throw new Error(`${verb} --json printed what its schema lacks: ${line}\n${problems.join('\n')}`);
  }
}
