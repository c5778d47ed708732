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
    const filePaths = filesOf(await ask('open', { ...optionsOf<OpenDialogOptions>(args) }));
    return { canceled: filePaths.length === 0, filePaths };
  },
  async showSaveDialog(...args: readonly unknown[]) {
    const [filePath = ''] = filesOf(await ask('save', { ...optionsOf<SaveDialogOptions>(args) }));
    return { canceled: filePath === '', filePath };
  },
  async showMessageBox(...args: readonly unknown[]) {
    const options = optionsOf<MessageBoxOptions>(args);
    return pressed(options, await ask('message', plain(options), options.signal));
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

const counter = { last: 0 };

/** "Pass an AbortSignal to close the message box": it is then as if a person had cancelled it. */
async function ask(
  kind: DialogRequest['kind'],
  options: DialogRequest['options'],
  signal?: AbortSignal,
): Promise<DialogAnswer> {
  const answer = prepared.shift();
  if (answer !== undefined) return answer;
  if (signal?.aborted) return 'closed';
  counter.last += 1;
  const id = counter.last;
  signal?.addEventListener('abort', () => unawaited(chromium().closeDialog(id)));
  return chromium().openDialog({ id, kind, options });
}

function filesOf(answer: DialogAnswer): string[] {
  return typeof answer === 'object' && 'filePaths' in answer ? [...answer.filePaths] : [];
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
  const button = typeof answer === 'object' && 'button' in answer ? answer : undefined;
  const response = button?.button ?? cancelId;
  if (response > 0 && response >= buttons.length) throw new Error(`The dialog has no button ${response}.`);
  return { response, checkboxChecked: button?.isChecked ?? options.checkboxChecked ?? false };
}

function defaultCancelId(buttons: readonly string[], defaultId: number | undefined): number {
  const named = buttons.findIndex((text) => ['cancel', 'no'].includes(text.toLowerCase()));
  if (named >= 0) return named;
  return defaultId === 0 && buttons.length > 1 ? 1 : 0;
}

/** Without what cannot be sent to the test. */
function plain(options: MessageBoxOptions): Readonly<Record<string, unknown>> {
  return { ...options, icon: undefined, signal: undefined };
}
