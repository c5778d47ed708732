/** A value that a declaration leaves to something else, such as a parameter that is not readable. */
export class Computed {
  readonly by: string;
  constructor(by: string) {
    this.by = by;
  }
}

/** What a declaration says; a part that cannot be resolved is Computed. Absent members are not declared. */
export type Declared =
  | string
  | number
  | boolean
  | null
  | Computed
  | readonly Declared[]
  | { readonly [name: string]: Declared };

export type DeclaredObject = Readonly<Record<string, Declared>>;

/** A service as one source declares it, with the names that ECS gives to its members. */
export interface DeclaredService {
  readonly desiredCount?: Declared;
  /** Its awsvpcConfiguration. */
  readonly network?: Declared;
  readonly healthCheckGracePeriodSeconds?: Declared;
  /** The content of its task definition, where the source has it. */
  readonly taskDefinition?: DeclaredObject;
  /** A revision that exists already, where the source only names it. */
  readonly revision?: Declared;
  /** Containers of which the source has a part only, by their names. */
  readonly parts?: ReadonlyMap<string, DeclaredContainerPart>;
  /**
   * `part` where a member that the source leaves out may run, such as one that a plan of Terraform has only once it is
   * applied. Otherwise it is a difference.
   */
  readonly extent?: 'part';
}

/** What a manifest says of a container. */
export interface DeclaredContainerPart {
  readonly members: DeclaredObject;
  /** Whether another variable or secret that runs was not declared. */
  readonly hasOther: (name: string) => boolean;
}

/** Text, numbers and truth values as text; empty for everything else. */
export function plainText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

/** Values of JSON, or of an answer of the SDK. */
export function declaredOf(value: unknown): Declared {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value)) return value.map(declaredOf);
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, declaredOf(each)]));
    default:
      return null;
  }
}

export function textOf(value: Declared | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

export function isList(value: Declared | undefined): value is readonly Declared[] {
  return Array.isArray(value);
}

export function objectOf(value: Declared | undefined): DeclaredObject | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Computed || isList(value))
    return undefined;
  return value;
}
