import { StartFailure } from '../process/start-failure.ts';

interface Session {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly args: readonly string[];
}

/** Whether a window can be shown. On Linux a display has to be named, or one that is only simulated asked for. */
export function hasDisplay({ platform, environment, args }: Session): boolean {
  if (platform !== 'linux') return true;
  if (environment.DISPLAY || environment.WAYLAND_DISPLAY) return true;
  return args.some((arg) => /^--(?:headless|ozone-platform)(?:=|$)/.test(arg));
}

/**
 * Throws a StartFailure where there is no display. Electron looks for one only after the entry has run, and then ends
 * with a code and an error of Chromium's.
 */
export function requireDisplay(session: Session): void {
  if (hasDisplay(session)) return;
  throw new StartFailure(
    "Slipway can't open a window: neither DISPLAY nor WAYLAND_DISPLAY is set. Start it in a desktop session, or use the browser host.",
  );
}
