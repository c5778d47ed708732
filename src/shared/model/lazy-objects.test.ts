import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lazyLooseObject, lazyObject, lazyStrictObject } from './lazy-objects.ts';

describe('an object with lazy fields', () => {
  it('makes its fields once, when the first value is parsed, also for the schemas that are made of it', () => {
    let times = 0;
    const Service = lazyObject(() => {
      times += 1;
      return { name: z.string(), desired: z.int().optional() };
    });
    const List = z.array(Service.refine(({ name }) => name !== '').optional());
    expect(times).toBe(0);

    expect(List.parse([{ name: 'web', other: 1 }, undefined])).toEqual([{ name: 'web' }, undefined]);
    expect(List.safeParse([{ name: '' }]).success).toBe(false);
    expect(Service.pick({ name: true }).parse({ name: 'web', desired: 'x' })).toEqual({ name: 'web' });
    expect(Service.extend({ cluster: z.string() }).safeParse({ name: 'web' }).success).toBe(false);
    expect(times).toBe(1);
  });

  it('treats unknown fields as the objects of zod do', () => {
    const value = { name: 'web', other: 1 };
    const fields = () => ({ name: z.string() });
    expect(lazyObject(fields).parse(value)).toEqual({ name: 'web' });
    expect(lazyLooseObject(fields).parse(value)).toEqual(value);
    const refused = lazyStrictObject(fields).safeParse(value);
    expect(refused.error?.issues).toEqual(z.strictObject(fields()).safeParse(value).error?.issues);
  });

  it('is told apart by the discriminator of a union', () => {
    const Union = z.discriminatedUnion('kind', [
      lazyObject(() => ({ kind: z.literal('tag'), tag: z.string() })),
      lazyStrictObject(() => ({ kind: z.literal('digest') })),
    ]);
    expect(Union.parse({ kind: 'digest' })).toEqual({ kind: 'digest' });
    expect(Union.safeParse({ kind: 'tag' }).error?.issues[0]?.path).toEqual(['tag']);
    expect(Union.safeParse({ kind: 'other' }).success).toBe(false);
  });

  it('has the JSON Schema of the object of zod', () => {
    const fields = () => ({ name: z.string().max(3), tags: z.array(z.string()).optional() });
    expect(z.toJSONSchema(lazyObject(fields))).toEqual(z.toJSONSchema(z.object(fields())));
    expect(z.toJSONSchema(lazyStrictObject(fields))).toEqual(z.toJSONSchema(z.strictObject(fields())));
  });
});
