import { mayBeSecret } from '../../../shared/looks-secret.ts';
import { createKnownSecrets, hideIn } from '../../engine/ports/known-secrets.ts';

const HIDDEN = '[hidden]';

/** Keys and tokens by their form, and the password of an address, inside of any text. */
const SECRET_FORMS: readonly (readonly [RegExp, string])[] = [
  [/(:\/\/[^\s/:@]*:)[^\s/@]+@/g, `$1${HIDDEN}@`],
  [/\b(?:gh[pousr]|xox[abeoprs]|glpat)[-_][\w-]{8,}/g, HIDDEN],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, HIDDEN],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g, HIDDEN],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
];

/**
 * A value of the contract for a reader who must not see secrets: values of variables that may be secret by their name or
 * form are hidden, and wherever else the answer repeats them. Text that is JSON is treated the same.
 */
export function hideSecretValues(value: unknown): unknown {
  const found = createKnownSecrets();
  const hidden = hideFields(value, (secret) => found.add(secret));
  return hideIn(hidden, found);
}

type Remember = (secret: string) => void;

function hideFields(value: unknown, remember: Remember): unknown {
  if (typeof value === 'string') return hideInText(value, remember);
  if (Array.isArray(value)) return value.map((item) => hideFields(item, remember));
  if (typeof value !== 'object' || value === null) return value;
  const name = 'name' in value && typeof value.name === 'string' ? value.name : '';
  return Object.fromEntries(
    Object.entries(value).map(([field, item]) => {
      const isValue = field === 'value' || field === 'before' || field === 'after';
      if (isValue && typeof item === 'string' && mayBeSecret(name, item)) {
        remember(item);
        return [field, HIDDEN];
      }
      return [field, hideFields(item, remember)];
    }),
  );
}

function hideInText(text: string, remember: Remember): string {
  const document = text.startsWith('{') ? parsed(text) : undefined;
  if (document !== undefined) return JSON.stringify(hideFields(document, remember), undefined, 2);
  return SECRET_FORMS.reduce((shown, [form, instead]) => shown.replaceAll(form, instead), text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
