import type { FuzzRequest } from './fuzz-calls.ts';
import type { FuzzValues } from './fuzz-values.ts';
import type { Random } from './random.ts';

/** For tests: requests that were answered once, each with something changed in its body. */
export function createMutations(
  corpus: readonly FuzzRequest[],
  random: Random,
  values: FuzzValues,
): () => FuzzRequest {
  function mutated(value: unknown, name: string): unknown {
    if (random.chance(0.08)) return values.odd(name);
    if (typeof value === 'string') return random.chance(0.2) ? values.text(name) : mutatedJson(value);
    if (Array.isArray(value)) {
      const items = value.map((each) => mutated(each, name));
      return random.chance(0.05) ? Array.from({ length: random.below(150) }, () => items[0]) : items;
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(() => random.chance(0.97))
        .map(([member, each]) => [member, mutated(each, member)]),
    );
  }

  /** Policies and definitions are JSON inside of a text. */
  function mutatedJson(text: string): string {
    if (!text.startsWith('{') || random.chance(0.3)) return text;
    const json = parsed(text);
    return json === undefined ? text : JSON.stringify(mutated(json, ''));
  }

  function mutatedForm(form: string): string {
    const parameters = new URLSearchParams();
    for (const [name, text] of new URLSearchParams(form)) {
      const isKept = name === 'Action' || name === 'Version' || random.chance(0.7);
      parameters.append(name, isKept ? text : random.chance(0.5) ? mutatedJson(text) : values.text(name));
    }
    return parameters.toString();
  }

  return () => {
    const request = random.pickFrom(corpus);
    if (request === undefined) throw new Error('There are no requests to change.');
    if (random.chance(0.15)) return request;
    const text = request.body.toString('utf8');
    const json = parsed(text);
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form') === true;
    const changed = isForm
      ? mutatedForm(text)
      : json === undefined
        ? text
        : JSON.stringify(mutated(json, ''));
    return { ...request, body: Buffer.from(random.chance(0.03) ? garbled(changed) : changed) };
  };

  function garbled(text: string): string {
    const at = random.below(text.length + 1);
    return random.pick([
      text.slice(0, at),
      text + text,
      text.slice(0, at) + '\u0000['.repeat(random.below(300)),
    ]);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
