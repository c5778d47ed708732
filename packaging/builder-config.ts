import { join } from 'node:path';
import type { Configuration } from 'electron-builder';
import { ICNS, ICO, LINUX_ICONS, WINDOW_ICON } from './icon-files.ts';
import { THIRD_PARTY_LICENSES } from './third-party.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Also the AppUserModelID on Windows, without which it shows no notifications. Never changes: it is what updates go by. */
const APP_ID = 'dev.slipway.app';

/**
 * Switches inside the Electron binary, set for good when it is packaged.
 * https://www.electronjs.org/docs/latest/tutorial/fuses
 */
export const FUSES = {
  // The signed binary must not run other people's scripts.
  runAsNode: false,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableCookieEncryption: true,
  // Only the app.asar whose hash is in the binary is ever loaded.
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  // The page is served by app://, and never by file://.
  grantFileProtocolExtraPrivileges: false,
} as const satisfies NonNullable<Configuration['electronFuses']>;

/**
 * What the package holds besides the production dependencies of package.json, which electron-builder adds by itself.
 * Of those, what only a compiler or a reader needs stays out, and so do the sources of native modules: they are
 * optional, and were not compiled (`allowScripts`).
 */
const FILES: readonly string[] = [
  'package.json',
  'out/**/*',
  // Of the Node that built it.
  '!out/main/code-cache{,/**/*}',
  // THIRD-PARTY-LICENSES.txt has what they say.
  '!out/**/licenses.json',
  '!out/third-party-licenses.txt',
  WINDOW_ICON.file,
  '!**/*.{map,ts,mts,cts,tsbuildinfo,md,markdown,flow,gyp,c,cc,cpp,h}',
  '!**/{.*,*.test.*,tsconfig.json,Makefile,binding.gyp}',
  '!**/node_modules/**/{test,tests,__tests__,docs,doc,example,examples,bench,benchmark,benchmarks,man}{,/**/*}',
  '!**/node_modules/{cpu-features,nan,buildcheck,@types}{,/**/*}',
  // For browsers, and for a command of @grpc/proto-loader that nothing here runs.
  '!**/node_modules/protobufjs/dist{,/**/*}',
  '!**/node_modules/@grpc/proto-loader/build/bin{,/**/*}',
  '!**/node_modules/{yargs,yargs-parser}{,/**/*}',
];

/**
 * How electron-builder packages Slipway. Keys for signing and notarising come from the environment and are read by
 * electron-builder itself; docs/releasing.md lists them. Without them the packages are not signed.
 *
 * @param environment of the build; `GITHUB_REPOSITORY`, which a workflow of GitHub has, is where updates come from.
 * A package that was built anywhere else is offered none.
 */
export function builderConfig(environment: Environment): Configuration {
  return {
    appId: APP_ID,
    productName: 'Slipway',
    copyright: 'Copyright © 2026 The Slipway authors',
    directories: { output: 'dist', buildResources: 'packaging' },
    files: [...FILES],
    extraResources: [{ from: THIRD_PARTY_LICENSES, to: 'THIRD-PARTY-LICENSES.txt' }, 'LICENSE'],
    asar: true,
    npmRebuild: false,
    allowMissingDependencies: false,
    electronLanguages: ['en-US'],
    electronFuses: FUSES,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder fills it in
    artifactName: 'slipway-${version}-${os}-${arch}.${ext}',
    publish: updateFeed(environment),
    toolsets: {
      // Brings its own runtime: FUSE 2, which the older one wants, is not in Ubuntu since 22.04.
      appimage: '1.0.3',
    },
    mac: macConfig(environment),
    win: {
      target: ['nsis'],
      icon: ICO.file,
      forceCodeSigning: has(environment, 'WIN_CSC_LINK'),
    },
    nsis: {
      // For the one user, without an administrator's rights, which an update would need each time too.
      oneClick: false,
      perMachine: false,
      allowToChangeInstallationDirectory: false,
      deleteAppDataOnUninstall: false,
      buildUniversalInstaller: false,
    },
    linux: {
      target: ['AppImage', 'deb', 'rpm'],
      icon: LINUX_ICONS.folder,
      executableName: 'slipway',
      category: 'Development',
      synopsis: 'Release containers on Amazon ECS',
      syncDesktopName: true,
      desktop: { entry: { Keywords: 'AWS;ECS;containers;deploy;' } },
    },
    deb: {
      packageCategory: 'devel',
      appArmorProfile: join('packaging', 'apparmor-profile'),
    },
  };
}

function macConfig(environment: Environment): NonNullable<Configuration['mac']> {
  const isSigned = has(environment, 'CSC_LINK');
  const entitlements = join('packaging', 'entitlements.mac.plist');
  return {
    target: ['dmg', 'zip'],
    icon: ICNS.file,
    category: 'public.app-category.developer-tools',
    entitlements,
    entitlementsInherit: entitlements,
    notarize: isSigned && has(environment, 'APPLE_API_KEY'),
    forceCodeSigning: isSigned,
    // Apple silicon runs nothing that has no signature at all. An ad-hoc one names nobody, so that the hardened runtime,
    // which wants one team for app and frameworks, would refuse it.
    ...(isSigned ? { hardenedRuntime: true } : { identity: '-', hardenedRuntime: false }),
  };
}

function updateFeed({
  GITHUB_REPOSITORY: repository,
}: Environment): Exclude<Configuration['publish'], undefined> {
  const [owner, repo] = repository?.split('/') ?? [];
  if (owner === undefined || repo === undefined) return null;
  return { provider: 'github', owner, repo, releaseType: 'draft' };
}

function has(environment: Environment, name: string): boolean {
  return (environment[name] ?? '') !== '';
}
