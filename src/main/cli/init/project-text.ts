import { type Document, isMap, parseDocument, Scalar } from 'yaml';
import { SlipwayError } from '../../../shared/errors.ts';
import type { ProjectEnvironment } from '../../../shared/model/project.ts';

const SCHEMA = ' yaml-language-server: $schema=https://slipway.example/slipway.schema.json';

/**
 * The text of slipway.yml with further environments; comments and what is there stay. Throws CONFLICT for one that it has.
 *
 * @param text of a valid file, or undefined for a new one
 */
export function withEnvironments(
  text: string | undefined,
  environments: Readonly<Record<string, ProjectEnvironment>>,
): string {
  const document: Document = parseDocument(text ?? 'environments: {}\n');
  if (text === undefined) document.commentBefore = SCHEMA;
  const known = document.get('environments', true);
  if (isMap(known) && known.items.length === 0) known.flow = false;
  for (const [name, environment] of Object.entries(environments)) {
    if (document.hasIn(['environments', name])) {
      throw new SlipwayError(
        'CONFLICT',
        `slipway.yml has an environment ${name} already. Choose another name with --name, or remove it first.`,
      );
    }
    document.setIn(['environments', name], document.createNode(withoutEmpty(environment)));
  }
  const account = (name: string): unknown => document.getIn(['environments', name, 'account'], true);
  for (const node of Object.keys(environments).map(account)) {
    // Otherwise other readers of YAML would take it for a number.
    if (node instanceof Scalar) node.type = Scalar.QUOTE_DOUBLE;
  }
  const written = document.toString({ lineWidth: 0 });
  // The line ends of Windows stay, or every line of the file would have changed.
  return text?.includes('\r\n') === true ? written.replaceAll(/\r?\n/g, '\r\n') : written;
}

/** Without what is empty. */
function withoutEmpty({ rules, ...environment }: ProjectEnvironment): object {
  return Object.keys(rules).length === 0 ? environment : { ...environment, rules };
}
