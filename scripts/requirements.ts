import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findBrowser, type Machine } from '../src/main/browser/installed-browser.ts';
import { type Finished, runToEnd } from './child-process.ts';

/** What the tests need of the machine beside the packages. */
export const REQUIREMENT_NAMES = [
  'chromium',
  'docker',
  'busybox',
  'skopeo',
  'docker-registry',
  'aws',
  'jq',
  'zsh',
  'fish',
] as const;
export type Requirement = (typeof REQUIREMENT_NAMES)[number];

interface RequirementFacts {
  readonly title: string;
  readonly debianPackage: string;
  /** For machines that are not Debian-like. */
  readonly elsewhere: string;
}

export const REQUIREMENTS: Readonly<Record<Requirement, RequirementFacts>> = {
  chromium: {
    title: 'Chromium, Chrome or Edge',
    debianPackage: 'chromium',
    elsewhere: 'install one of them, or name it in SLIPWAY_TEST_CHROMIUM',
  },
  docker: {
    title: 'a Docker Engine',
    debianPackage: 'docker.io',
    elsewhere: 'start one, and name it in DOCKER_HOST if it is not at the usual socket',
  },
  busybox: {
    title: 'a static busybox',
    debianPackage: 'busybox-static',
    elsewhere: 'install a statically linked busybox as /bin/busybox',
  },
  skopeo: { title: 'skopeo', debianPackage: 'skopeo', elsewhere: 'install skopeo' },
  'docker-registry': {
    title: 'the registry of Docker (distribution)',
    debianPackage: 'docker-registry',
    elsewhere: 'install it as docker-registry',
  },
  aws: { title: 'the AWS command line', debianPackage: 'awscli', elsewhere: 'install the AWS CLI' },
  jq: { title: 'jq', debianPackage: 'jq', elsewhere: 'install jq' },
  zsh: { title: 'zsh', debianPackage: 'zsh', elsewhere: 'install zsh' },
  fish: { title: 'fish', debianPackage: 'fish', elsewhere: 'install fish' },
};

/** The Chromium that the browser tests use: the named one, or an installed one. */
export function findChromium(machine: Machine): string | undefined {
  return machine.environment.SLIPWAY_TEST_CHROMIUM || findBrowser(machine);
}

/** Debian's package of Chromium without a window, and the name of its command. */
const HEADLESS_SHELL = 'chromium-headless-shell';

/**
 * Chromium without a window, for the browser tests: with it they need a third less processor time. None where a person has named
 * another Chromium.
 */
export function findHeadlessShell(environment: NodeJS.ProcessEnv): string | undefined {
  if (environment.SLIPWAY_TEST_HEADLESS_SHELL) return environment.SLIPWAY_TEST_HEADLESS_SHELL;
  return environment.SLIPWAY_TEST_CHROMIUM ? undefined : findOnPath(HEADLESS_SHELL, environment);
}

/** A command's file in the folders of PATH, and in those of the system's own programs. */
export function findOnPath(command: string, environment: NodeJS.ProcessEnv): string | undefined {
  const folders = [...(environment.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, command))
    .find((file) => existsSync(file));
}

/** Whether busybox runs in an image that holds nothing else. */
export function hasStaticBusybox(): boolean {
  const file = '/bin/busybox';
  return existsSync(file) && !readFileSync(file).includes('/ld-linux');
}

export function isDebianLike(): boolean {
  return existsSync('/etc/debian_version');
}

/** Whether apt-get can install something here. */
export function canInstall(): boolean {
  return isDebianLike() && process.getuid?.() === 0;
}

/** Installs Debian packages; what apt-get said if it could not. */
export async function installDebianPackages(
  packages: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly problem?: string }> {
  const install = ['install', '-y', '-q', '--no-install-recommends', ...packages];
  const { code, output } = await runAptGet(install, signal);
  return code === 0 ? {} : { problem: output };
}

/** Reads which packages there are. */
export async function updateDebianPackages(signal: AbortSignal): Promise<void> {
  await runAptGet(['update', '-q'], signal);
}

/** Installs the headless shell. Not every Debian-like system has a package of it. */
export async function tryToInstallHeadlessShell(signal: AbortSignal): Promise<void> {
  await installDebianPackages([HEADLESS_SHELL], signal);
}

function runAptGet(args: readonly string[], signal: AbortSignal): Promise<Finished> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return runToEnd('apt-get', args, { env, signal });
}

/** What to do about requirements that are missing, a line each. */
export function adviceFor(missing: readonly Requirement[], isDebianLike: boolean): readonly string[] {
  return missing.map((requirement) => {
    const { title, debianPackage, elsewhere } = REQUIREMENTS[requirement];
    const how = isDebianLike ? `sudo apt-get install --no-install-recommends ${debianPackage}` : elsewhere;
    return `Missing: ${title}. To run the tests that need it: ${how}`;
  });
}
