import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import * as standIn from '../testing/electron-stand-in.ts';
import { limitNavigation } from './navigation-limits.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

/**
 * The rules of Electron's security checklist that ask for something not to be there, and those that no other test
 * covers. docs/security.md has the whole list. https://www.electronjs.org/docs/latest/tutorial/security
 */
const ROOT = join(import.meta.dirname, '..', '..', '..');

interface Source {
  readonly file: string;
  readonly text: string;
}

/** All that is built into the app; tests and what only they need are not. */
const SOURCES: readonly Source[] = globSync('src/{main,preload,renderer,shared}/**/*.{ts,tsx,html}', {
  cwd: ROOT,
})
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !/\.test\.tsx?$|(?:^|\/)testing\//.test(file))
  .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));

/** The files whose code has it. Comments may speak of it. */
function filesWith(pattern: RegExp): readonly string[] {
  const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return SOURCES.filter(({ text }) => pattern.test(withoutComments(text))).map(({ file }) => file);
}

describe('the sources of the app', () => {
  it.each([
    ['turn off web security', /webSecurity/],
    ['allow insecure content', /allowRunningInsecureContent/],
    ['enable experimental features', /experimentalFeatures/],
    ['enable Blink features', /enableBlinkFeatures/],
    ['add a webview or let it open windows', /<webview|allowpopups|webviewTag: true/],
    ['give Node to a page or a worker', /nodeIntegration\w*: true|contextIsolation: false|sandbox: false/],
    [
      'override the check of certificates',
      /certificate-error|setCertificateVerifyProc|rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED/,
    ],
    ['pass arguments to Chromium', /appendSwitch|appendArgument/],
    [
      'run or render a text as code',
      /executeJavaScript|insertCSS|\beval\(|new Function\(|dangerouslySetInnerHTML|innerHTML\s*=|insertAdjacentHTML/,
    ],
    [
      'take a protocol of the system',
      /setAsDefaultProtocolClient|intercept(?:File|Http|String|Buffer|Stream)Protocol/,
    ],
    ['use the remote module', /@electron\/remote|enableRemoteModule/],
    ['hide the security warnings of Electron', /ELECTRON_DISABLE_SECURITY_WARNINGS/],
  ])('have nothing that would %s', (_what, pattern) => {
    expect(SOURCES.length).toBeGreaterThan(300);
    // A Docker context may ask for TLS without verification, as the Docker command line takes it.
    expect(filesWith(pattern).filter((file) => !file.startsWith('src/main/engine/docker/'))).toEqual([]);
  });

  it('open addresses in the browser in one place only', () => {
    expect(filesWith(/openExternal\(/)).toEqual(['src/main/electron/outside-links.ts']);
  });

  it('let the preload script import only electron and the names of its channels', () => {
    const preload = SOURCES.filter(({ file }) => file.startsWith('src/preload/'));
    const needed = preload.flatMap(({ text }) => [
      ...text.matchAll(/(?:from|import\(?|require\()\s*'([^']+)'/g),
    ]);
    // Types don't exist at run time.
    const types = preload.flatMap(({ text }) => [...text.matchAll(/import type .* from '([^']+)'/g)]);
    const typesOnly = new Set(types.map(([, name]) => name));
    expect(needed.map(([, name]) => name).filter((name) => !typesOnly.has(name))).toEqual([
      'electron',
      '../shared/channels.ts',
    ]);
  });
});

describe('the limits of every page', () => {
  it('stop every webview before it is attached', () => {
    const page = standIn.createContents('app://slipway/');
    // What it takes is for links and logs, which a webview does not get to.
    limitNavigation(undefined as never);
    standIn.app.emit('web-contents-created', {}, page);
    const event = { url: 'app://slipway/', preventDefault: vi.fn<() => void>() };
    page.emit('will-attach-webview', event, {}, {});
    expect(event.preventDefault).toHaveBeenCalledOnce();
  });
});

describe('the repository', () => {
  it('pins Electron to one version, and Dependabot proposes the next one', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    expect(manifest.devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
    const dependabot = readFileSync(join(ROOT, '.github', 'dependabot.yml'), 'utf8');
    expect(dependabot).toMatch(/package-ecosystem: npm\n\s+directory: \/\n\s+schedule:\n\s+interval: weekly/);
    expect(dependabot).not.toContain('ignore:');
  });
});
