import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { importsOf } from '../src/imports.ts';
import { bundledPackages, licenseNotice } from './third-party.ts';

/** What the package holds besides the built command and its dependencies. */
const FILES = ['slipway.mjs', 'action.mjs', 'action.yml'];
/** What stands beside the package: the container image is built from its folder. */
const DOCKERFILE = 'Dockerfile';
const LICENSES = 'THIRD-PARTY-LICENSES.txt';

interface PackageJson {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly homepage: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly devOptional?: boolean }>>;
}

/**
 * Writes the npm package of the command into an empty folder: the built command with what it imports, its dependencies,
 * the GitHub action, and the Dockerfile of its container image. It needs no install step. Throws where the command was not built.
 */
export function writeCommandPackage(root: string, folder: string): void {
  const built = join(root, 'out', 'main');
  if (!existsSync(join(built, 'cli.js'))) throw new Error('Build the app first: npm run build');
  for (const file of reachableFrom(built, 'cli.js')) {
    mkdirSync(dirname(join(folder, 'main', file)), { recursive: true });
    cpSync(join(built, file), join(folder, 'main', file));
  }
  for (const file of [...FILES, DOCKERFILE])
    cpSync(join(root, 'packaging', 'command', file), join(folder, file));
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, LICENSES), licenseNotice(bundledPackages(root)));
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  for (const [path, { dev, devOptional }] of Object.entries(lock.packages)) {
    if (path === '' || dev === true || devOptional === true || !existsSync(join(root, path))) continue;
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  writeFileSync(join(folder, 'package.json'), manifestOf(root));
}

/** The bundled dependencies come along in the archive, so that it installs without a registry. */
function manifestOf(root: string): string {
  const app = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageJson;
  const { version, description, license, homepage, dependencies } = app;
  const manifest = {
    name: 'slipway',
    version,
    description,
    license,
    homepage,
    type: 'module',
    bin: { slipway: 'slipway.mjs' },
    engines: { node: '>=24' },
    files: ['main', ...FILES, LICENSES],
    dependencies,
    bundleDependencies: Object.keys(dependencies),
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** Files of the build that one imports, also in several steps. */
function reachableFrom(built: string, entry: string): ReadonlySet<string> {
  const reached = new Set([entry]);
  // Iteration over a set also visits what is added meanwhile.
  for (const file of reached) {
    for (const { specifier } of importsOf(file, readFileSync(join(built, file), 'utf8'))) {
      if (specifier.startsWith('.')) reached.add(join(dirname(file), specifier));
    }
  }
  return reached;
}
