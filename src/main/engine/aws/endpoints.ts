import type { AwsService } from './buckets.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Endpoints of an account that replace AWS's own. */
export type Endpoints = Readonly<Partial<Record<AwsService, string>>>;

interface EndpointSources {
  readonly environment: Variables;
  /** The settings of the profile, such as `endpoint_url` and `services`. */
  readonly profile: Variables;
  /** The settings of the `services` section that the profile names, such as `ecs.endpoint_url`. */
  readonly services: Variables;
}

/** How configuration names a service: its service id in lower case, with an underscore for each space. */
const IDENTIFIERS: readonly (readonly [AwsService, string])[] = [
  ['ecs', 'ecs'],
  ['ecr', 'ecr'],
  ['sts', 'sts'],
  ['logs', 'cloudwatch_logs'],
  ['elb', 'elastic_load_balancing_v2'],
  ['alarms', 'cloudwatch'],
  ['scaling', 'application_auto_scaling'],
  ['iam', 'iam'],
  ['secrets', 'secrets_manager'],
  ['parameters', 'ssm'],
  ['keys', 'kms'],
  ['codeDeploy', 'codedeploy'],
  ['eventRules', 'eventbridge'],
  ['schedules', 'scheduler'],
  ['stateMachines', 'sfn'],
  ['dynamodb', 'dynamodb'],
  ['stacks', 'cloudformation'],
  ['objects', 's3'],
];

/** One endpoint for every service, as a simulated AWS has it. */
export function endpointForAll(endpoint: string): Endpoints {
  return Object.fromEntries(IDENTIFIERS.map(([service]) => [service, endpoint]));
}

/**
 * The endpoints that the environment and a profile set, in the order of the AWS SDKs and Tools Reference Guide,
 * "Service-specific endpoints": the variable of the service, the variable for all, the services section, the
 * profile. The text is not checked here: a request that would go to AWS instead of a mistyped address does harm.
 */
export function configuredEndpoints(sources: EndpointSources): Endpoints {
  const endpoints: Partial<Record<AwsService, string>> = {};
  for (const [service, identifier] of IDENTIFIERS) {
    const endpoint = serviceEndpoint(identifier, sources);
    if (endpoint) endpoints[service] = endpoint;
  }
  return endpoints;
}

/** The same for one service by its identifier, such as `sso_oidc`; undefined for AWS's own endpoint. */
export function serviceEndpoint(identifier: string, sources: EndpointSources): string | undefined {
  const { environment, profile, services } = sources;
  if (ignoresEndpoints(sources)) return undefined;
  return (
    environment[`AWS_ENDPOINT_URL_${identifier.toUpperCase()}`] ||
    environment.AWS_ENDPOINT_URL ||
    services[`${identifier}.endpoint_url`] ||
    profile.endpoint_url ||
    undefined
  );
}

function ignoresEndpoints({ environment, profile }: EndpointSources): boolean {
  return isTrue(environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? profile.ignore_configured_endpoint_urls);
}

/** Which of AWS's own endpoints an account uses, where it has no other endpoint. */
export interface EndpointVariants {
  readonly useFipsEndpoint: boolean;
  readonly useDualstackEndpoint: boolean;
}

/**
 * As the environment or else the profile says: AWS SDKs and Tools Reference Guide, "Dual-stack and FIPS endpoints". The SDK
 * would look into the default profile, whichever one an account is of.
 */
export function endpointVariants({
  environment,
  profile,
}: Pick<EndpointSources, 'environment' | 'profile'>): EndpointVariants {
  return {
    useFipsEndpoint: isTrue(environment.AWS_USE_FIPS_ENDPOINT || profile.use_fips_endpoint),
    useDualstackEndpoint: isTrue(environment.AWS_USE_DUALSTACK_ENDPOINT || profile.use_dualstack_endpoint),
  };
}

/** Those of most accounts. */
export const USUAL_ENDPOINTS: EndpointVariants = { useFipsEndpoint: false, useDualstackEndpoint: false };

export function isHttpAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:/i.test(text);
}

/** An endpoint as it may be shown and copied: without the user and password that it may have. */
export function shownEndpoint(endpoint: string): string {
  const url = URL.parse(endpoint);
  if (url === null || (url.username === '' && url.password === '')) return endpoint;
  url.username = '';
  url.password = '';
  return url.href.replace(/\/$/, '');
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true';
}
