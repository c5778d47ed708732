import { z } from 'zod';

type Shape = z.core.$ZodLooseShape;
type LazyObject<Fields extends Shape, Config extends z.core.$ZodObjectConfig> = z.ZodObject<
  z.core.util.Writeable<Fields>,
  Config
>;

/**
 * `z.object`, whose fields are made when the first value is parsed: a call of the command needs the schemas of a few methods, and
 * making those of all would take a sixth of its processor time. zod takes a getter as the shape of a definition; its own objects
 * have one.
 */
export function lazyObject<Fields extends Shape>(fields: () => Fields): LazyObject<Fields, z.core.$strip> {
  return new z.ZodObject(definitionOf(fields)) as LazyObject<Fields, z.core.$strip>;
}

/** `z.strictObject`, with the same delay. */
export function lazyStrictObject<Fields extends Shape>(
  fields: () => Fields,
): LazyObject<Fields, z.core.$strict> {
  return new z.ZodObject(definitionOf(fields, z.never())) as LazyObject<Fields, z.core.$strict>;
}

/** `z.looseObject`, with the same delay. */
export function lazyLooseObject<Fields extends Shape>(
  fields: () => Fields,
): LazyObject<Fields, z.core.$loose> {
  return new z.ZodObject(definitionOf(fields, z.unknown())) as LazyObject<Fields, z.core.$loose>;
}

function definitionOf(fields: () => Shape, catchall?: z.ZodType): z.core.$ZodObjectDef {
  let made: Shape | undefined;
  return {
    type: 'object',
    ...(catchall === undefined ? {} : { catchall }),
    get shape() {
      made ??= fields();
      return made;
    },
  };
}
