import type { AwsError } from '../../../aws-api/service.ts';

/** What a member may be, by the path of the member; lists are passed through: members that are newer than AWS's published models. */
export type EnumMembers = Readonly<Record<string, readonly string[]>>;

/** Throws what `refuse` makes of the first member with a value that is none of those it may have. */
export function checkEnums(
  request: object,
  members: EnumMembers,
  refuse: (message: string) => AwsError,
): void {
  for (const [path, allowed] of Object.entries(members)) {
    for (const { at, value } of valuesAt(request, path.split('.'), '')) {
      if (typeof value === 'string' && allowed.includes(value)) continue;
      throw refuse(
        `1 validation error detected: Value '${String(value)}' at '${at}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
      );
    }
  }
}

interface Found {
  /** In AWS's way, such as `containerDefinitions.1.member.ulimits.2.member.name`. */
  readonly at: string;
  readonly value: unknown;
}

function valuesAt(value: unknown, path: readonly string[], at: string): readonly Found[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => valuesAt(item, path, `${at}.${index + 1}.member`));
  }
  const [name, ...rest] = path;
  if (name === undefined) return [{ at, value }];
  if (typeof value !== 'object') return [];
  const member: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  return valuesAt(member, rest, at === '' ? name : `${at}.${name}`);
}
