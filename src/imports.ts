// biome-ignore-all lint/correctness/noComponentHookFactories: these are names of syntax nodes, not of components
import { parseSync, Visitor } from 'vite';

/** One import of a file: by import or export statement, by import() or as a type. */
interface Import {
  readonly specifier: string;
  /** Where it begins in the source, for the line number. */
  readonly offset: number;
  /** Erased at run time. */
  readonly isType: boolean;
}

/** Every import of a TypeScript source; `(computed)` stands for an address that is put together when the code runs. Throws when it cannot be parsed. */
export function importsOf(file: string, source: string): readonly Import[] {
  const { program, errors } = parseSync(file, source);
  const [error] = errors;
  if (error) throw new Error(`${file} could not be parsed: ${error.message}`);

  const imports: Import[] = [];
  const add = (node: { readonly start: number }, source: unknown, isType: boolean): void => {
    const specifier = literalText(source);
    imports.push({ specifier: specifier ?? '(computed)', offset: node.start, isType });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node, node.source, node.importKind === 'type'),
    ExportNamedDeclaration: (node) => node.source && add(node, node.source, node.exportKind === 'type'),
    ExportAllDeclaration: (node) => add(node, node.source, node.exportKind === 'type'),
    ImportExpression: (node) => add(node, node.source, false),
    TSImportType: (node) => add(node, node.source, true),
    TSExternalModuleReference: (node) => add(node, node.expression, false),
    CallExpression: (node) => {
      if (node.callee.type === 'Identifier' && node.callee.name === 'require')
        add(node, node.arguments[0], false);
    },
  }).visit(program);
  return imports;
}

/** The text of a literal, or of a template with nothing to fill in, as minified code has it. */
function literalText(node: unknown): string | undefined {
  if (!isObject(node)) return undefined;
  if ('value' in node) return typeof node.value === 'string' ? node.value : undefined;
  const quasis: readonly unknown[] = 'quasis' in node && Array.isArray(node.quasis) ? node.quasis : [];
  const [only, ...others] = quasis;
  if (others.length > 0 || !isObject(only) || !('value' in only)) return undefined;
  const text = only.value;
  return isObject(text) && 'cooked' in text && typeof text.cooked === 'string' ? text.cooked : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
