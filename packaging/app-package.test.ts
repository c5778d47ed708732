import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractAll, getRawHeader, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { Arch, type Configuration, Platform } from 'electron-builder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp, isBuilt } from '../scripts/built-app.ts';
import { ROOT } from '../scripts/checkout.mjs';
import { runToEnd } from '../scripts/child-process.ts';
import { packageApp } from './app-package.ts';
import { builderConfig } from './builder-config.ts';
import { packagesNeededBy } from './bundle-imports.ts';
import { writeFakeElectron } from './fake-electron.ts';
import { useHost } from './first-answer.ts';

/** The app beside Electron, which itself has over 200 MB. */
const MAX_ASAR_BYTES = 10_000_000;
/** For a build, a package and processes on a machine that does much else. They take 15 s where it does not. */
const PATIENCE_MS = 300_000;

const LINUX_FOLDER = Platform.LINUX.createTarget('dir', Arch.x64);

let work: string;
let resources: string;
let extracted: string;

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'slipway-package-'));
  const electron = join(work, 'electron');
  writeFakeElectron(electron);
  await buildIfNeeded();
  await packageApp(ROOT, { ...builderConfig({}), ...inFolder(work) }, LINUX_FOLDER);
  resources = join(work, 'dist', 'linux-unpacked', 'resources');
  extracted = join(work, 'app');
  mkdirSync(extracted);
  extractAll(join(resources, 'app.asar'), extracted);
}, PATIENCE_MS);
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** `npm test` has built it already. */
async function buildIfNeeded(): Promise<void> {
  if (isBuilt(ROOT)) return;
  const { code, output } = await buildApp(ROOT);
  if (code !== 0) throw new Error(`The app could not be built.\n${output}`);
}

/** Where Electron is taken from and the package is put, so that nothing is downloaded or left behind. */
function inFolder(folder: string): Configuration {
  return {
    electronDist: join(folder, 'electron'),
    directories: { output: join(folder, 'dist'), buildResources: 'packaging' },
  };
}

describe('the configuration of electron-builder', () => {
  it('is refused with a fuse that does not exist', async () => {
    const fuses = { ...builderConfig({}).electronFuses, runAsnode: false };
    const mistyped = { ...builderConfig({}), ...inFolder(join(work, 'refused')), electronFuses: fuses };
    await expect(packageApp(ROOT, mistyped, LINUX_FOLDER)).rejects.toThrow(
      'configuration.electronFuses should be',
    );
    expect(existsSync(join(work, 'refused'))).toBe(false);
  });

  it('is refused with an option of a system that does not exist', async () => {
    const mistyped = {
      ...builderConfig({}),
      ...inFolder(join(work, 'refused')),
      mac: { hardenedRunTime: true },
    };
    await expect(packageApp(ROOT, mistyped as Configuration, LINUX_FOLDER)).rejects.toThrow(
      'configuration.mac should be',
    );
  });
});

describe('the package', () => {
  it('has an executable whose fuses are those of the configuration', async () => {
    const executable = join(work, 'dist', 'linux-unpacked', 'slipway');
    const wire = await getCurrentFuseWire(executable);
    expect({
      runAsNode: wire[FuseV1Options.RunAsNode] === FuseState.ENABLE,
      enableCookieEncryption: wire[FuseV1Options.EnableCookieEncryption] === FuseState.ENABLE,
      enableNodeOptionsEnvironmentVariable:
        wire[FuseV1Options.EnableNodeOptionsEnvironmentVariable] === FuseState.ENABLE,
      enableNodeCliInspectArguments: wire[FuseV1Options.EnableNodeCliInspectArguments] === FuseState.ENABLE,
      enableEmbeddedAsarIntegrityValidation:
        wire[FuseV1Options.EnableEmbeddedAsarIntegrityValidation] === FuseState.ENABLE,
      onlyLoadAppFromAsar: wire[FuseV1Options.OnlyLoadAppFromAsar] === FuseState.ENABLE,
      loadBrowserProcessSpecificV8Snapshot:
        wire[FuseV1Options.LoadBrowserProcessSpecificV8Snapshot] === FuseState.ENABLE,
      grantFileProtocolExtraPrivileges:
        wire[FuseV1Options.GrantFileProtocolExtraPrivileges] === FuseState.ENABLE,
    }).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  it('keeps the whole app in one archive of at most 10 MB', () => {
    expect(readdirSync(resources).sort()).toEqual(['LICENSE', 'THIRD-PARTY-LICENSES.txt', 'app.asar']);
    expect(statSync(join(resources, 'app.asar')).size).toBeLessThan(MAX_ASAR_BYTES);
    expect(JSON.stringify(getRawHeader(join(resources, 'app.asar')).header)).not.toContain('"unpacked"');
  });

  it('holds the built app, its dependencies, the icon of the window, and nothing else', () => {
    const files = listPackage(join(resources, 'app.asar'), { isPack: false }).map((file) =>
      file.replaceAll('\\', '/'),
    );
    const tops = new Set(files.map((file) => file.split('/')[1]));
    expect(tops).toEqual(new Set(['node_modules', 'out', 'package.json', 'resources']));
    expect(files.filter((file) => file.startsWith('/resources/'))).toEqual(['/resources/icon.png']);
    for (const file of [
      'main/index.js',
      'main/serve.js',
      'main/cli.js',
      'preload/index.cjs',
      'renderer/index.html',
    ]) {
      expect(files).toContain(`/out/${file}`);
    }
    for (const dependency of Object.keys(dependencies())) {
      expect(files).toContain(`/node_modules/${dependency}/package.json`);
    }
  });

  it('holds no types, source maps, documentation or sources of native modules', () => {
    const files = listPackage(join(resources, 'app.asar'), { isPack: false });
    expect(
      files.filter((file) => /\.(?:[cm]?ts|map|md|markdown|flow|gyp|cc?|cpp|h|node)$/.test(file)),
    ).toEqual([]);
    expect(files.filter((file) => /node_modules[/\\](?:@types|nan|cpu-features)\b/.test(file))).toEqual([]);
  });

  it('needs no package at run time that package.json does not name as a dependency', () => {
    const files = globSync('out/{main,preload}/**/*.{js,cjs}', { cwd: extracted });
    expect(files.length).toBeGreaterThan(3);
    const needed = files.flatMap((file) =>
      packagesNeededBy(file, readFileSync(join(extracted, file), 'utf8')),
    );
    const packages = new Set(needed.filter((name) => !isBuiltin(name)));
    expect(packages).toEqual(new Set(['electron', ...Object.keys(dependencies())]));
  });

  it('has one locale of Electron', () => {
    expect(readdirSync(join(resources, '..', 'locales'))).toEqual(['en-US.pak']);
  });

  it('carries the licences of the code that was bundled', () => {
    const notice = readFileSync(join(resources, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['@aws-sdk/client-ecs', 'zod', 'react', '@mantine/core'])
      expect(notice).toContain(`${name} `);
  });

  it('is offered no updates when it was not built by a release', () => {
    expect(existsSync(join(resources, 'app-update.yml'))).toBe(false);
    expect(builderConfig({ GITHUB_REPOSITORY: 'acme/slipway' }).publish).toEqual({
      provider: 'github',
      owner: 'acme',
      repo: 'slipway',
      releaseType: 'draft',
    });
  });
});

describe('the archive, extracted to where no other packages are', () => {
  const main = (file: string) => join(extracted, 'out', 'main', file);

  it('serves the page of the browser host, whose sandbox has a ledger', {
    timeout: PATIENCE_MS,
  }, async () => {
    const env = { ...process.env, SLIPWAY_DATA: join(work, 'ledger') };
    await useHost(
      { script: main('serve.js'), dataFolder: join(work, 'served') },
      async ({ answer, sandbox, errors }) => {
        expect(answer).toMatchObject({ status: 200 });
        expect(answer.body).toContain('<title>Slipway</title>');
        const create = [main('cli.js'), 'ledger', 'create', '--sandbox', sandbox];
        const created = await runToEnd(process.execPath, create, { cwd: work, env });
        expect(created).toEqual({
          code: 0,
          output: expect.stringContaining('slipway-ledger in us-east-1 is ready'),
        });
        // Node would warn here of what a bundled package does.
        expect(errors()).toBe('');
      },
    );
  });

  it('answers the command line', { timeout: PATIENCE_MS }, async () => {
    const env = { ...process.env, SLIPWAY_DATA: join(work, 'called') };
    const info = await runToEnd(process.execPath, [main('cli.js'), 'call', 'app.info', '{}'], {
      cwd: work,
      env,
    });
    expect(info).toMatchObject({ code: 0 });
    expect(info.output).toContain('"host":"cli"');
  });
});

it('a package is found whichever way a built file needs it', () => {
  const source = `import a from "one"; import("@scope/two/deep"); const b = __require("three"); export * from "./own.js";`;
  expect(packagesNeededBy('a.js', source)).toEqual(['one', '@scope/two', 'three']);
});

function dependencies(): Readonly<Record<string, string>> {
  const packageJson: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  return packageJson.dependencies;
}
