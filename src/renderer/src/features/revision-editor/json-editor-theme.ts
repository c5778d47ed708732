const MARKED = { backgroundImage: 'none', paddingBottom: '0', textDecorationLine: 'underline' };
const WAVY = { ...MARKED, textDecorationStyle: 'wavy', textDecorationSkipInk: 'none' };
/** The library draws markers as images in colours of its own. */
const MARKER = { content: '""', width: '8px', height: '8px', margin: '2px 3px', borderRadius: '50%' };

export const EDITOR_THEME = {
  '&': { color: 'var(--ink)', backgroundColor: 'var(--pane)', fontSize: '12px', height: '100%' },
  '&.cm-focused': { outline: 'none' },
  // Above the line numbers, which would cover an outline.
  '&.cm-focused::after': {
    content: '""',
    position: 'absolute',
    inset: '0',
    zIndex: '250',
    border: '2px solid var(--go)',
    pointerEvents: 'none',
  },
  '.cm-scroller': { overflow: 'auto' },
  '.cm-content': { fontFamily: 'var(--mono)', caretColor: 'var(--ink)' },
  '.cm-gutters': {
    color: 'var(--faint)',
    backgroundColor: 'var(--pane)',
    borderRight: '1px solid var(--line)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--go-ground)', outline: '1px solid var(--go)' },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'var(--bad-ground)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--go-ground)' },
  '.cm-searchMatch': { backgroundColor: 'var(--warn-ground)', outline: '1px solid var(--warn)' },
  '.cm-searchMatch.cm-searchMatch-selected': { backgroundColor: 'var(--go-ground)' },
  '.cm-lintRange-error': { ...WAVY, textDecorationColor: 'var(--bad)' },
  '.cm-lintRange-warning': { ...WAVY, textDecorationColor: 'var(--warn)' },
  '.cm-lintPoint::after': { borderBottomColor: 'var(--bad)' },
  '.cm-lint-marker-error': { ...MARKER, backgroundColor: 'var(--bad)' },
  '.cm-lint-marker-warning': { ...MARKER, backgroundColor: 'var(--warn)', borderRadius: '0' },
  '.cm-diagnostic': { padding: '4px 8px', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn)' },
  '.cm-tooltip': {
    color: 'var(--ink)',
    backgroundColor: 'var(--pane)',
    border: '1px solid var(--line)',
    borderRadius: '4px',
    maxWidth: 'min(480px, 90vw)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxWidth: 'min(480px, 90vw)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { color: 'var(--ink)', background: 'var(--selected)' },
  '.cm-completionDetail': { color: 'var(--soft)', fontStyle: 'normal' },
  '.cm-panels': { color: 'var(--ink)', backgroundColor: 'var(--bg)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panels.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
  '.cm-panel.cm-search label': { fontSize: '12px' },
  '.cm-panel.cm-panel-lint ul [aria-selected]': { backgroundColor: 'var(--selected)' },
  '.cm-panel.cm-panel-lint ul [aria-selected] u': { textDecoration: 'none' },
  '.cm-textfield': {
    color: 'var(--ink)',
    backgroundColor: 'var(--pane)',
    border: '1px solid var(--line)',
    fontSize: '12px',
  },
  '.cm-button': {
    color: 'var(--ink)',
    backgroundColor: 'var(--pane)',
    backgroundImage: 'none',
    border: '1px solid var(--line)',
    fontSize: '12px',
  },
  '.cm-button:active': { backgroundImage: 'none', backgroundColor: 'var(--hover)' },
} as const;
