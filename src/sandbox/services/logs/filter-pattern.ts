/**
 * Whether a message has what a filter pattern asks for: every term, or one of those with `?`, and none with `-`. A
 * term in quotes may have spaces. Rules of "Filter pattern syntax for unstructured log events"; patterns for JSON and
 * regular expressions are taken as terms.
 */
export function matchesPattern(message: string, pattern: string | undefined): boolean {
  const terms = termsOf(pattern ?? '');
  const optional = terms.filter(({ sign }) => sign === '?');
  const hasOptional = optional.length === 0 || optional.some(({ text }) => message.includes(text));
  return (
    hasOptional && terms.every(({ sign, text }) => sign === '?' || message.includes(text) === (sign !== '-'))
  );
}

interface Term {
  readonly sign: string;
  readonly text: string;
}

function termsOf(pattern: string): readonly Term[] {
  return [...pattern.matchAll(/(?<sign>[?-]?)(?:"(?<quoted>[^"]*)"|(?<word>\S+))/g)].map(({ groups }) => ({
    sign: groups?.sign ?? '',
    text: groups?.quoted ?? groups?.word ?? '',
  }));
}
