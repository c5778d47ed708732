import { SlipwayError } from '../../../shared/errors.ts';
import type { Handlers } from './handlers.ts';
import type { HostFacts } from './ports.ts';

type AppMethods = 'app.info' | 'app.chooseFolder' | 'app.setTheme';

/** The app.* methods: what the host can do. */
export function createAppHandlers(host: HostFacts): Pick<Handlers, AppMethods> {
  return {
    async 'app.info'() {
      return { version: host.version, host: host.host, nativeDialogs: host.chooseFolder !== undefined };
    },

    async 'app.chooseFolder'() {
      if (host.chooseFolder === undefined) {
        throw new SlipwayError(
          'INVALID_INPUT',
          "A folder dialog isn't available here. Type the path of the folder instead.",
        );
      }
      const folder = await host.chooseFolder();
      return folder === undefined ? {} : { folder };
    },

    async 'app.setTheme'({ theme }) {
      host.setTheme?.(theme);
      return {};
    },
  };
}
