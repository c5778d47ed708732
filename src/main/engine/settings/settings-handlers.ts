import type { Settings } from '../../../shared/model/settings.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { HostFacts } from '../ports/ports.ts';
import type { JobNotices } from './job-notices.ts';
import type { SettingsStore } from './settings-file.ts';
import { shownAddress, type WebhookAddress } from './webhook-address.ts';

type SettingsMethods =
  | 'settings.read'
  | 'settings.change'
  | 'settings.setNewRepositories'
  | 'settings.setPinned'
  | 'settings.setTagFrom'
  | 'settings.setWebhook'
  | 'settings.removeWebhook'
  | 'settings.testWebhook';

interface SettingsDependencies {
  readonly settings: SettingsStore;
  readonly address: WebhookAddress;
  readonly notices: JobNotices;
  readonly host: Pick<HostFacts, 'notify'>;
}

/** The settings.* methods. */
export function createSettingsHandlers(dependencies: SettingsDependencies): Pick<Handlers, SettingsMethods> {
  const { settings, address, notices, host } = dependencies;

  function read(): Settings {
    const { settings: now, problem } = settings.read();
    const url = address.read();
    const failure = notices.failure();
    return {
      file: settings.file,
      ...(problem === undefined ? {} : { problem }),
      newRepositories: now.newRepositories,
      pinned: now.pinned,
      tagFrom: now.tagFrom,
      notifications: {
        ...now.notifications,
        desktopAvailable: host.notify !== undefined,
        ...(url === undefined ? {} : { webhookAddress: shownAddress(url) }),
        ...(failure === undefined ? {} : { webhookFailure: failure }),
      },
    };
  }

  return {
    async 'settings.read'() {
      return read();
    },
    async 'settings.change'(change) {
      settings.change(change);
      return read();
    },
    async 'settings.setNewRepositories'({ account, defaults }) {
      settings.setNewRepositories(account, defaults);
      return read();
    },
    async 'settings.setPinned'({ service, pinned }) {
      settings.setPinned(service, pinned);
      return {};
    },
    async 'settings.setTagFrom'(chosen) {
      settings.setTagFrom(chosen);
      return {};
    },
    async 'settings.setWebhook'({ address: text }) {
      address.write(text);
      notices.addressChanged();
      return read();
    },
    async 'settings.removeWebhook'() {
      address.remove();
      notices.addressChanged();
      return read();
    },
    async 'settings.testWebhook'(_, { signal }) {
      await notices.test(signal);
      return {};
    },
  };
}
