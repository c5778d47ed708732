import { readdirSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin, Rolldown } from 'vite';

/** Pages have addresses with folders in them, so the page's files are named from the root and not beside it. */
const absoluteBase: Plugin = {
  name: 'absolute-base',
  config(config) {
    config.base = '/';
  },
};

/** Whose code a bundle holds, with its licences: for the notice and the SBOM of a package. */
const license = { fileName: 'licenses.json' };

/**
 * Takes `node:http` without importing it. Node reads every export of a module that is imported, and three of this one
 * load the whole of fetch, which takes 30 ms of each start. An import when it is needed reads them too.
 */
const httpWithoutFetch: Plugin = {
  name: 'http-without-fetch',
  renderChunk: (code) =>
    code
      .replaceAll(/\bimport\(["'`](?:node:)?http["'`]\)/g, 'process.getBuiltinModule("node:http")')
      .replaceAll(
        /^import (?:(\w+|\* as \w+))?(?:, )?(?:\{(.+)\})? from "(?:node:)?http";$/gm,
        (_, whole: string | undefined, parts: string | undefined) => {
          const names = [whole?.replace('* as ', ''), parts && `{${parts.replaceAll(' as ', ': ')}}`];
          const http = 'process.getBuiltinModule("node:http")';
          return names
            .filter(Boolean)
            .map((name) => `const ${name} = ${http};`)
            .join(' ');
        },
      ),
};

/** Where the page connects to the engine. */
const CONNECT = resolve('src/renderer/src/connect.ts');

/**
 * The code of the first page in one file, although other pages share parts of it: each file of a page that is being opened
 * costs the browser and the host some milliseconds.
 */
const firstPageInOneFile: Rolldown.CodeSplittingGroup = {
  tags: ['$initial'],
  name: (id, modules) => (importedBy(CONNECT, modules).has(id) ? undefined : 'first-page'),
};

/**
 * V8 then compiles all functions of the file while it arrives, beside the page's thread, and not each one when it is called:
 * https://v8.dev/blog/explicit-compile-hints. Other browsers read a comment.
 */
const compiledAtOnce: Plugin = {
  name: 'compiled-at-once',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      for (const each of Object.values(bundle)) {
        if (each.type === 'chunk' && each.isEntry && each.facadeModuleId !== CONNECT)
          each.code = `//# allFunctionsCalledOnLoad\n${each.code}`;
      }
    },
  },
};

/** A module and all that it imports at once. */
function importedBy(entry: string, modules: Rolldown.ChunkingContext): ReadonlySet<string> {
  const found = new Set([entry]);
  for (const id of found)
    for (const imported of modules.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
}

/** Runs the page's connection to the engine as soon as that small file is there, before the rest of the page's code. */
const connectFirst: Plugin = {
  name: 'connect-first',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle }) {
      const chunk = Object.values(bundle ?? {}).find(
        (each) => each.type === 'chunk' && each.facadeModuleId === CONNECT,
      );
      if (chunk === undefined) return [];
      const attrs = { type: 'module', crossorigin: true, src: `/${chunk.fileName}` };
      return [{ tag: 'script', attrs, injectTo: 'head-prepend' }];
    },
  },
};

/**
 * What the bundler cannot follow in dynalite: requires with computed names, a store on disk that is native code and that the
 * sandbox does not use, and a package whose licence is written as an object. Outside of node_modules, Node also warns of its
 * `url.parse` (DEP0169).
 */
const bundleDynalite: Plugin = {
  name: 'bundle-dynalite',
  enforce: 'pre',
  resolveId: (id) => (id === 'level' || id === 'lazy' ? `\0${id}.js` : undefined),
  load(id) {
    if (id === '\0level.js') return 'exports.Level = undefined;';
    return id === '\0lazy.js' ? readFileSync(resolve('node_modules/lazy/lazy.js'), 'utf8') : undefined;
  },
  transform(code, id) {
    if (!id.endsWith('/dynalite/index.js')) return undefined;
    const withoutWarning = code.replace(
      'url.parse(req.url, true).query',
      "Object.fromEntries(new URL(req.url, 'http://dynalite').searchParams)",
    );
    if (withoutWarning === code)
      throw new Error('dynalite reads the address of a request in another way now.');
    return withoutWarning.replaceAll(
      /require\('\.\/(actions|validations)\/' \+ action\)/g,
      (_, folder: string) => {
        const files = readdirSync(resolve('node_modules/dynalite', folder));
        const cases = files.map(
          (file) => `action === '${basename(file, '.js')}' ? require('./${folder}/${file}') :`,
        );
        return `(${cases.join(' ')} undefined)`;
      },
    );
  },
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      const list = bundle[license.fileName];
      if (list?.type !== 'asset') return;
      const packages = JSON.parse(list.source.toString()) as object[];
      const { version } = JSON.parse(readFileSync(resolve('node_modules/lazy/package.json'), 'utf8')) as {
        version: string;
      };
      list.source = JSON.stringify([...packages, { name: 'lazy', version, identifier: 'MIT' }], undefined, 2);
    },
  },
};

/** Less to parse at each start. Functions and classes keep their names, for the stack traces of the log. */
const readableMinify = {
  compress: { keepNames: { function: true, class: true } },
  mangle: { keepNames: true, toplevel: false },
  codegen: true,
};

export default defineConfig({
  // Bundles every package but the `dependencies` of package.json. pino cannot be bundled, as it reads the script of its
  // worker from its own folder.
  main: {
    plugins: [httpWithoutFetch, bundleDynalite],
    build: {
      license,
      rolldownOptions: {
        output: { minify: readableMinify },
        input: {
          index: resolve('src/main/index.ts'),
          serve: resolve('src/main/serve.ts'),
          cli: resolve('src/main/cli.ts'),
        },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      isolatedEntries: true,
      rolldownOptions: {
        input: { index: resolve('src/preload/index.ts') },
        // A sandboxed window loads only CommonJS preloads, and "type": "module" would make it ESM.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve('src/renderer'),
    plugins: [react(), absoluteBase, connectFirst, compiledAtOnce],
    // For npm run dev -- --host electron, whose page is at app://slipway and whose server is on loopback only.
    server: {
      host: '127.0.0.1',
      hmr: { protocol: 'ws', host: '127.0.0.1' },
      fs: { allow: ['src/renderer', 'src/shared', 'node_modules'].map((folder) => resolve(folder)) },
    },
    build: {
      minify: true,
      license,
      rolldownOptions: {
        input: { index: resolve('src/renderer/index.html'), connect: CONNECT },
        output: {
          codeSplitting: { groups: [firstPageInOneFile], includeDependenciesRecursively: false },
        },
      },
    },
  },
});
