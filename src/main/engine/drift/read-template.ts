import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { parseYaml } from '../environments/read-yaml.ts';
import { nestsDeeper } from '../ports/input-sentence.ts';
import { type Declared, type DeclaredObject, declaredOf, objectOf } from './declared.ts';

/** CloudFormation takes templates of up to 1 MB. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const LONGEST_TEMPLATE = 1024 * 1024;
const MOST_LEVELS = 64;

export type Template = DeclaredObject;

/** The template of a text of JSON or YAML, with the short forms such as `!Ref` in their long form; undefined for what is none. */
export function readTemplate(text: string): Template | undefined {
  if (text.length > LONGEST_TEMPLATE) return undefined;
  const json = text.trimStart().startsWith('{') ? objectOf(declaredJson(text)) : undefined;
  if (json !== undefined) return json;
  const yaml = parseYaml(text);
  if (yaml.state === 'invalid') return undefined;
  const { contents } = yaml.document;
  return contents === null ? undefined : objectOf(treeOf(contents, 0));
}

/** Undefined for what is not JSON, or has too many levels. */
export function declaredJson(text: string): Declared | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return nestsDeeper(value, MOST_LEVELS) ? undefined : declaredOf(value);
  } catch {
    return undefined;
  }
}

/** YAML of CloudFormation has no aliases, and numbers keep the form that they are written in: a tag may be 1.10. */
function treeOf(node: unknown, level: number): Declared {
  if (level > MOST_LEVELS || isAlias(node)) return null;
  if (isScalar(node)) {
    const { value, source } = node;
    const plain = typeof value === 'number' ? (source ?? String(value)) : value;
    return tagged(node, typeof plain === 'string' || typeof plain === 'boolean' ? plain : null);
  }
  if (isSeq(node))
    return tagged(
      node,
      node.items.map((item) => treeOf(item, level + 1)),
    );
  if (!isMap(node)) return null;
  const entries = node.items.map(({ key, value }): [string, Declared] => [
    isScalar(key) ? String(key.value) : '',
    treeOf(value, level + 1),
  ]);
  return tagged(node, Object.fromEntries(entries));
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
function tagged({ tag }: Pick<Node, 'tag'>, value: Declared): Declared {
  const name = tag?.startsWith('!') === true ? tag.slice(1) : '';
  if (name === '') return value;
  return { [name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`]: value };
}
