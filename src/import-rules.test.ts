import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf } from './imports.ts';
import { circlesOf, layerBreachesOf } from './testing/import-layers.ts';
import { breachesOf, isTestFile } from './testing/import-rules.ts';

const ROOT = join(import.meta.dirname, '..');
const NAMED_IMPORT = /^(?:import|export) (?:type )?(?:\w+, )?\{([^}]*)\} from '(\.[^']+)'/gm;
const FOLDERS = ['src', 'e2e', 'bench', 'packaging'];

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => /\.[cm]?tsx?$/.test(file)),
);

it('every import in the repository is allowed by the import rules', () => {
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap((file) => breachesOf(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});

it('every folder of the engine, the window and the sandbox imports lower layers only', () => {
  expect(files.flatMap((file) => layerBreachesOf(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});

it('no files and no folders of the source import each other in a circle', () => {
  const sources = files.filter((file) => file.startsWith('src/') && !isTestFile(file));
  const ofFiles = new Map(sources.map((file) => [file, new Set(targetsOf(file))]));
  const ofFolders = new Map<string, Set<string>>();
  for (const [file, targets] of ofFiles) {
    const folder = ofFolders.get(dirname(file)) ?? new Set();
    for (const target of targets) if (dirname(target) !== dirname(file)) folder.add(dirname(target));
    ofFolders.set(dirname(file), folder);
  }
  expect({ files: circlesOf(ofFiles), folders: circlesOf(ofFolders) }).toEqual({ files: [], folders: [] });
});

it('no file of the source has more than 350 lines', () => {
  const lengthOf = (file: string): number => readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1;
  const sources = files.filter((file) => file.startsWith('src/') && !isTestFile(file));
  expect(sources.filter((file) => lengthOf(file) > 350)).toEqual([]);
});

it('no ARN and no host of AWS is built for one partition alone: both come from the region', () => {
  const sources = files.filter(
    (file) => /^src\/(?:main|shared|renderer\/src)\//.test(file) && !isTestFile(file),
  );
  const isBuilt = (line: string): boolean =>
    /arn:aws[a-z-]*:[^'"`]*\$\{/.test(line) || /\}[^'"`]*\.amazonaws\.com/.test(line);
  const linesOf = (file: string): readonly string[] => readFileSync(join(ROOT, file), 'utf8').split('\n');
  expect(sources.flatMap((file) => linesOf(file).filter(isBuilt))).toEqual([]);
});

it('every name that the source exports and a test imports is imported by production code too', () => {
  const importers = new Map<string, string[]>();
  // A module that is loaded when it is needed gives all of its names to whoever loads it.
  const loaded = new Set(files.filter((file) => !isTestOrTool(file)).flatMap(loadedBy));
  for (const file of files) {
    for (const name of namesImportedBy(file)) importers.set(name, [...(importers.get(name) ?? []), file]);
  }
  const onlyTested = [...importers].filter(([name, by]) => {
    const [file = ''] = name.split(' ');
    return file.startsWith('src/') && !isTestFile(file) && !loaded.has(file) && by.every(isTestOrTool);
  });
  expect(onlyTested.map(([name]) => name)).toEqual([]);
});

/** Names that a file imports of others here, each as `file name`. */
function namesImportedBy(file: string): readonly string[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  return [...source.matchAll(NAMED_IMPORT)].flatMap(([, names = '', specifier = '']) =>
    names
      .split(',')
      .map((name) =>
        name
          .trim()
          .replace(/^type /, '')
          .replace(/ as .*$/, ''),
      )
      .filter((name) => name !== '')
      .map((name) => `${normalize(join(dirname(file), specifier))} ${name}`),
  );
}

/** Files that a file loads with import(). */
function loadedBy(file: string): readonly string[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  return [...source.matchAll(/import\('(\.[^']+)'\)/g)].map(([, specifier = '']) =>
    normalize(join(dirname(file), specifier)),
  );
}

function isTestOrTool(file: string): boolean {
  return isTestFile(file) || file.startsWith('e2e/') || file.startsWith('bench/');
}

function targetsOf(file: string): readonly string[] {
  return importsOf(file, readFileSync(join(ROOT, file), 'utf8'))
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier }) => normalize(join(dirname(file), specifier)))
    .filter((target) => target !== file && /\.tsx?$/.test(target));
}

describe('a breach of the layers is', () => {
  it.each([
    ['src/main/engine/aws/a.ts', '../catalog/tasks.ts', 'its folder is in no lower layer'],
    ['src/main/engine/use/a.ts', '../diagnosis/diagnose.ts', 'its folder is in no lower layer'],
    ['src/renderer/src/lib/a.ts', '../ui/card.tsx', 'its folder is in no lower layer'],
    [
      'src/renderer/src/features/images/a.tsx',
      '../services/service-page.tsx',
      'its folder is in no lower layer',
    ],
    ['src/sandbox/core/a.ts', '../services/ecs/ecs.ts', 'its folder is in no lower layer'],
  ])('%s importing %s', (file, specifier, why) => {
    expect(layerBreachesOf(file, `import { a } from '${specifier}';`)).toEqual([
      `${file}:1 may not import ${specifier}: ${why}`,
    ]);
  });

  it('an import of test support from production code', () => {
    expect(layerBreachesOf('src/main/engine/aws/a.ts', "import { a } from '../testing/task.ts';")).toEqual([
      'src/main/engine/aws/a.ts:1 may not import ../testing/task.ts, which is for tests',
    ]);
  });

  it('a folder that has no layer', () => {
    expect(layerBreachesOf('src/main/engine/elsewhere/a.ts', '')).toEqual([
      'src/main/engine/elsewhere/a.ts is in a folder that has no layer',
    ]);
  });
});

it('a circle is found between any number of folders', () => {
  const graph = new Map([
    ['a', new Set(['b'])],
    ['b', new Set(['c', 'd'])],
    ['c', new Set(['a'])],
    ['d', new Set<string>()],
  ]);
  expect(circlesOf(graph)).toEqual([['a', 'b', 'c']]);
});

describe('an import is found when it is', () => {
  it.each([
    ['an import statement', "import { a } from 'found';"],
    ['an import for its effect', "import 'found';"],
    ['an import of a type', "import type { A } from 'found';"],
    ['an export from', "export { a } from 'found';"],
    ['an export of all', "export * from 'found';"],
    ['an export of a type', "export type { A } from 'found';"],
    ['a dynamic import', "const load = () => import('found');"],
    ['the type of a module', "type A = import('found').A;"],
    ['a typeof import', "let a: typeof import('found');"],
    ['an import of old', "import a = require('found');"],
    ['a require', "const a = require('found');"],
    ['in a tsx file', "const view = <p>{import('found')}</p>;"],
  ])('%s', (what, source) => {
    const file = what.includes('tsx') ? 'src/a.tsx' : 'src/a.ts';
    expect(importsOf(file, source).map(({ specifier }) => specifier)).toEqual(['found']);
  });

  it('but not in a comment or a text', () => {
    expect(importsOf('src/a.ts', "// import 'no'\nconst text = `import 'no'`;")).toEqual([]);
  });
});

describe('a breach is', () => {
  it.each([
    ['src/shared/a.ts', 'node:fs'],
    ['src/shared/a.ts', '../main/engine/ports.ts'],
    ['src/main/engine/a.ts', 'electron'],
    ['src/main/engine/aws/a.ts', 'react'],
    ['src/main/engine/aws/a.ts', '../../electron/window.ts'],
    ['src/main/engine/aws/a.ts', '../../app.ts'],
    ['src/main/engine/aws/a.ts', '../../../sandbox/start.ts'],
    ['src/main/electron/a.ts', '../engine/aws/clients.ts'],
    ['src/main/browser/a.ts', '../engine/engine.ts'],
    ['src/main/browser/a.ts', 'electron'],
    ['src/main/index.ts', '../renderer/src/main.tsx'],
    ['src/preload/index.ts', 'zod'],
    ['src/preload/index.ts', '../shared/contract.ts'],
    ['src/renderer/src/a.tsx', 'node:path'],
    ['src/renderer/src/a.tsx', 'electron'],
    ['src/renderer/src/a.tsx', '../../main/engine/ports.ts'],
    ['src/renderer/src/a.tsx', '../../sandbox/start.ts'],
    ['src/sandbox/a.ts', '../main/engine/ports.ts'],
    ['src/sandbox/a.ts', '../shared/contract.ts'],
    ['src/sandbox/a.ts', 'zod'],
    ['e2e/a.spec.ts', '../src/main/engine/engine.ts'],
    ['e2e/a.spec.ts', '../src/shared/client.ts'],
    ['elsewhere/a.ts', 'node:fs'],
  ])('%s importing %s', (file, specifier) => {
    const breach = `${file}:2 may not import ${specifier}`;
    expect(breachesOf(file, `\nimport { a } from '${specifier}';`)).toEqual([breach]);
    expect(breachesOf(file, `\nconst a = import('${specifier}');`)).toEqual([breach]);
  });

  it('an import whose address is computed', () => {
    expect(breachesOf('src/renderer/src/a.ts', 'const a = import(somewhere);')).toEqual([
      'src/renderer/src/a.ts:1 may not import (computed)',
    ]);
  });
});

describe('no breach is', () => {
  it.each([
    ['src/main/engine/a.test.ts', "import { startSandbox } from '../../sandbox/start.ts';"],
    ['src/main/electron/a.ts', "import type { Dispatcher } from '../engine/ports/dispatcher.ts';"],
    ['src/main/cli.ts', "import { createEngine } from './engine/engine.ts';"],
    ['src/main/app.ts', "const sandbox = import('../sandbox/start.ts');"],
    ['src/preload/index.ts', "import type { Transport } from '../shared/transport.ts';"],
    ['e2e/pages/a.ts', "import type { ServiceRow } from '../../src/shared/model/service.ts';"],
    ['src/renderer/src/a.tsx', "import { createClient } from '../../shared/client.ts';"],
  ])('in %s %s', (file, source) => {
    expect(breachesOf(file, source)).toEqual([]);
  });
});
