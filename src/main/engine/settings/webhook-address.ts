import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';
import type { Paths } from '../ports/ports.ts';
import { writeSettingsFile } from './settings-file.ts';

/** Where the messages go. Whoever knows the address can post: it is a secret, and stays in the engine. */
export interface WebhookAddress {
  /** Undefined where none is set up, or where the file holds none. */
  read(): URL | undefined;
  /** Throws INVALID_INPUT for what is no address of a webhook. */
  write(address: string): void;
  remove(): void;
}

/** Shorter addresses would be given away by their last characters. */
const SHORTEST_SHOWN = 16;
const SHOWN_CHARACTERS = 4;

/** `webhook.key` of the data folder, which only its owner can read. What is read of it is hidden everywhere from then on. */
export function openWebhookAddress({ data }: Paths, secrets: KnownSecrets): WebhookAddress {
  const file = join(data, 'webhook.key');

  function known(address: URL): URL {
    secrets.add(secretOf(address));
    secrets.addUserInfoOf(address.href);
    return address;
  }

  return {
    read() {
      try {
        const address = webhookUrl(readFileSync(file, 'utf8').trim());
        return address === undefined ? undefined : known(address);
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw new SlipwayError('UNAVAILABLE', `${file} cannot be read. Check its permissions.`, {
          cause: error,
        });
      }
    },
    write(text) {
      const address = webhookUrl(text.trim());
      if (address === undefined) {
        throw new SlipwayError(
          'INVALID_INPUT',
          'This is not the address of a webhook. It starts with https://, or with http:// for one on this machine.',
        );
      }
      known(address);
      writeSettingsFile(file, `${address.href}\n`);
    },
    remove: () => rmSync(file, { force: true }),
  };
}

/** What a person may see of the address. */
export function shownAddress(address: URL): { readonly host: string; readonly ending: string } {
  const secret = secretOf(address);
  return {
    host: address.host,
    ending: secret.length < SHORTEST_SHOWN ? '' : secret.slice(-SHOWN_CHARACTERS),
  };
}

function secretOf({ pathname, search }: URL): string {
  return pathname + search;
}

/** An address that messages can be sent to; elsewhere than on this machine it is encrypted. */
function webhookUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined;
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback) ? url : undefined;
}
