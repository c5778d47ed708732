import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Pair,
  Scalar,
  type YAMLMap,
} from 'yaml';
import { parseYaml } from '../../engine/environments/read-yaml.ts';
import { createFactCollector, type FactCollector, type ScriptFact } from './script-facts.ts';

/** What a workflow or buildspec says, or at which line it is not valid and why. */
type YamlFacts =
  | { readonly state: 'read'; readonly facts: readonly ScriptFact[] }
  | { readonly state: 'invalid'; readonly line: number; readonly why: string };

/**
 * Reads a GitHub workflow, a buildspec or another pipeline by the parser of YAML: steps with `uses` and `with`, and every other
 * text as a variable or as commands of a shell. What an alias repeats is read where it is written, except for single values.
 */
export function readYamlFacts(text: string): YamlFacts {
  const yaml = parseYaml(text);
  if (yaml.state === 'invalid') return { state: 'invalid', line: yaml.line, why: yaml.why };
  const { document, lines } = yaml;
  const collector = createFactCollector();
  readNode(document.contents, { document, lines, collector });
  return { state: 'read', facts: collector.facts };
}

interface Reading {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly collector: FactCollector;
}

function readNode(node: unknown, reading: Reading): void {
  const scalar = textOf(node, reading);
  if (scalar !== undefined) reading.collector.shell(scalar.text, scalar.line);
  else if (isSeq(node)) for (const item of node.items) readNode(item, reading);
  else if (isMap(node)) readMap(node, reading);
}

function readMap(map: YAMLMap, reading: Reading): void {
  const used = textOf(map.get('uses', true), reading)?.text;
  const settings: unknown = map.get('with', true);
  const isStep = used !== undefined && isMap(settings);
  if (isStep) {
    const given = settings.items.flatMap((pair) => {
      const [name, value] = [nameOf(pair), textOf(pair.value, reading)];
      return name === undefined || value === undefined ? [] : [[name, value.text, value.line] as const];
    });
    reading.collector.action(used, given);
  }
  for (const pair of map.items) {
    const name = nameOf(pair);
    if (isStep && (name === 'with' || name === 'uses')) continue;
    const value = textOf(pair.value, reading);
    if (value !== undefined && name !== undefined) reading.collector.setting(name, value.text, value.line);
    readNode(pair.value, reading);
  }
}

function nameOf({ key }: Pair): string | undefined {
  return isScalar(key) && typeof key.value === 'string' ? key.value : undefined;
}

interface PlacedText {
  readonly text: string;
  readonly line: number;
}

/** A single value, also of an alias, with the line of its first character. */
function textOf(node: unknown, { document, lines }: Reading): PlacedText | undefined {
  const scalar = isAlias(node) ? node.resolve(document) : node;
  if (!isScalar(scalar)) return undefined;
  const { value } = scalar;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const { line } = lines.linePos((isAlias(node) ? node : scalar).range?.[0] ?? 0);
  const isBlock = scalar.type === Scalar.BLOCK_LITERAL || scalar.type === Scalar.BLOCK_FOLDED;
  return { text: String(value), line: isBlock && scalar === node ? line + 1 : line };
}
