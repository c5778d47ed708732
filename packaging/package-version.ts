/** The version in a package.json. Throws where it has none. */
export function versionOf(json: string): string {
  const content: unknown = JSON.parse(json);
  const version: unknown =
    typeof content === 'object' && content !== null ? Reflect.get(content, 'version') : undefined;
  if (typeof version !== 'string') throw new Error('package.json has no version.');
  return version;
}

/** A package.json or package-lock.json with another version of the package itself, in npm's own format. */
export function withVersion(json: string, version: string): string {
  const content = fieldsOf(JSON.parse(json));
  const packages = fieldsOf(content.packages);
  // Of a lock file, the empty name stands for the package.
  const self =
    packages[''] === undefined
      ? {}
      : { packages: { ...packages, '': { ...fieldsOf(packages['']), version } } };
  return `${JSON.stringify({ ...content, version, ...self }, null, 2)}\n`;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
