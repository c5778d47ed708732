import type { ContextMenuParams } from 'electron';
import { pino } from 'pino';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as standIn from '../testing/electron-stand-in.ts';
import { contextMenuTemplate, offerContextMenus } from './context-menu.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

const actions = {
  copyText: vi.fn<(text: string) => void>(),
  replaceMisspelling: vi.fn<(word: string) => void>(),
  addToDictionary: vi.fn<(word: string) => void>(),
};
const NOTHING = {
  isEditable: false,
  linkURL: '',
  misspelledWord: '',
  selectionText: '',
  dictionarySuggestions: [],
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
type Clicked = Parameters<typeof contextMenuTemplate>[0];

function namesOf(clicked: Partial<Clicked>): readonly unknown[] {
  return contextMenuTemplate({ ...NOTHING, ...clicked }, actions).map(
    (item) => item.role ?? item.label ?? item.type,
  );
}

describe('the context menu', () => {
  beforeEach(() => {
    vi.clearAllMocks();
  });

  it('of a field cuts, copies, pastes and selects all', () => {
    expect(namesOf({ isEditable: true })).toEqual(['cut', 'copy', 'paste', 'selectAll']);
  });

  it('offers only what can be done now', () => {
    const items = contextMenuTemplate({ ...NOTHING, isEditable: true }, actions);
    expect(items.find(({ role }) => role === 'paste')?.enabled).toBe(false);
    expect(items.find(({ role }) => role === 'cut')?.enabled).toBe(true);
  });

  it('of selected text copies it', () => {
    expect(namesOf({ selectionText: 'web:42' })).toEqual(['copy', 'selectAll']);
  });

  it('of a link copies its address, unless it leads to another view', () => {
    const linkURL = 'https://jira.acme.example/OPS-7';
    const [copy] = contextMenuTemplate({ ...NOTHING, linkURL }, actions);
    expect(copy?.label).toBe('Copy link');
    Reflect.apply(copy?.click ?? (() => undefined), undefined, []);
    expect(actions.copyText).toHaveBeenCalledExactlyOnceWith(linkURL);
    expect(namesOf({ linkURL: 'app://slipway/journal' })).toEqual([]);
  });

  it('of a misspelled word in a field offers corrections', () => {
    const misspelled = { isEditable: true, misspelledWord: 'relase', dictionarySuggestions: ['release'] };
    expect(namesOf(misspelled).slice(0, 4)).toEqual(['release', 'Add to dictionary', 'separator', 'cut']);
    const [first] = contextMenuTemplate({ ...NOTHING, ...misspelled }, actions);
    Reflect.apply(first?.click ?? (() => undefined), undefined, []);
    expect(actions.replaceMisspelling).toHaveBeenCalledExactlyOnceWith('release');
  });

  it('opens only if it has an entry', () => {
    const popup = vi.fn<() => void>();
    standIn.Menu.buildFromTemplate.mockReturnValue({ popup } as unknown as Electron.Menu);
    standIn.app.removeAllListeners();
    offerContextMenus(pino({ level: 'silent' }));
    const contents = standIn.createContents('app://slipway/');
    standIn.app.emit('web-contents-created', {}, contents);
    contents.emit('context-menu', {}, NOTHING as unknown as ContextMenuParams);
    expect(popup).not.toHaveBeenCalled();
    contents.emit('context-menu', {}, { ...NOTHING, isEditable: true });
    expect(popup).toHaveBeenCalledOnce();
  });
});
