import { SlipwayError } from '../../../shared/errors.ts';

const CLUSTER_ARN = /^arn:[^:]+:ecs:(?<region>[^:]+):\d{12}:cluster\/(?<name>[^/]+)$/;
const SERVICE_ARN = /^arn:[^:]+:ecs:(?<region>[^:]+):\d{12}:service\/(?:(?<cluster>[^/]+)\/)?(?<name>[^/]+)$/;
/** An ECR host, or a host with a port, as the sandbox has it; any other host could be a part of the name. */
const REPOSITORY_ARN = /^arn:[^:]+:ecr:(?<region>[^:]+):\d{12}:repository\/(?<name>.+)$/;
const REPOSITORY_URI =
  /^(?:\d{12}\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\.[a-z0-9.-]+|[\w.-]+:\d+)\/(?<name>.+)$/;

/** The fields of inputs that hold a name, and the longer forms of it that people copy from AWS. */
const FORMS: ReadonlyMap<string, readonly RegExp[]> = new Map([
  ['cluster', [CLUSTER_ARN]],
  ['service', [SERVICE_ARN]],
  ['repository', [REPOSITORY_ARN, REPOSITORY_URI]],
]);

/**
 * An input with the names of clusters, services and repositories where it has their ARNs or URIs. Throws INVALID_INPUT
 * for an ARN or URI of another region than the input is for: the same name can exist in both.
 */
export function withNames(input: unknown): unknown {
  if (Array.isArray(input)) return input.map(withNames);
  if (typeof input !== 'object' || input === null) return input;
  const region: unknown = Reflect.get(input, 'region');
  const entries = Object.entries(input).map(
    ([field, value]) => [field, nameOf(field, value, region)] as const,
  );
  return Object.fromEntries(entries);
}

function nameOf(field: string, value: unknown, region: unknown): unknown {
  if (typeof value !== 'string') return withNames(value);
  const { name, region: own } = groupsOf(FORMS.get(field) ?? [], value);
  if (name === undefined) return value;
  if (own !== undefined && typeof region === 'string' && own !== region) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `The ${field} ${name} is in ${own}, but the call is for ${region}. Change the region of the call.`,
      { detail: { field } },
    );
  }
  return name;
}

function groupsOf(forms: readonly RegExp[], value: string): Readonly<Record<string, string | undefined>> {
  return forms.map((form) => form.exec(value)?.groups).find((groups) => groups !== undefined) ?? {};
}
