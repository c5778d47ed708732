import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { archFromString, type Configuration, Platform } from 'electron-builder';
import { buildApp, isBuilt } from '../scripts/built-app.ts';
import { ROOT } from '../scripts/checkout.mjs';
import { findElectron } from '../scripts/electron-binary.ts';
import { packageApp } from './app-package.ts';
import { builderConfig } from './builder-config.ts';

const HELP = `npm run package -- [options]

  --arch ARCH   x64 or arm64, may be given more than once; downloads Electron for each. Without it, the packages are
                for this machine and made of the Electron that is installed.
  --help        print this
`;

const ARCHITECTURES: ReadonlySet<string> = new Set(['x64', 'arm64']);

/** What `npm run package` does once the packages are there: packages of the app for this system, in `dist`. */
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      arch: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const unknown = values.arch.find((arch) => !ARCHITECTURES.has(arch));
  if (unknown !== undefined) throw new Error(`--arch ${unknown} is not supported. Give x64 or arm64.`);

  const config = configFor(values.arch);
  if (config === undefined) {
    process.stderr.write(
      'Nothing was packaged, because the Electron binary is not installed: run "npx install-electron" where GitHub can ' +
        'be reached, or name the folder of an Electron in ELECTRON_OVERRIDE_DIST_PATH, and run npm run package again.\n',
    );
    return 1;
  }
  await buildIfNeeded();
  const architectures = values.arch.length > 0 ? values.arch : [process.arch];
  // All in one run, as the file in which the app looks for updates names the packages of every architecture.
  const targets = Platform.current().createTarget(null, ...architectures.map(archFromString));
  for (const file of await packageApp(ROOT, config, targets)) process.stdout.write(`${file}\n`);
  return 0;
}

/** For given architectures electron-builder downloads Electron; otherwise it takes the one that is here, if any. */
function configFor(architectures: readonly string[]): Configuration | undefined {
  const config = builderConfig(process.env);
  if (architectures.length > 0) return config;
  const binary = findElectron(ROOT, { platform: process.platform, environment: process.env });
  return binary === undefined ? undefined : { ...config, electronDist: electronFolder(binary) };
}

/** The folder that holds the binary, or on macOS the app around it. */
function electronFolder(binary: string): string {
  if (process.platform !== 'darwin') return dirname(binary);
  return dirname(dirname(dirname(dirname(binary))));
}

async function buildIfNeeded(): Promise<void> {
  if (isBuilt(ROOT)) return;
  process.stdout.write('Building\n');
  const { code, output } = await buildApp(ROOT);
  if (code !== 0) throw new Error(`${output}\nThe build failed; its output is above.`);
}
