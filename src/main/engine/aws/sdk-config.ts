import { externalDataInterceptor } from '@smithy/core/config';
import { shellWordsIn } from './ini-file.ts';
import type { SharedConfig, SharedFilePaths, SharedSection } from './shared-config.ts';

/**
 * Lets the AWS SDK read these profiles wherever it reads the shared files. Its own reader leaves out names with spaces or
 * quotes, reads names of settings in lower case only, and ends a command at a `#` in quotes.
 */
export function shareWithSdk(paths: SharedFilePaths, config: SharedConfig): void {
  externalDataInterceptor.interceptFile(paths.configFilepath, sdkText(config));
  externalDataInterceptor.interceptFile(paths.filepath, '');
}

/** The name under which the SDK knows a profile: characters that it does not read are encoded. */
export function sdkProfileName(name: string): string {
  return name.replaceAll(/[^\w@+.:/-]/gu, (character) => `%${Buffer.from(character).toString('hex')}`);
}

function sdkText({ profiles, ssoSessions, services }: SharedConfig): string {
  return [
    ...[...profiles.values()].map((profile) =>
      sectionText(
        profile.name === 'default' ? 'default' : `profile ${sdkProfileName(profile.name)}`,
        profile,
      ),
    ),
    ...[...ssoSessions.values()].map((session) => sectionText(`sso-session ${session.name}`, session)),
    ...[...services.values()].map((section) => sectionText(`services ${section.name}`, section)),
  ].join('\n');
}

function sectionText(header: string, { settings }: SharedSection): string {
  const lines = [...settings].flatMap(([name, { text, nested }]) => {
    if (nested.size > 0)
      return [`${name} =`, ...[...nested].map(([inner, value]) => `  ${inner} = ${value}`)];
    return text === '' ? [] : [`${name} = ${sdkValue(name, text)}`];
  });
  return [`[${header}]`, ...lines].join('\n');
}

function sdkValue(name: string, text: string): string {
  if (name === 'source_profile') return sdkProfileName(text);
  return name === 'credential_process' ? withoutComments(text) : text;
}

/** The same command for a POSIX shell, without a space before `#` or `;`, where the SDK would end it. */
function withoutComments(command: string): string {
  if (process.platform === 'win32' || !/\s[#;]/.test(command)) return command;
  const words = shellWordsIn(command) ?? [command];
  return words
    .map((word) => `'${word.replaceAll("'", String.raw`'\''`).replaceAll(/(\s)(?=[#;])/g, "$1''")}'`)
    .join(' ');
}
