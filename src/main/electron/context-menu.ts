import {
  app,
  type ContextMenuParams,
  clipboard,
  Menu,
  type MenuItemConstructorOptions,
  type WebContents,
} from 'electron';
import type { Logger } from '../engine/ports/ports.ts';

interface ContextMenuActions {
  readonly copyText: (text: string) => void;
  readonly replaceMisspelling: (word: string) => void;
  readonly addToDictionary: (word: string) => void;
}

/** Gives every page the menu of the right mouse button. */
export function offerContextMenus(logger: Logger): void {
  app.on('web-contents-created', (_event, contents) => offerContextMenu(contents, logger));
}

function offerContextMenu(contents: WebContents, logger: Logger): void {
  const actions: ContextMenuActions = {
    copyText(text) {
      clipboard
        .writeText(text)
        .catch((error: unknown) => logger.warn({ err: error }, 'A link could not be copied'));
    },
    replaceMisspelling: (word) => contents.replaceMisspelling(word),
    addToDictionary: (word) => contents.session.addWordToSpellCheckerDictionary(word),
  };
  contents.on('context-menu', (_event, params) => {
    const template = contextMenuTemplate(params, actions);
    if (template.length > 0) Menu.buildFromTemplate([...template]).popup();
  });
}

type Clicked = Pick<
  ContextMenuParams,
  'dictionarySuggestions' | 'editFlags' | 'isEditable' | 'linkURL' | 'misspelledWord' | 'selectionText'
>;

/** What can be done with what was clicked; nothing where that is nothing. */
function contextMenuTemplate(
  clicked: Clicked,
  actions: ContextMenuActions,
): readonly MenuItemConstructorOptions[] {
  const sections = [spelling(clicked, actions), link(clicked, actions), editing(clicked)];
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, index) => (index === 0 ? section : [{ type: 'separator' } as const, ...section]));
}

function spelling(
  { isEditable, misspelledWord, dictionarySuggestions }: Clicked,
  actions: ContextMenuActions,
): readonly MenuItemConstructorOptions[] {
  if (!isEditable || misspelledWord === '') return [];
  return [
    ...dictionarySuggestions.map((word) => ({
      label: word,
      click: () => actions.replaceMisspelling(word),
    })),
    { label: 'Add to dictionary', click: () => actions.addToDictionary(misspelledWord) },
  ];
}

function link({ linkURL }: Clicked, actions: ContextMenuActions): readonly MenuItemConstructorOptions[] {
  // Links within the page are of use nowhere else.
  if (!/^https?:/.test(linkURL)) return [];
  return [{ label: 'Copy link', click: () => actions.copyText(linkURL) }];
}

function editing({ isEditable, editFlags, selectionText }: Clicked): readonly MenuItemConstructorOptions[] {
  const copy: MenuItemConstructorOptions = { role: 'copy', enabled: editFlags.canCopy };
  const selectAll: MenuItemConstructorOptions = { role: 'selectAll', enabled: editFlags.canSelectAll };
  if (isEditable) {
    return [
      { role: 'cut', enabled: editFlags.canCut },
      copy,
      { role: 'paste', enabled: editFlags.canPaste },
      selectAll,
    ];
  }
  return selectionText.trim() === '' ? [] : [copy, selectAll];
}
