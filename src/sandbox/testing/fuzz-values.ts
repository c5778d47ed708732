import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';
import type { Random } from './random.ts';

/** For tests: values for the members of requests, some of them right, some nearly so, some hostile. */
export interface FuzzValues {
  /** JSON for a schema. */
  of(schema: $SchemaRef): unknown;
  text(memberName: string): string;
  /** Anything but what belongs there. */
  odd(memberName: string): unknown;
  /** Takes the texts of an answer, so that later requests name what is there. */
  learn(json: unknown): void;
}

const HOSTILE_TEXTS = [
  '',
  ' ',
  '*'.repeat(500),
  '*a'.repeat(200),
  '(a+)+b',
  'attribute:x =~ (a+)+b',
  'attribute:stack == blue and attribute:x !exists',
  '../../etc/passwd',
  '%2e%2e%2f',
  '\u0000',
  '\ud800',
  '\u202e\u009b',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '-1',
  '9'.repeat(400),
  'NaN',
  '2026-02-31T25:61:61Z',
  'arn:aws:ecs:us-east-1:123456789012:',
  `arn:${':task-set/'.repeat(500)}`,
  '1.0.0\r\nx-injected: yes',
  '{"a":'.repeat(150),
  '['.repeat(5000),
  JSON.stringify({ rules: [{ rulePriority: 1, selection: null, action: [] }] }),
  JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*', Resource: ['*', 1] }] }),
  JSON.stringify({ StartAt: 'a', States: { a: { Type: 'Pass' } } }),
  'a'.repeat(3000),
  '😀'.repeat(100),
] as const;

// biome-ignore format: one word a line would be pages
const USUAL_TEXTS = [
  'production', 'web', 'checkout', 'web:1.0', 'app', 'FARGATE', 'EC2', 'EXTERNAL', 'awsvpc', 'bridge', 'host', '256', '512',
  '1024', 'ACTIVE', 'INACTIVE', 'DRAINING', 'RUNNING', 'STOPPED', 'PENDING', 'DAEMON', 'REPLICA', 'ECS', 'CODE_DEPLOY',
  'ROLLING', 'BLUE_GREEN', 'CANARY', 'LINEAR', 'POST_SCALE_UP', 'memberOf', 'distinctInstance', 'spread', 'tcp', 'HTTP',
  'IMMUTABLE', 'MUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'WILDCARD', 'TAGGED', 'UNTAGGED', 'latest', '1', '2', 'enabled',
  'disabled', 'container-instance', 'TAGS', 'STEADY_STATE', 'PERCENT', 'COUNT', 'ROLLBACK', 'ABORT', 'rate(5 minutes)',
  'us-east-1', 'sts:AssumeRole', 'ecs:*', 'sandbox', 'ecs-execution', 'default', 'SecureString', 'String', 'OFF', 'OK', 'ALARM',
] as const;

const NUMBERS = [
  0,
  1,
  2,
  3,
  10,
  50,
  100,
  200,
  1000,
  5001,
  65_536,
  -1,
  0.5,
  2 ** 31,
  Number.MAX_SAFE_INTEGER,
  1e300,
] as const;
const SECONDS = [0, 1, 1_760_000_000, -1, 1e10, 8.64e12, 8.65e12, 0.001] as const;
const WRONG = [
  null,
  true,
  -1,
  '',
  'text',
  [],
  {},
  [null],
  [[[]]],
  { a: { a: 1 } },
  { __proto__: null, length: 5 },
] as const;

const MOST_KNOWN = 3000;

export function createFuzzValues(random: Random): FuzzValues {
  const known: { readonly name: string; readonly text: string }[] = [];

  function text(memberName: string): string {
    const alike = known.filter(({ name }) => isAlike(name, memberName));
    const learnt = random.pickFrom(random.chance(0.8) ? alike : known)?.text;
    if (learnt !== undefined && random.chance(0.6)) return learnt;
    return random.chance(0.6) ? random.pick(USUAL_TEXTS) : random.pick(HOSTILE_TEXTS);
  }

  function odd(memberName: string): unknown {
    if (random.chance(0.4)) return random.pick(WRONG);
    return random.chance(0.5) ? random.pick(NUMBERS) : text(memberName);
  }

  function valueFor(schema: NormalizedSchema, name: string, depth: number): unknown {
    if (depth > 0 && random.chance(0.03)) return random.pick(WRONG);
    if (schema.isStructSchema()) {
      const share = depth === 0 ? 0.5 : 0.5 / depth;
      return Object.fromEntries(
        [...schema.structIterator()]
          .filter(([member], index) => random.chance(index === 0 || isAlike(member, 'name') ? 0.9 : share))
          .map(([member, memberSchema]) => [member, valueFor(memberSchema, member, depth + 1)]),
      );
    }
    const several = depth > 6 ? 0 : random.below(random.chance(0.02) ? 120 : 3);
    if (schema.isListSchema()) {
      return Array.from({ length: several }, () => valueFor(schema.getValueSchema(), name, depth + 1));
    }
    if (schema.isMapSchema()) {
      const entries = Array.from({ length: several }, () => [
        text(name),
        valueFor(schema.getValueSchema(), name, depth + 1),
      ]);
      return Object.fromEntries(entries);
    }
    if (schema.isBlobSchema()) return random.bytes(random.below(40)).toString('base64');
    if (schema.isTimestampSchema()) return random.pick(SECONDS);
    if (schema.isBooleanSchema()) return random.chance(0.5);
    if (schema.isNumericSchema()) return random.pick(NUMBERS);
    return text(name);
  }

  function learn(json: unknown, name = ''): void {
    if (typeof json === 'string') {
      if (json === '' || json.length > 2000) return;
      if (known.length < MOST_KNOWN) known.push({ name, text: json });
      else known[random.below(MOST_KNOWN)] = { name, text: json };
    } else if (Array.isArray(json)) {
      for (const each of json.slice(0, 20)) learn(each, name);
    } else if (typeof json === 'object' && json !== null) {
      for (const [member, value] of Object.entries(json)) learn(value, member);
    }
  }

  return { of: (schema) => valueFor(NormalizedSchema.of(schema), '', 0), text, odd, learn };
}

/** `cluster`, `clusterArn`, `clusterName` and `clusters` mean the same thing. */
function isAlike(one: string, other: string): boolean {
  return stem(one) === stem(other);
}

function stem(name: string): string {
  return name.toLowerCase().replace(/(?:arns?|names?|ids?|s)$/, '');
}
