import { isObject } from '../../../shared/is-object.ts';
import { mayBeSecret } from '../../../shared/looks-secret.ts';
import { createKnownSecrets, hideIn } from '../../engine/ports/known-secrets.ts';

const HIDDEN = '[hidden]';
/** Of a variable, and of a difference. */
const VALUE_FIELDS: ReadonlySet<string> = new Set(['value', 'before', 'after']);

/** Keys and tokens by their form, and the password of an address, inside of any text. */
const SECRET_FORMS: readonly (readonly [RegExp, string])[] = [
  [/(:\/\/[^\s/:@]*:)[^\s/@]+@/g, `$1${HIDDEN}@`],
  [/\b(?:gh[pousr]|xox[abeoprs]|glpat)[-_][\w-]{8,}/g, HIDDEN],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g, HIDDEN],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
];

/** `none`: no value of an environment variable is shown. `harmless`: those that may not be secret by name and form are. */
export type ShownValues = 'none' | 'harmless';

/**
 * A value of the contract for a reader who must not see secrets: values of variables that may be secret by their name or
 * form are hidden, and wherever else the answer repeats them. Text that is JSON is treated the same.
 */
export function hideSecretValues(value: unknown, shown: ShownValues): unknown {
  const found = createKnownSecrets();
  const hidden = hideFields(value, { shown, remember: (secret) => found.add(secret) });
  return hideIn(hidden, found);
}

interface Hiding {
  readonly shown: ShownValues;
  readonly remember: (secret: string) => void;
}

function hideFields(value: unknown, hiding: Hiding): unknown {
  if (typeof value === 'string') return hideInText(value, hiding);
  if (Array.isArray(value)) return value.map((item) => hideFields(item, hiding));
  if (!isObject(value)) return value;
  return hideInObject(value, hiding, value.subject === 'environment');
}

/** `isVariable`: its values are those of an environment variable. */
function hideInObject(
  value: Readonly<Record<string, unknown>>,
  hiding: Hiding,
  isVariable: boolean,
): Record<string, unknown> {
  const name = typeof value.name === 'string' ? value.name : '';
  return Object.fromEntries(
    Object.entries(value).map(([field, item]) => {
      if (field === 'environment' && Array.isArray(item)) {
        const variables: readonly unknown[] = item;
        return [field, variables.map((each) => (isObject(each) ? hideInObject(each, hiding, true) : each))];
      }
      if (!VALUE_FIELDS.has(field) || typeof item !== 'string') return [field, hideFields(item, hiding)];
      const maySecret = mayBeSecret(name, item);
      if (maySecret) hiding.remember(item);
      const isHidden = maySecret || (isVariable && hiding.shown === 'none');
      return [field, isHidden ? HIDDEN : hideFields(item, hiding)];
    }),
  );
}

function hideInText(text: string, hiding: Hiding): string {
  const document = text.startsWith('{') ? parsed(text) : undefined;
  if (document !== undefined) return JSON.stringify(hideFields(document, hiding), undefined, 2);
  const withoutForms = SECRET_FORMS.reduce((shown, [form, instead]) => shown.replaceAll(form, instead), text);
  return withoutForms.replaceAll(/[\w.-]+/g, withoutTokens);
}

const SHORTEST_PART = 8;

/**
 * A word without tokens of three parts (JSON Web Token, RFC 7519). A pattern for all of the parts would read the rest of
 * the word again from each beginning in it.
 */
function withoutTokens(word: string): string {
  if (!word.includes('eyJ')) return word;
  const parts = word.split('.');
  const kept: string[] = [];
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? '';
    const start = part.search(/\beyJ[\w-]{8}/);
    const isToken = start >= 0 && (parts[at + 1] ?? '').length >= SHORTEST_PART && at + 2 < parts.length;
    kept.push(isToken ? `${part.slice(0, start)}${HIDDEN}` : part);
    if (isToken) at += 2;
  }
  return kept.join('.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
