/** One step of a pattern, from left to right. */
export type Step =
  /** Takes one character. */
  | { readonly takes: 'one'; readonly of: (character: string) => boolean }
  /** Takes any number of characters, none among them. */
  | { readonly takes: 'many'; readonly of: (character: string) => boolean }
  /** Takes any number of characters of any kind. No `maybe` may skip it. */
  | { readonly takes: 'everything' }
  /** Takes nothing: what follows is either matched, or its first `steps` steps are skipped. */
  | { readonly takes: 'maybe'; readonly steps: number };

/**
 * A compiled pattern. Matching does not backtrack: for each character of a text it visits each step at most once, so
 * it takes at most (characters + 1) × (steps + 1) visits, whatever the pattern is. Characters are Unicode code points.
 */
export interface Pattern {
  matches(text: string): boolean;
}

/** A pattern of an ECR tag filter, lifecycle rule or clean-up: `*` stands for any characters, and nothing else is special. */
export function starPattern(text: string): Pattern {
  return createPattern(Array.from(text, (each) => (each === '*' ? EVERYTHING : literal(each))));
}

/** A pattern of an IAM policy: `*` stands for any characters and `?` for one (IAM user guide, "Policy elements: Resource"). */
export function policyPattern(text: string): Pattern {
  // Most actions and many resources of a policy are spelled out, and a sandbox asks for thousands of them.
  if (!/[*?]/.test(text)) return exactly(text);
  if (text === '*') return ANYTHING;
  return createPattern(
    Array.from(text, (each) => (each === '*' ? EVERYTHING : each === '?' ? ANY_ONE : literal(each))),
  );
}

function exactly(expected: string): Pattern {
  return { matches: (text) => text === expected };
}

const ANYTHING: Pattern = { matches: () => true };

const EVERYTHING: Step = { takes: 'everything' };
const ANY_ONE: Step = { takes: 'one', of: () => true };

/** The step that takes this character. */
export function literal(character: string): Step {
  return { takes: 'one', of: (each) => each === character };
}

/**
 * Compiles steps to a pattern that matches whole texts. It runs the steps as a nondeterministic automaton: the set of
 * steps at which a match may stand is moved on character by character
 * (Ken Thompson, "Regular Expression Search Algorithm", CACM 11:6, 1968).
 */
export function createPattern(steps: readonly Step[]): Pattern {
  const end = steps.length;

  /** Every step that can be reached from these without taking a character. */
  function reachable(from: Iterable<number>): ReadonlySet<number> {
    const reached = new Set(from);
    // Iteration over a set also visits what is added meanwhile.
    for (const at of reached) {
      const step = steps[at];
      if (step?.takes === 'many' || step?.takes === 'everything' || step?.takes === 'maybe')
        reached.add(at + 1);
      if (step?.takes === 'maybe') reached.add(at + 1 + step.steps);
    }
    return reached;
  }

  function advance(reached: ReadonlySet<number>, character: string): ReadonlySet<number> {
    const next: number[] = [];
    // Whatever a step before it could still match, a step that takes everything can match too.
    const first = lastEverything(steps, reached);
    for (const at of reached) {
      const step = steps[at];
      if (step === undefined || at < first || step.takes === 'maybe') continue;
      if (step.takes === 'everything') next.push(at);
      else if (step.of(character)) next.push(step.takes === 'many' ? at : at + 1);
    }
    return reachable(next);
  }

  function matches(text: string): boolean {
    let reached = reachable([0]);
    for (const character of text) {
      reached = advance(reached, character);
      if (reached.size === 0) return false;
    }
    return reached.has(end);
  }

  return { matches };
}

function lastEverything(steps: readonly Step[], reached: ReadonlySet<number>): number {
  let last = 0;
  for (const at of reached) if (at > last && steps[at]?.takes === 'everything') last = at;
  return last;
}
