import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  Scalar,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import { assertNever } from '../../../shared/assert-never.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { EnvironmentRule, MOST_RULES, type RuleChange } from '../../../shared/model/environment.ts';
import { replacePrivateFile } from '../storage/private-files.ts';
import { readRegularFile, UnusualFile } from '../storage/regular-file.ts';
import { MAX_BYTES, NO_FILE, parseRules, versionOfText } from './rules-file.ts';

const TITLE = [
  ' Environments of Slipway: what is production, and how changes are guarded. Of all rules that match a place,',
  ' the first that says something decides it. docs/environments.md describes each setting.',
].join('\n');

/** The order of the settings in a new rule. */
const SETTINGS = [
  'account',
  'cluster',
  'service',
  'environment',
  'name',
  'color',
  'confirm',
  'readOnly',
  'mutableTags',
  'reason',
  'findings',
  'signature',
  'shells',
  'window',
  'ledger',
  'freezes',
  'deployers',
  'ticket',
  'repositories',
  'tags',
  'overrides',
  'approvals',
] as const satisfies readonly (keyof EnvironmentRule)[];

const SPACED_DAYS = /\[ ((?:(?:mon|tue|wed|thu|fri|sat|sun)(?:, )?)+) \]/g;

/**
 * Carries out one change of the file and keeps the rest as a person wrote it, with its comments. Throws CONFLICT for a
 * file that is not valid and for one that has another text than that of `version`; INVALID_INPUT where the change would
 * alter other rules too, or where the file is full.
 */
export function changeRules(file: string, change: RuleChange, version: string): void {
  const text = textOf(file);
  const before = parseRules(text ?? '', file);
  if (before.problem !== undefined) throw new SlipwayError('CONFLICT', before.problem);
  if ((text === undefined ? NO_FILE : versionOfText(text)) !== version) throw changedMeanwhile(file);
  const wanted = changedRules(before.rules, change);
  const after = changedText(text ?? '', change);
  const reading = after === undefined ? undefined : parseRules(after, file);
  // Text that several rules share (anchors of YAML) would change or break the others.
  if (after === undefined || reading?.problem !== undefined || !isDeepStrictEqual(reading?.rules, wanted)) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `The rule shares text with others in ${file}, by an anchor. Change it in the file.`,
    );
  }
  write(file, after, () => {
    if (textOf(file) !== text) throw changedMeanwhile(file);
  });
}

/** The rules as they are to be. Throws NOT_FOUND for a place where no rule is. */
function changedRules(rules: readonly EnvironmentRule[], change: RuleChange): readonly EnvironmentRule[] {
  const { kind, at } = change;
  const last = kind === 'add' ? rules.length : rules.length - 1;
  const furthest = kind === 'move' ? Math.max(at, change.to) : at;
  if (furthest > last) {
    throw new SlipwayError('NOT_FOUND', `There is no rule ${furthest + 1}: the file has ${rules.length}.`);
  }
  if (kind === 'add' && rules.length >= MOST_RULES) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `A file holds ${MOST_RULES} rules at most. Remove one, or match several places with *.`,
    );
  }
  const changed = [...rules];
  switch (kind) {
    case 'add':
      changed.splice(at, 0, change.rule);
      return changed;
    case 'replace':
      changed.splice(at, 1, change.rule);
      return changed;
    case 'remove':
      changed.splice(at, 1);
      return changed;
    case 'move':
      changed.splice(change.to, 0, ...changed.splice(at, 1));
      return changed;
    default:
      return assertNever(change);
  }
}

/** Undefined where the text without what was removed is no document anymore. */
function changedText(text: string, change: RuleChange): string | undefined {
  const document: Document = parseDocument(text);
  applyTo(rulesOf(document), change, document);
  let changed: string;
  try {
    changed = document.toString({
      lineWidth: 0,
      indentSeq: isListIndented(text),
      flowCollectionPadding: text.includes('{ ') || !text.includes('{'),
    });
  } catch {
    return undefined;
  }
  // The writer puts spaces into braces and brackets alike; most people write them into braces only.
  if (!text.includes('[ ')) changed = changed.replaceAll(SPACED_DAYS, '[$1]');
  return text.includes('\r\n') ? changed.replaceAll('\n', '\r\n') : changed;
}

/** Whether the first rule stands further to the right than `rules:`, as it does in a new file. */
function isListIndented(text: string): boolean {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith('rules:'));
  const first = lines.slice(at + 1).find((line) => !/^\s*(?:#|$)/.test(line));
  return at < 0 || first?.startsWith('-') !== true;
}

/** The list of rules, which is made where there is none. */
function rulesOf(document: Document): YAMLSeq {
  if (!isMap(document.contents)) {
    document.contents = document.createNode({ rules: [] });
    document.commentBefore ??= TITLE;
  }
  if (!isSeq(document.get('rules'))) document.set('rules', document.createNode([]));
  const rules = document.get('rules');
  if (!isSeq(rules)) throw new TypeError('The list of rules was not made.');
  const [first] = rules.items;
  // The parser gives a comment above the first rule to the list, where it would stay when the rule moves.
  if (isNode(first) && first.commentBefore === undefined && rules.commentBefore != null) {
    first.commentBefore = rules.commentBefore;
    rules.commentBefore = null;
  }
  return rules;
}

function applyTo(rules: YAMLSeq, change: RuleChange, document: Document): void {
  const { items } = rules;
  switch (change.kind) {
    case 'add':
      if (rules.flow === true && items.length === 0) rules.flow = false;
      items.splice(change.at, 0, ruleNode(document, change.rule));
      return;
    case 'replace':
      replaceRule(rules, change.at, change.rule, document);
      return;
    case 'remove':
      keepEarlierComments(rules, change.at);
      items.splice(change.at, 1);
      return;
    case 'move':
      items.splice(change.to, 0, ...items.splice(change.at, 1));
      return;
    default:
      assertNever(change);
  }
}

/** Settings that stay the same keep how they are written, and their comments. */
function replaceRule(rules: YAMLSeq, at: number, rule: EnvironmentRule, document: Document): void {
  const node = rules.items[at];
  if (!isMap(node)) {
    rules.items[at] = ruleNode(document, rule);
    return;
  }
  const written = EnvironmentRule.parse(node.toJS(document));
  for (const setting of SETTINGS) {
    const value = rule[setting];
    if (isDeepStrictEqual(value, written[setting])) continue;
    if (value === undefined) node.delete(setting);
    else setSetting(node, setting, settingNode(document, rule, setting));
  }
}

/** The comment behind a value stays. */
function setSetting(node: YAMLMap, setting: (typeof SETTINGS)[number], value: Node): void {
  const before = node.get(setting, true);
  if (isScalar(before) && isScalar(value)) before.value = value.value;
  else {
    if (isNode(before)) value.comment = before.comment ?? null;
    node.set(setting, value);
  }
}

function ruleNode(document: Document, rule: EnvironmentRule): YAMLMap {
  const node = new YAMLMap(document.schema);
  for (const setting of SETTINGS) {
    if (rule[setting] !== undefined) node.set(setting, settingNode(document, rule, setting));
  }
  return node;
}

function settingNode(document: Document, rule: EnvironmentRule, setting: (typeof SETTINGS)[number]): Node {
  const value = rule[setting];
  if (setting === 'freezes' || setting === 'deployers') return listNode(document, value);
  if (setting !== 'window' || rule.window === undefined) return document.createNode(value, { flow: true });
  const { days, from, to, timeZone } = rule.window;
  return document.createNode({ days, from: quoted(from), to: quoted(to), timeZone }, { flow: true });
}

/** A list with an entry on each line. */
function listNode(document: Document, value: unknown): Node {
  const list = new YAMLSeq(document.schema);
  for (const entry of Array.isArray(value) ? value : []) list.add(document.createNode(entry, { flow: true }));
  list.flow = list.items.length === 0;
  return list;
}

/** Readers of YAML 1.1 would take 09:00 for a number. */
function quoted(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

/** The comment right above a rule is about it and goes with it; those before a blank line may be about what follows. */
function keepEarlierComments({ items }: YAMLSeq, at: number): void {
  const [node, next] = [items[at], items[at + 1]];
  if (!isNode(node) || !isNode(next) || node.commentBefore == null) return;
  const end = node.commentBefore.lastIndexOf('\n\n');
  if (end === -1) return;
  next.commentBefore = [node.commentBefore.slice(0, end), next.commentBefore ?? ''].join('\n\n').trimEnd();
}

function write(file: string, text: string, checkBefore: () => void): void {
  try {
    replacePrivateFile(file, text, checkBefore);
  } catch (error) {
    if (error instanceof SlipwayError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new SlipwayError('UNAVAILABLE', `${file} cannot be written (${code}). Nothing was changed.`, {
      cause: error,
    });
  }
}

function textOf(file: string): string | undefined {
  try {
    return readRegularFile(file, MAX_BYTES);
  } catch (error) {
    if (error instanceof UnusualFile) {
      throw new SlipwayError('CONFLICT', `${file} cannot be changed: ${error.message}.`);
    }
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function changedMeanwhile(file: string): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `${basename(file)} has changed since its rules were read. Nothing was written. Check the rules, then change them again.`,
  );
}
