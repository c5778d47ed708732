import { pino } from 'pino';
import { beforeEach, expect, it, vi } from 'vitest';
import { eventually } from '../../shared/testing/eventually.ts';
import * as standIn from '../testing/electron-stand-in.ts';
import { createHelp } from './help.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

const OPTIONS = {
  version: '1.2.3',
  logFile: '/data/slipway.log',
  homepage: undefined,
  issues: undefined,
  openLink: vi.fn<(address: string) => void>(),
  logger: pino({ level: 'silent' }),
};
const COPY = 0;

beforeEach(() => {
  vi.clearAllMocks();
});

it('the Help menu shows the log in its folder', () => {
  createHelp(OPTIONS).showLog();
  expect(standIn.shell.showItemInFolder).toHaveBeenCalledExactlyOnceWith('/data/slipway.log');
});

it('the Help menu copies the details that a problem report needs', async () => {
  standIn.answerNext(COPY);
  createHelp(OPTIONS).reportProblem();
  await eventually(() => expect(standIn.clipboard.writeText).toHaveBeenCalledOnce());
  expect(standIn.clipboard.writeText.mock.lastCall?.[0]).toContain('Slipway 1.2.3');
  expect(standIn.lastQuestion().detail).toContain('/data/slipway.log');
  expect(OPTIONS.openLink).not.toHaveBeenCalled();
});

it('the Help menu opens the issue tracker and the documentation that the package names', async () => {
  const issues = 'https://slipway.example/issues';
  const help = createHelp({ ...OPTIONS, issues, homepage: 'https://slipway.example' });
  standIn.answerNext(COPY);
  help.reportProblem();
  await eventually(() => expect(OPTIONS.openLink).toHaveBeenCalledExactlyOnceWith(issues));
  help.openDocumentation?.();
  expect(OPTIONS.openLink).toHaveBeenLastCalledWith('https://slipway.example');
});
