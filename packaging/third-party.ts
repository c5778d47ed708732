import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package whose code is in the bundles, as Vite lists it (`build.license`). */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression of its package.json. */
  readonly identifier?: string;
  /** Its licence file. */
  readonly text?: string;
}

/** Vite writes one for each bundle that holds code of others. */
const LISTS = [join('out', 'main', 'licenses.json'), join('out', 'renderer', 'licenses.json')];

/** The licence texts of all bundled packages, made for each package of the app. */
export const THIRD_PARTY_LICENSES = join('out', 'third-party-licenses.txt');

/** All packages whose code is in the built app, each once. Throws when the app is not built. */
export function bundledPackages(root: string): readonly BundledPackage[] {
  const all = LISTS.flatMap((file) => parseList(file, readFileSync(join(root, file), 'utf8')));
  return [...new Map(all.map((bundled) => [`${bundled.name}@${bundled.version}`, bundled])).values()];
}

/** The notice that MIT, Apache 2.0 and their like ask for where their code is passed on. */
export function licenseNotice(packages: readonly BundledPackage[]): string {
  const parts = packages.map(({ name, version, identifier, text }) =>
    [
      `${name} ${version}`,
      ...(identifier === undefined ? [] : [`License: ${identifier}`]),
      '',
      text ?? '',
    ].join('\n'),
  );
  return `Slipway contains code of the following packages.\n\n${parts.join(`\n\n${'-'.repeat(80)}\n\n`).trimEnd()}\n`;
}

function parseList(file: string, json: string): readonly BundledPackage[] {
  const list: unknown = JSON.parse(json);
  if (!Array.isArray(list)) throw new Error(`${file} is not a list of packages. Build the app again.`);
  return list.map((entry: unknown) => {
    const name = textOf(entry, 'name');
    const version = textOf(entry, 'version');
    if (name === undefined || version === undefined)
      throw new Error(`${file} lists a package without a name.`);
    const identifier = textOf(entry, 'identifier');
    const text = textOf(entry, 'text');
    return {
      name,
      version,
      ...(identifier === undefined ? {} : { identifier }),
      ...(text === undefined ? {} : { text }),
    };
  });
}

function textOf(entry: unknown, field: string): string | undefined {
  const value: unknown = typeof entry === 'object' && entry !== null ? Reflect.get(entry, field) : undefined;
  return typeof value === 'string' ? value : undefined;
}
