import { release } from 'node:os';
import { BrowserWindow, clipboard, dialog, type MessageBoxOptions, shell } from 'electron';
import type { Logger } from '../engine/ports/ports.ts';
import type { HelpActions } from './menu.ts';

const COPY = 0;
const SHOW_LOG = 1;

interface HelpOptions {
  readonly version: string;
  readonly logFile: string;
  readonly homepage: string | undefined;
  /** Where problems are reported. */
  readonly issues: string | undefined;
  readonly openLink: (address: string) => void;
  readonly logger: Logger;
}

/** What the Help menu does. */
export function createHelp({
  version,
  logFile,
  homepage,
  issues,
  openLink,
  logger,
}: HelpOptions): HelpActions {
  const showLog = (): void => shell.showItemInFolder(logFile);

  const facts = `Slipway ${version}, Electron ${process.versions.electron}, ${process.platform} ${release()} ${process.arch}`;

  async function copyFacts(): Promise<void> {
    await clipboard.writeText(facts);
    if (issues !== undefined) openLink(issues);
  }

  async function reportProblem(): Promise<void> {
    const copy = issues === undefined ? 'Copy details' : 'Copy details and open the issue tracker';
    const options: MessageBoxOptions = {
      type: 'info',
      message: 'Report a problem',
      detail: `Describe what you did and what happened, and add these details:\n\n${facts}\n\nThe log is ${logFile}. It holds no credentials, but names of accounts, clusters and services: read it before you attach it.`,
      buttons: [copy, 'Show the log', 'Cancel'],
      defaultId: COPY,
      cancelId: 2,
      noLink: true,
    };
    const [window] = BrowserWindow.getAllWindows();
    const { response } = window
      ? await dialog.showMessageBox(window, options)
      : await dialog.showMessageBox(options);
    if (response === COPY) await copyFacts();
    if (response === SHOW_LOG) showLog();
  }

  return {
    openDocumentation: homepage === undefined ? undefined : () => openLink(homepage),
    reportProblem() {
      reportProblem().catch((error: unknown) =>
        logger.error({ err: error }, 'The details of a problem could not be shown'),
      );
    },
    showLog,
  };
}
