import { StartFailure } from '../process/start-failure.ts';

export interface DesktopOptions {
  readonly sandbox: 'always' | 'when-needed';
}

/**
 * Switches of Chromium, Electron and Node that may stand on the same command line, and reach it by themselves: Windows
 * and Chromium add some to a second start. Names from https://www.electronjs.org/docs/latest/api/command-line-switches;
 * Chromium has thousands of others, which start in one of a few ways.
 */
const PLATFORM_SWITCHES: ReadonlySet<string> = new Set([
  'allow-file-access-from-files',
  'app',
  'diagnostic-dir',
  'disk-cache-size',
  'dns-result-order',
  'force-run',
  'headless',
  'host-resolver-rules',
  'host-rules',
  'in-process-gpu',
  'js-flags',
  'lang',
  'no-deprecation',
  'no-proxy-server',
  'no-sandbox',
  'no-stdio-init',
  'no-zygote',
  'original-process-start-time',
  'password-store',
  'require',
  'test-type',
  'throw-deprecation',
  'updated',
  'v',
  'vmodule',
  'xdg-portal-required-version',
]);
const PLATFORM_FAMILIES =
  /^(?:auth|disable|enable|experimental|force|gpu|gtk|high-dpi|ignore|inspect|log|ozone|proxy|remote|trace|use)(?:[-_]|$)/;

/**
 * Reads the arguments of the desktop app. Throws a StartFailure about the first option that nobody knows; what is no
 * option, such as the folder of the app in a checkout, is not looked at.
 */
export function parseDesktopArguments(args: readonly string[]): DesktopOptions {
  const unknown = args.find((arg) => arg.startsWith('--') && !isKnown(arg));
  if (unknown !== undefined) {
    throw new StartFailure(
      `Slipway has no option ${unknown.slice(0, 100)}. Start it without options, or with --sandbox to add the sandbox.`,
    );
  }
  return { sandbox: args.includes('--sandbox') ? 'always' : 'when-needed' };
}

function isKnown(option: string): boolean {
  if (option === '--' || option === '--sandbox') return true;
  const [name = ''] = option.slice(2).split('=', 1);
  return PLATFORM_SWITCHES.has(name) || PLATFORM_FAMILIES.test(name);
}
