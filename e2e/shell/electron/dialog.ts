import type {
  Dialog,
  MessageBoxOptions,
  MessageBoxReturnValue,
  OpenDialogOptions,
  SaveDialogOptions,
} from 'electron';
import type { DialogAnswer, DialogRequest } from '../contract.ts';
import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import { chromium, unawaited } from './chromium.ts';
import { strict } from './strict.ts';

/** Answers that the test gave before they were asked for, which a dialog takes that blocks the process. */
const prepared: DialogAnswer[] = [];

export function prepareAnswer(answer: DialogAnswer): void {
  prepared.push(answer);
}

/** docs/api/dialog.md, lib/browser/api/dialog.ts. The test answers for the person. */
export const dialog = strict('dialog', {
  async showOpenDialog(...args: readonly unknown[]) {
    const options = optionsOf<OpenDialogOptions>(args);
    const answer = await ask({ kind: 'open', options: { ...options } });
    const filePaths = typeof answer === 'object' && 'filePaths' in answer ? [...answer.filePaths] : [];
    return { canceled: filePaths.length === 0, filePaths };
  },
  async showSaveDialog(...args: readonly unknown[]) {
    const options = optionsOf<SaveDialogOptions>(args);
    const answer = await ask({ kind: 'save', options: { ...options } });
    const filePath = typeof answer === 'object' && 'filePaths' in answer ? (answer.filePaths[0] ?? '') : '';
    return { canceled: filePath === '', filePath };
  },
  async showMessageBox(...args: readonly unknown[]) {
    const options = optionsOf<MessageBoxOptions>(args);
    return pressed(options, await ask({ kind: 'message', options: plain(options) }));
  },
  showMessageBoxSync(...args: readonly unknown[]) {
    const options = optionsOf<MessageBoxOptions>(args);
    const answer = prepared.shift();
    if (answer === undefined) throw new Error(`No answer was prepared for the question: ${options.message}`);
    return pressed(options, answer).response;
  },
  /** "Can be called safely before the ready event of the app module emits." */
  showErrorBox(title, content) {
    unawaited(chromium().record({ what: 'error-box', title, content }));
  },
} satisfies Partial<Dialog>);

async function ask(request: DialogRequest): Promise<DialogAnswer> {
  return prepared.shift() ?? (await chromium().openDialog(request));
}

/** With a window, which comes first, or without. */
function optionsOf<Options extends object>(args: readonly unknown[]): Options {
  if (!app.isReady()) throw new Error('dialog module can only be used after app is ready');
  const [first, second] = args;
  const options = first instanceof BrowserWindow ? second : (first ?? second);
  if (typeof options !== 'object' || options === null) throw new TypeError('A dialog has options.');
  return options as Options;
}

/** The rule for `cancelId` of lib/browser/api/dialog.ts. */
function pressed(options: MessageBoxOptions, answer: DialogAnswer): MessageBoxReturnValue {
  const { buttons = [], defaultId, cancelId = defaultCancelId(buttons, defaultId) } = options;
  const response = typeof answer === 'object' && 'button' in answer ? answer.button : cancelId;
  if (response > 0 && response >= buttons.length) throw new Error(`The dialog has no button ${response}.`);
  return { response, checkboxChecked: options.checkboxChecked ?? false };
}

function defaultCancelId(buttons: readonly string[], defaultId: number | undefined): number {
  const named = buttons.findIndex((text) => ['cancel', 'no'].includes(text.toLowerCase()));
  if (named >= 0) return named;
  return defaultId === 0 && buttons.length > 1 ? 1 : 0;
}

/** Without what cannot be sent to the test. */
function plain({ icon: _, signal: __, ...options }: MessageBoxOptions): Readonly<Record<string, unknown>> {
  return options;
}
