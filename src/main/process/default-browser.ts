import { spawn } from 'node:child_process';

/** What the choice of the program depends on. */
export interface Desktop {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Shows a web page; settles with false when it could not be shown. It may never settle: some programs run as long as the browser. */
export type OpenPage = (address: string) => Promise<boolean>;

/**
 * What shows a page in the default browser; undefined where nobody would see it: in CI (which sets CI), over SSH, and on Linux
 * without a display.
 */
export function defaultBrowser({ platform, environment }: Desktop): OpenPage | undefined {
  if (environment.CI || environment.SSH_CONNECTION || environment.SSH_TTY) return undefined;
  if (platform === 'darwin') return opener('open', [], environment);
  if (platform === 'win32') return opener('rundll32', ['url.dll,FileProtocolHandler'], environment);
  if (!environment.DISPLAY && !environment.WAYLAND_DISPLAY) return undefined;
  return opener('xdg-open', [], environment);
}

/**
 * No shell reads the address: it is one argument. It is what a server answered, and these programs also start programs and open
 * files, so only an address of the web is given to them.
 */
function opener(program: string, args: readonly string[], environment: Desktop['environment']): OpenPage {
  return (address) => {
    const page = webAddress(address);
    if (page === undefined) return Promise.resolve(false);
    return new Promise((done) => {
      const child = spawn(program, [...args, page], {
        stdio: 'ignore',
        detached: true,
        env: { ...environment },
      });
      child.once('error', () => done(false));
      child.once('exit', (code) => done(code === 0));
      // The command may end before the browser does.
      child.unref();
    });
  };
}

/** The address as a browser writes it; undefined if it is not of the web, or has a login in it. */
function webAddress(address: string): string | undefined {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  return url.username === '' && url.password === '' ? url.href : undefined;
}
