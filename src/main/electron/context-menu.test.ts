import type { MenuItemConstructorOptions } from 'electron';
import { pino } from 'pino';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as standIn from '../testing/electron-stand-in.ts';
import { offerContextMenus } from './context-menu.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

const NOTHING = {
  isEditable: false,
  linkURL: '',
  misspelledWord: '',
  selectionText: '',
  dictionarySuggestions: [] as readonly string[],
  editFlags: {
    canCopy: true,
    canCut: true,
    canDelete: true,
    canEditRichly: true,
    canPaste: false,
    canRedo: true,
    canSelectAll: true,
    canUndo: true,
  },
};
type Clicked = Partial<typeof NOTHING>;

const popup = vi.fn<() => void>();

/** A page whose right mouse button is offered the menu. */
function offeredPage() {
  standIn.app.removeAllListeners();
  offerContextMenus(pino({ level: 'silent' }));
  const contents = standIn.createContents('app://slipway/');
  standIn.app.emit('web-contents-created', {}, contents);
  return {
    contents,
    /** What the menu holds; nothing where none opens. */
    click(clicked: Clicked): readonly MenuItemConstructorOptions[] {
      popup.mockClear();
      contents.emit('context-menu', {}, { ...NOTHING, ...clicked });
      return popup.mock.calls.length === 0 ? [] : standIn.lastMenu();
    },
  };
}

function namesOf(clicked: Clicked): readonly unknown[] {
  return offeredPage()
    .click(clicked)
    .map((item) => item.role ?? item.label ?? item.type);
}

function carryOut(item: MenuItemConstructorOptions | undefined): void {
  Reflect.apply(item?.click ?? (() => undefined), undefined, []);
}

describe('the context menu', () => {
  beforeEach(() => {
    vi.clearAllMocks();
    standIn.Menu.buildFromTemplate.mockReturnValue({ popup } as unknown as Electron.Menu);
  });

  it('of a field cuts, copies, pastes and selects all', () => {
    expect(namesOf({ isEditable: true })).toEqual(['cut', 'copy', 'paste', 'selectAll']);
  });

  it('offers only what can be done now', () => {
    const items = offeredPage().click({ isEditable: true });
    expect(items.find(({ role }) => role === 'paste')?.enabled).toBe(false);
    expect(items.find(({ role }) => role === 'cut')?.enabled).toBe(true);
  });

  it('of selected text copies it', () => {
    expect(namesOf({ selectionText: 'web:42' })).toEqual(['copy', 'selectAll']);
  });

  it('of a link copies its address, unless it leads to another view', () => {
    const linkURL = 'https://jira.acme.example/OPS-7';
    const [copy] = offeredPage().click({ linkURL });
    expect(copy?.label).toBe('Copy link');
    carryOut(copy);
    expect(standIn.clipboard.writeText).toHaveBeenCalledExactlyOnceWith(linkURL);
    expect(namesOf({ linkURL: 'app://slipway/journal' })).toEqual([]);
  });

  it('of a misspelled word in a field offers corrections', () => {
    const misspelled = { isEditable: true, misspelledWord: 'relase', dictionarySuggestions: ['release'] };
    expect(namesOf(misspelled).slice(0, 4)).toEqual(['release', 'Add to dictionary', 'separator', 'cut']);
    const page = offeredPage();
    const [first, add] = page.click(misspelled);
    carryOut(first);
    carryOut(add);
    expect(page.contents.session.addWordToSpellCheckerDictionary).toHaveBeenCalledExactlyOnceWith('relase');
    expect(page.contents.replaceMisspelling).toHaveBeenCalledExactlyOnceWith('release');
  });

  it('opens only if it has an entry', () => {
    offeredPage().click({});
    expect(popup).not.toHaveBeenCalled();
    offeredPage().click({ isEditable: true });
    expect(popup).toHaveBeenCalledOnce();
  });
});
