import type { DeclaredMember } from '../../../shared/model/drift.ts';
import { canonicalJson } from '../ecs/canonical-json.ts';
import { Computed, type Declared, type DeclaredObject, isList, objectOf, plainText } from './declared.ts';
import { isSame, type Surroundings } from './same-value.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_service */
export const SERVICE_ARGUMENTS = {
  desired_count: 'desiredCount',
  network_configuration: 'network',
  health_check_grace_period_seconds: 'healthCheckGracePeriodSeconds',
} as const;

/** A declared member beside the one that runs. */
export interface ComparedMember extends DeclaredMember {
  readonly state: 'same' | 'differs' | 'computed';
  /** The member that runs, to see whether a plan changes it. Never shown. */
  readonly actual: string;
  /** Of an image. */
  readonly container?: string;
  /** The argument of Terraform's service that `ignore_changes` names for it; `task_definition` without one. */
  readonly ofService?: keyof typeof SERVICE_ARGUMENTS;
}

/** Makes members; `key` is the name of their values in the API, where that is not their own name. */
export function memberIn(around: Surroundings, key?: string) {
  return (name: string, declared: Declared, running: unknown, view: 'shown' | 'hidden'): ComparedMember => {
    const by = computedIn(declared);
    const state =
      by !== undefined ? 'computed' : isSame(declared, running, key ?? name, around) ? 'same' : 'differs';
    const isShown = view === 'shown';
    return {
      name,
      state,
      actual: canonicalJson(running ?? null),
      ...(by === undefined ? {} : { by }),
      ...(isShown && state !== 'same' ? { running: shown(running) } : {}),
      ...(isShown && state === 'differs' ? { declared: shown(declared) } : {}),
    };
  };
}

/** The first thing that computes a part of the value. */
function computedIn(declared: Declared): string | undefined {
  if (declared instanceof Computed) return declared.by;
  const inside = isList(declared) ? declared : Object.values(objectOf(declared) ?? {});
  for (const each of inside) {
    const by = computedIn(each);
    if (by !== undefined) return by;
  }
  return undefined;
}

const LONGEST_SHOWN = 500;

function shown(value: unknown): string {
  if (value === undefined) return 'not set';
  const text =
    Array.isArray(value) && value.every((each) => typeof each === 'string')
      ? value.toSorted().join(', ')
      : typeof value === 'object'
        ? canonicalJson(value)
        : plainText(value);
  return text.slice(0, LONGEST_SHOWN);
}

export function onlyDeclared(name: string): ComparedMember {
  return { name, state: 'differs', declared: 'declared', actual: '' };
}

export function onlyRunning(name: string, value: unknown): ComparedMember {
  return { name, state: 'differs', running: 'set', actual: canonicalJson(value) };
}

/** The objects of a list that have a name as text. */
export function byName(list: Declared | undefined): ReadonlyMap<string, DeclaredObject> {
  const named = new Map<string, DeclaredObject>();
  for (const each of isList(list) ? list : []) {
    const object = objectOf(each);
    if (typeof object?.name === 'string') named.set(object.name, object);
  }
  return named;
}
