import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { contract } from '../contract.ts';
import { listUpTo, textUpTo } from '../model/bounded.ts';
import { DeploymentRef } from '../model/deployment.ts';
import { ComparedSide, RevisionArn, RevisionName } from '../model/revision.ts';

type Schema = z.core.$ZodType;
type Definition = z.core.$ZodTypeDef & {
  readonly checks?: readonly z.core.$ZodCheck[];
  readonly format?: string;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly catchall?: Schema;
  readonly options?: readonly Schema[];
  readonly element?: Schema;
  readonly innerType?: Schema;
};

const SMALL = new Set(['enum', 'literal', 'boolean', 'number', 'int', 'undefined']);

/** The places of a schema where a caller may send as much as it likes, such as `change.images`. */
function unboundedIn(schema: Schema, path: string): readonly string[] {
  const definition = schema._zod.def as Definition;
  const { type, shape, options, element, innerType, catchall } = definition;
  if (SMALL.has(type)) return [];
  switch (type) {
    case 'string':
      // A UUID is matched from end to end by a pattern of fixed length.
      return definition.format === 'uuid' || beginsWithLimit(definition) ? [] : [path];
    case 'array': {
      const inside = element === undefined ? [path] : unboundedIn(element, `${path}[]`);
      return beginsWithLimit(definition) ? inside : [path, ...inside];
    }
    case 'object': {
      const members = Object.entries(shape ?? {});
      const isStrict = catchall?._zod.def.type === 'never';
      return [
        ...(isStrict ? [] : [`${path} (takes any member)`]),
        ...members.flatMap(([name, member]) => unboundedIn(member, `${path}.${name}`)),
      ];
    }
    case 'union':
      return (options ?? []).flatMap((option) => unboundedIn(option, path));
    case 'optional':
    case 'default':
    case 'nullable':
    case 'readonly':
      return innerType === undefined ? [path] : unboundedIn(innerType, path);
    default:
      return [`${path} (${type})`];
  }
}

/** A limit counts when it comes first and ends the parse: else a pattern looks at text of any length. */
function beginsWithLimit({ checks = [] }: Definition): boolean {
  const [first] = checks;
  const check = first?._zod.def;
  return check?.check === 'max_length' && check.abort === true;
}

describe('the inputs of all methods', () => {
  it.each(Object.entries(contract))(
    'of %s have a limit for every text and list, before any pattern',
    (name, method) => {
      expect(unboundedIn(method.input, name)).toEqual([]);
    },
  );
});

describe('a limit', () => {
  it('stops every later check for a longer value', () => {
    let looked = 0;
    const check = (): boolean => {
      looked += 1;
      return true;
    };
    expect(textUpTo(3).refine(check).safeParse('four').error?.issues).toHaveLength(1);
    expect(listUpTo(1, textUpTo(3)).refine(check).safeParse(['a', 'b']).error?.issues).toHaveLength(1);
    expect(looked).toBe(0);
  });
});

describe('patterns of ARNs', () => {
  const kinds = [
    ['a deployment', DeploymentRef.shape.deployment, 'service-deployment/main/web/abc'],
    ['a task set', DeploymentRef.shape.deployment, 'task-set/main/web/abc'],
    ['a revision', RevisionArn, 'task-definition/web:41'],
    ['a named revision', RevisionName, 'task-definition/web:41'],
  ] as const;

  it.each(kinds)(
    'match the ARN of %s in every partition, and nothing that only contains one',
    (_, schema, resource) => {
      for (const partition of ['aws', 'aws-cn', 'aws-us-gov']) {
        expect(schema.safeParse(`arn:${partition}:ecs:eu-west-1:111122223333:${resource}`).success).toBe(
          true,
        );
      }
      const arn = `arn:aws:ecs:eu-west-1:111122223333:${resource}`;
      for (const wrong of [
        ` ${arn}`,
        `${arn}\n`,
        `x${arn}`,
        `arn:${resource}`,
        `arn:aws:ecs::1:2:3:${resource}`,
      ]) {
        expect(schema.safeParse(wrong).success).toBe(false);
      }
    },
  );

  it('match the ARN of a service revision', () => {
    const side = {
      kind: 'service-revision',
      account: 'sandbox',
      region: 'us-east-1',
      arn: 'arn:aws:ecs:us-east-1:111122223333:service-revision/main/web/1',
    };
    expect(ComparedSide.safeParse(side).success).toBe(true);
  });
});
