import type { AppUpdater } from 'electron-updater';
import type { Logger } from '../engine/ports/ports.ts';

/** What is used of electron-updater: https://www.electron.build/auto-update */
export type Updater = Pick<
  AppUpdater,
  'autoDownload' | 'autoInstallOnAppQuit' | 'logger' | 'checkForUpdates' | 'downloadUpdate' | 'quitAndInstall'
>;

/** A question with two answers: proceed or cancel. */
export interface UpdateQuestion {
  readonly message: string;
  readonly detail: string;
  readonly accept: string;
  readonly decline: string;
}

export interface UpdatePorts {
  /** Whether a job is in progress: then nothing is asked, and nothing restarts. */
  readonly isJobRunning: () => boolean;
  /** Whether a person accepts. */
  readonly ask: (question: UpdateQuestion) => Promise<boolean>;
  /** The version that runs. */
  readonly version: string;
  readonly logger: Logger;
}

/**
 * Returns a function that polls once for a newer version and offers it. It downloads what a person has accepted, and
 * installs that when Slipway quits, or at once where the person wants to restart and no job is at work. A version that
 * was declined is not offered again in this run. The function never rejects; what went wrong is logged.
 */
export function createUpdateOffer(ports: UpdatePorts, load: () => Promise<Updater>): () => Promise<void> {
  const { isJobRunning, ask, logger } = ports;
  const answered = new Set<string>();
  let updater: Promise<Updater> | undefined;
  let isOffering = false;

  async function offerOnce(): Promise<void> {
    updater ??= load().then((loaded) => prepare(loaded, logger));
    const loaded = await updater;
    const found = await loaded.checkForUpdates();
    if (!found?.isUpdateAvailable) return;
    const { version } = found.updateInfo;
    // A job may have started while the answer of GitHub was waited for.
    if (answered.has(version) || isJobRunning()) return;

    answered.add(version);
    if (!(await ask(downloadQuestion(version, ports.version)))) return;
    try {
      // Said before the download, which is when electron-updater prepares for it.
      loaded.autoInstallOnAppQuit = true;
      await loaded.downloadUpdate();
    } catch (error) {
      loaded.autoInstallOnAppQuit = false;
      answered.delete(version);
      throw error;
    }
    logger.info({ version }, 'An update was downloaded');
    if (isJobRunning() || !(await ask(restartQuestion(version)))) return;
    // One that started while the question was open continues: the update is installed at the end of this run.
    if (!isJobRunning()) loaded.quitAndInstall(false, true);
  }

  return async () => {
    if (isOffering || isJobRunning()) return;
    isOffering = true;
    try {
      await offerOnce();
    } catch (error) {
      logger.warn({ err: error }, 'Checking for an update failed, or an update could not be downloaded');
    } finally {
      isOffering = false;
    }
  };
}

/** Nothing is downloaded or installed without confirmation. */
function prepare(updater: Updater, logger: Logger): Updater {
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  updater.logger = {
    info: (message: unknown) => logger.debug({ message }, 'electron-updater'),
    warn: (message: unknown) => logger.warn({ message }, 'electron-updater'),
    error: (message: unknown) => logger.warn({ message }, 'electron-updater'),
  };
  return updater;
}

function downloadQuestion(version: string, current: string): UpdateQuestion {
  return {
    message: `Slipway ${version} is available`,
    detail: `You have ${current}. The update is installed when you quit Slipway, or when you restart it.`,
    accept: 'Download',
    decline: 'Not now',
  };
}

function restartQuestion(version: string): UpdateQuestion {
  return {
    message: `Slipway ${version} is ready to install`,
    detail: 'Restart now, or the update is installed when you quit Slipway.',
    accept: 'Restart now',
    decline: 'When I quit',
  };
}
