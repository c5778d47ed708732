import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const RENDERER = fileURLToPath(new URL('renderer', import.meta.url));
const CORE = dirname(fileURLToPath(import.meta.resolve('@mantine/core')));
const NOTIFICATIONS = dirname(fileURLToPath(import.meta.resolve('@mantine/notifications')));
/** Of every page. */
const GLOBAL = ['baseline', 'default-css-variables', 'global'];

it('the page has the styles of the Mantine components that it uses, and no others, in the order of Mantine', () => {
  const sources = [
    ...globSync('**/*.{ts,tsx}', { cwd: RENDERER, exclude: ['**/*.test.*'] }).map((file) =>
      join(RENDERER, file),
    ),
    ...globSync('**/*.mjs', { cwd: NOTIFICATIONS }).map((file) => join(NOTIFICATIONS, file)),
  ];
  const used = new Set(sources.flatMap((file) => namesFrom(readFileSync(file, 'utf8'), '@mantine/core')));
  const styled = new Set([...GLOBAL, ...styledComponents(used)]);
  const own = readFileSync(join(RENDERER, 'src/ui/mantine.css'), 'utf8');
  const listed = [...own.matchAll(/@import ["']@mantine\/core\/styles\/(\w[\w-]*)\.css["'];/g)].map(
    ([, name]) => name,
  );
  expect(listed).toEqual([...styled].toSorted((one, other) => placeOf(one) - placeOf(other)));
});

/** The names that a module imports from a package, without types. */
function namesFrom(source: string, from: string): readonly string[] {
  return [...source.matchAll(/import \{([^}]*)\} from ['"]([^'"]+)['"]/g)]
    .filter(([, , module]) => module === from)
    .flatMap(([, names = '']) => names.split(','))
    .map((name) => name.trim().replace(/ as .*/s, ''))
    .filter((name) => name !== '' && !name.startsWith('type '));
}

/** The components with styles that these are made of, with themselves. */
function styledComponents(names: ReadonlySet<string>): ReadonlySet<string> {
  const index = join(CORE, 'index.mjs');
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const styles = /^(.*)\.module\.mjs$/.exec(basename(file))?.[1];
    if (styles !== undefined) found.add(styles);
    for (const [, module = ''] of readFileSync(file, 'utf8').matchAll(/ from "(\.[^"]+\.mjs)"/g)) {
      visit(join(dirname(file), module));
    }
  };
  for (const [, exported = '', module = ''] of readFileSync(index, 'utf8').matchAll(
    /import \{([^}]*)\} from "(\.[^"]+\.mjs)"/g,
  )) {
    if (exported.split(',').some((name) => names.has(name.trim()))) visit(join(CORE, module));
  }
  return found;
}

const ALL = readFileSync(join(CORE, '../styles.css'), 'utf8');

/** Where the styles of a component are in Mantine's file of all styles. */
function placeOf(name: string): number {
  const start = readFileSync(join(CORE, `../styles/${name}.css`), 'utf8')
    .trim()
    .slice(0, 200);
  const place = ALL.indexOf(start);
  if (place === -1) throw new Error(`The styles of ${name} are not in Mantine's styles.css.`);
  return place;
}
