import { app, BrowserWindow, dialog, type Event, type MessageBoxOptions } from 'electron';
import type { Job } from '../../shared/model/job.ts';
import type { Logger } from '../engine/ports/ports.ts';

const CLOSE_ANYWAY = 1;
const MOST_NAMED = 5;

interface CloseQuestionOptions {
  readonly runningJobs: () => readonly Job[];
  readonly logger: Logger;
}

/** Holds what would end the app while jobs run, until a person has answered. */
export interface CloseQuestion {
  /** To be called with the event of a window's `close` and the app's `before-quit`. */
  readonly hold: (event: Pick<Event, 'preventDefault'>) => void;
}

/**
 * Asks before the app ends while jobs are in progress. The answer "Close anyway" quits the app without another
 * question. Preventing `before-quit` stops a quit before any window closes
 * (https://www.electronjs.org/docs/latest/api/app).
 */
export function createCloseQuestion({ runningJobs, logger }: CloseQuestionOptions): CloseQuestion {
  let stage: 'open' | 'asking' | 'answered' = 'open';

  async function ask(jobs: readonly Job[]): Promise<void> {
    const [window] = BrowserWindow.getAllWindows();
    const question = closeQuestion(jobs);
    const { response } = window
      ? await dialog.showMessageBox(window, question)
      : await dialog.showMessageBox(question);
    stage = response === CLOSE_ANYWAY ? 'answered' : 'open';
    if (stage === 'answered') app.quit();
  }

  return {
    hold(event) {
      if (stage === 'answered') return;
      const jobs = runningJobs();
      if (stage === 'open' && jobs.length === 0) return;
      event.preventDefault();
      if (stage === 'asking') return;
      stage = 'asking';
      ask(jobs).catch((error: unknown) => {
        stage = 'open';
        logger.error({ err: error }, 'The question before closing could not be shown');
      });
    },
  };
}

/** The question for one or more jobs. */
function closeQuestion(jobs: readonly Job[]): MessageBoxOptions {
  return {
    type: 'warning',
    message: jobs.length === 1 ? 'A job is still in progress' : `${jobs.length} jobs are still in progress`,
    detail: [...named(jobs), '', consequence(jobs)].join('\n'),
    buttons: ['Keep open', 'Close anyway'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  };
}

function named(jobs: readonly Job[]): readonly string[] {
  const lines = jobs.slice(0, MOST_NAMED).map(({ title }) => title.slice(0, 200));
  return jobs.length > MOST_NAMED ? [...lines, `and ${jobs.length - MOST_NAMED} more`] : lines;
}

function consequence(jobs: readonly Job[]): string {
  const sentences: string[] = [];
  if (jobs.some(({ kind }) => kind !== 'cleanup')) {
    sentences.push(
      'Amazon ECS continues with every deployment that it has accepted, but Slipway stops following them and sends no further steps. When you start Slipway again, it reads its journal and picks them up.',
    );
  }
  if (jobs.some(({ kind }) => kind === 'cleanup')) {
    sentences.push('A clean-up pauses, and continues when you start Slipway again.');
  }
  return sentences.join('\n');
}
