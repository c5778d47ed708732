import { dirname, join, normalize, sep } from 'node:path';
import { importsOf } from '../imports.ts';

type Import = ReturnType<typeof importsOf>[number];

interface Rule {
  /** Files that it is about. Folders inside of others come first, and are then no part of them. */
  readonly folder: string;
  /** Folders and files of this repository that they may import, besides their own folder. */
  readonly files: readonly string[];
  /** Packages that they may import: names, scopes with `*`, and `node:*`. */
  readonly packages: readonly string[];
  /** Folders of which they may import types only. */
  readonly types?: readonly string[];
  /** What tests may import on top of that. */
  readonly tests?: readonly string[];
}

const AWS = ['@aws-sdk/*', '@smithy/*'];

/** A test may read files, serve, and look into a Docker Engine, whatever its part may do itself. */
const TEST_PACKAGES = ['vitest', 'fast-check', 'dockerode', 'node:*'];

/** Files that exist for tests only: tests, and what stands in a `testing` folder for them. */
const TEST_FILE = /\.test\.tsx?$|\/testing\//;

/** The table of docs/architecture.md. zod comes along with the contract, whose schemas are made of it. */
const RULES: readonly Rule[] = [
  { folder: 'src/shared', files: [], packages: ['zod'] },
  {
    folder: 'src/main/engine',
    files: ['src/make-folder.ts', 'src/shared'],
    packages: ['node:*', ...AWS, 'diff', 'jsonc-parser', 'pino', 're2js', 'tar/*', 'ws', 'yaml', 'zod'],
    tests: ['src/sandbox'],
  },
  {
    folder: 'src/main/electron',
    files: [
      'src/shared',
      'src/main/page',
      'src/main/engine/ports/ports.ts',
      'src/main/engine/ports/dispatcher.ts',
      'src/main/process/start-failure.ts',
    ],
    packages: ['node:*', 'electron', 'electron-updater', 'pino', 'zod'],
    tests: ['src/main/engine', 'src/main/testing', 'src/sandbox'],
  },
  {
    folder: 'src/main/browser',
    files: [
      'src/make-folder.ts',
      'src/shared',
      'src/main/page',
      'src/main/engine/ports/ports.ts',
      'src/main/engine/ports/dispatcher.ts',
    ],
    packages: ['node:*', 'ws', 'pino', 'zod'],
    tests: ['src/main/engine', 'src/main/testing', 'src/sandbox'],
  },
  {
    folder: 'src/main/testing',
    files: ['src/shared', 'src/main'],
    packages: ['node:*', 'electron', 'electron-updater', 'ws', 'pino', 'zod'],
    tests: ['src/sandbox'],
  },
  { folder: 'src/main/page', files: ['src/shared'], packages: ['node:*'] },
  {
    folder: 'src/main',
    files: ['src/main', 'src/make-folder.ts', 'src/shared', 'src/sandbox', 'package.json'],
    packages: [
      'node:*',
      ...AWS,
      '@modelcontextprotocol/sdk',
      'commander',
      'electron',
      'pino',
      're2js',
      'yaml',
      'zod',
    ],
  },
  {
    folder: 'src/preload',
    files: ['src/shared/channels.ts'],
    packages: ['electron'],
    types: ['src/shared'],
    tests: ['src/shared'],
  },
  {
    folder: 'src/renderer',
    files: ['src/shared'],
    packages: [
      'react',
      'react-dom',
      'zod',
      '@mantine/*',
      '@tanstack/*',
      '@tabler/icons-react',
      '@codemirror/*',
      'uplot',
      'uplot/dist/uPlot.min.css',
      '@lezer/highlight',
      '@testing-library/*',
      '@xterm/*',
      'anser',
      'axe-core',
      're2js',
    ],
  },
  {
    folder: 'src/sandbox',
    files: [
      'src/make-folder.ts',
      'src/shared/errors.ts',
      'src/shared/model/cluster-query.ts',
      'src/shared/model/task-size.ts',
      'src/shared/visible-text.ts',
      'src/shared/wildcard.ts',
    ],
    packages: ['node:*', ...AWS, 'dynalite', 're2js', 'ws'],
    tests: ['src/shared/testing/eventually.ts'],
  },
  // It loads the app whose folder it is given, as Electron does.
  { folder: 'e2e/shell/electron/init.ts', files: ['e2e/shell'], packages: ['node:*', '(computed)'] },
  {
    folder: 'e2e/shell',
    files: ['e2e/fixtures', 'e2e/pages', 'src/shared/channels.ts'],
    packages: ['node:*', '@playwright/test', 'electron'],
    types: ['src/shared'],
  },
  {
    folder: 'e2e',
    files: ['e2e/shell'],
    packages: ['node:*', '@playwright/test', '@axe-core/playwright', 'axe-core', ...AWS],
    types: ['src/shared'],
  },
  { folder: 'bench', files: ['src/shared', 'src/main', 'src/sandbox', 'e2e/shell'], packages: ['*'] },
  {
    folder: 'packaging',
    files: ['scripts', 'src/imports.ts'],
    packages: ['*'],
    tests: ['src/sandbox'],
  },
  { folder: 'src', files: [], packages: ['node:*', 'vite'] },
];

/** The imports of a file that its rule does not allow, each as a line to show: `file:line imports what`. */
export function breachesOf(file: string, source: string): readonly string[] {
  return importsOf(file, source)
    .filter((imported) => !isAllowed(file, imported))
    .map(({ specifier, offset }) => {
      const line = source.slice(0, offset).split('\n').length;
      return `${file}:${line} may not import ${specifier}`;
    });
}

function isAllowed(file: string, { specifier, isType }: Import): boolean {
  const rule = ruleOf(file);
  if (rule === undefined) return false;
  const isTest = isTestFile(file);
  if (!specifier.startsWith('.')) {
    const packages = isTest ? [...rule.packages, ...TEST_PACKAGES] : rule.packages;
    return packages.some((pattern) => isOfPackage(specifier, pattern));
  }
  const target = normalize(join(dirname(file), specifier)).replaceAll(sep, '/');
  if (ruleOf(target) === rule) return true;
  const others = [...rule.files, ...((isTest && rule.tests) || []), ...((isType && rule.types) || [])];
  return others.some((allowed) => isInside(target, allowed));
}

/** Whether a file exists for tests only. */
export function isTestFile(file: string): boolean {
  return TEST_FILE.test(`/${file}`);
}

/** The innermost folder with a rule of its own counts. */
function ruleOf(file: string): Rule | undefined {
  return RULES.find(({ folder }) => isInside(file, folder));
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function isOfPackage(specifier: string, pattern: string): boolean {
  if (pattern.endsWith('*')) return specifier.startsWith(pattern.slice(0, -1));
  return isInside(specifier, pattern);
}
