import { HighlightStyle } from '@codemirror/language';
import { tags } from '@lezer/highlight';

/** Colours of JSON: the page's own, which change with the theme. */
export const JSON_COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--go)' },
  { tag: tags.string, color: 'var(--ok)' },
  { tag: tags.number, color: 'var(--warn)' },
  { tag: [tags.bool, tags.null], color: 'var(--production)' },
  { tag: [tags.separator, tags.brace, tags.squareBracket], color: 'var(--soft)' },
]);
