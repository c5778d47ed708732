/** Whether a pattern of an IAM policy covers a text: `*` stands for any characters and `?` for one. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
}

/** The same for names of actions, in which IAM does not tell capital letters. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesWildcard(pattern.toLowerCase(), action.toLowerCase());
}
