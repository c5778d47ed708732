import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { isScalar } from 'yaml';
import { parseYaml } from '../environments/read-yaml.ts';
import type { DocumentPath } from './found-declaration.ts';

/** Text that takes the place of other text; all the rest of a file is kept as it is. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text of a document that stands at a path, and how to write another one there. */
export interface Literal {
  readonly value: string;
  readonly replace: (value: string) => TextEdit;
}

/** Values that are no image, tag or parameter of one are not written. */
const WRITABLE = /^[\w][\w./:@+-]{0,1000}$/;

export function isWritable(value: string): boolean {
  return WRITABLE.test(value);
}

/** A text value of JSON or YAML; undefined for what is computed, has several lines, or is not there. */
export function literalAt(text: string, path: DocumentPath): Literal | undefined {
  return /^\uFEFF?\s*[[{]/.test(text) ? jsonLiteral(text, path) : yamlLiteral(text, path);
}

function jsonLiteral(text: string, path: DocumentPath): Literal | undefined {
  const tree = parseTree(text);
  const node = tree && findNodeAtLocation(tree, [...path]);
  if (node?.type !== 'string') return undefined;
  const { offset: start, length } = node;
  const value: unknown = node.value;
  return {
    value: String(value),
    replace: (next) => ({ start, end: start + length, text: JSON.stringify(next) }),
  };
}

function yamlLiteral(text: string, path: DocumentPath): Literal | undefined {
  const yaml = parseYaml(text);
  if (yaml.state === 'invalid') return undefined;
  const node: unknown = yaml.document.getIn(path, true);
  if (
    !isScalar(node) ||
    node.tag?.startsWith('!') === true ||
    node.range === undefined ||
    node.range === null
  ) {
    return undefined;
  }
  const { type, source, value } = node;
  const [start, end] = node.range;
  const isText = typeof value === 'string' || typeof value === 'number';
  if (!isText || (type !== 'PLAIN' && type !== 'QUOTE_SINGLE' && type !== 'QUOTE_DOUBLE')) return undefined;
  const plain = typeof value === 'number' ? (source ?? String(value)) : value;
  return {
    value: plain,
    replace(next) {
      if (type === 'QUOTE_SINGLE') return { start, end, text: `'${next}'` };
      // Without quotes, 1.10 would be a number.
      const needsQuotes =
        type === 'QUOTE_DOUBLE' ||
        !/^[A-Za-z]/.test(next) ||
        /^(?:true|false|null|yes|no|on|off)$/i.test(next);
      return { start, end, text: needsQuotes ? JSON.stringify(next) : next };
    },
  };
}

/** The text with these edits, which do not overlap. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  return edits
    .toSorted((one, other) => other.start - one.start)
    .reduce((whole, { start, end, text: next }) => whole.slice(0, start) + next + whole.slice(end), text);
}
