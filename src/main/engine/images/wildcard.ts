/** Whether a tag is like a filter of ECR, in which `*` stands for any characters, and nothing else is special. */
export function matchesWildcard(filter: string, tag: string): boolean {
  const pattern = filter.replace(/[^*A-Za-z0-9_]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${pattern}$`).test(tag);
}
