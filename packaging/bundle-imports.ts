import { importsOf } from '../src/imports.ts';

/** What the bundler makes of `require` in CommonJS code; the minifier writes texts with backticks. */
const BUNDLED_REQUIRE = /\b__require\(\s*["`]([^"`]+)["`]\s*\)/g;

/** The packages that a built file needs at run time, each once: by import, import() or require. */
export function packagesNeededBy(file: string, source: string): readonly string[] {
  const imported = importsOf(file, source).map(({ specifier }) => specifier);
  const required = [...source.matchAll(BUNDLED_REQUIRE)].flatMap(([, specifier]) => specifier ?? []);
  const packages = [...imported, ...required]
    .filter((specifier) => !specifier.startsWith('.'))
    .map(packageOf);
  return [...new Set(packages)];
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
