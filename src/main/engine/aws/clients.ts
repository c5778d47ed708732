import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { Ports, Prompt } from '../ports.ts';
import type { Accounts, KnownAccount } from './accounts.ts';
import type { Aws, Priority } from './aws.ts';
import type { AwsService } from './buckets.ts';
import { type AccountCredentials, openCredentials } from './credentials.ts';
import { applyRequestRules } from './request-middleware.ts';
import { createRequestScheduler, type RequestScheduler } from './scheduler.ts';

interface AwsOptions extends Pick<Ports, 'environment' | 'clock'> {
  readonly accounts: Accounts;
  readonly prompt: Prompt;
}

/** What the clients of one account share. */
interface Connection {
  readonly known: KnownAccount;
  readonly credentials: AccountCredentials;
  readonly requestHandler: NodeHttpHandler;
  readonly ecs: Map<string, ECSClient>;
  readonly ecr: Map<string, ECRClient>;
  readonly sts: Map<string, STSClient>;
  readonly logs: Map<string, CloudWatchLogsClient>;
  readonly elb: Map<string, ElasticLoadBalancingV2Client>;
  readonly alarms: Map<string, CloudWatchClient>;
}

const MAX_ATTEMPTS = 4;
const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** SDK clients for every account and region, made when they are first asked for. `close` ends their connections. */
export function createAws(options: AwsOptions): Aws & { close(): void } {
  const connections = new Map<string, Connection>();
  const schedulers = new Map<string, RequestScheduler>();

  function connectionOf(accountId: string): Connection {
    const known = options.accounts.find(accountId);
    const open = connections.get(accountId);
    if (open && isSame(open.known, known)) return open;
    open?.requestHandler.destroy();
    const connection = connect(known, options);
    connections.set(accountId, connection);
    return connection;
  }

  function schedulerOf({ account, region }: Scope): RequestScheduler {
    const key = JSON.stringify([account, region]);
    const scheduler = schedulers.get(key) ?? createRequestScheduler();
    schedulers.set(key, scheduler);
    return scheduler;
  }

  /** The configuration and the request rules of a client. */
  function partsOf(connection: Connection, scope: Scope, service: AwsService, priority: Priority) {
    const { account, endpoints } = connection.known;
    const endpoint = checkedEndpoint(endpoints[service], account.name);
    return {
      config: {
        region: scope.region,
        credentials: connection.credentials.provide,
        requestHandler: connection.requestHandler,
        maxAttempts: MAX_ATTEMPTS,
        retryMode: 'standard',
        defaultsMode: 'standard',
        // Accounts say which endpoint counts; the SDK shall not look for another one by itself.
        ignoreConfiguredEndpointUrls: true,
        ...(endpoint === undefined ? {} : { endpoint }),
      } as const,
      rules: {
        service,
        priority,
        scheduler: schedulerOf(scope),
        account: account.name,
        endpoint: endpoint === undefined ? `AWS in ${scope.region}` : new URL(endpoint).host,
        onCredentialsRefused() {
          connection.credentials.forget();
          forgetClients(connection);
        },
      },
    };
  }

  return {
    ecs(scope, priority) {
      const connection = connectionOf(scope.account);
      return cached(connection.ecs, `${scope.region} ${priority}`, () => {
        const { config, rules } = partsOf(connection, scope, 'ecs', priority);
        const client = new ECSClient(config);
        applyRequestRules(client.middlewareStack, rules);
        return client;
      });
    },
    ecr(scope, priority) {
      const connection = connectionOf(scope.account);
      return cached(connection.ecr, `${scope.region} ${priority}`, () => {
        const { config, rules } = partsOf(connection, scope, 'ecr', priority);
        const client = new ECRClient(config);
        applyRequestRules(client.middlewareStack, rules);
        return client;
      });
    },
    sts(scope, priority) {
      const connection = connectionOf(scope.account);
      return cached(connection.sts, `${scope.region} ${priority}`, () => {
        const { config, rules } = partsOf(connection, scope, 'sts', priority);
        const client = new STSClient(config);
        applyRequestRules(client.middlewareStack, rules);
        return client;
      });
    },
    logs(scope, priority) {
      const connection = connectionOf(scope.account);
      return cached(connection.logs, `${scope.region} ${priority}`, () => {
        const { config, rules } = partsOf(connection, scope, 'logs', priority);
        const client = new CloudWatchLogsClient(config);
        applyRequestRules(client.middlewareStack, rules);
        return client;
      });
    },
    elb(scope, priority) {
      const connection = connectionOf(scope.account);
      return cached(connection.elb, `${scope.region} ${priority}`, () => {
        const { config, rules } = partsOf(connection, scope, 'elb', priority);
        const client = new ElasticLoadBalancingV2Client(config);
        applyRequestRules(client.middlewareStack, rules);
        return client;
      });
    },
    alarms(scope, priority) {
      const connection = connectionOf(scope.account);
      return cached(connection.alarms, `${scope.region} ${priority}`, () => {
        const { config, rules } = partsOf(connection, scope, 'alarms', priority);
        const client = new CloudWatchClient(config);
        applyRequestRules(client.middlewareStack, rules);
        return client;
      });
    },
    asksForCode: ({ account }) => connectionOf(account).credentials.asksForCode(),
    budget: (scope) => schedulerOf(scope).budget(),
    close() {
      for (const { requestHandler } of connections.values()) requestHandler.destroy();
      connections.clear();
    },
  };
}

function connect(known: KnownAccount, options: AwsOptions): Connection {
  return {
    known,
    credentials: openCredentials(known, options),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    }),
    ecs: new Map(),
    ecr: new Map(),
    sts: new Map(),
    logs: new Map(),
    elb: new Map(),
    alarms: new Map(),
  };
}

/** The next request asks for credentials anew. */
function forgetClients({ ecs, ecr, sts, logs, elb, alarms }: Connection): void {
  for (const clients of [ecs, ecr, sts, logs, elb, alarms]) clients.clear();
}

function cached<Client>(clients: Map<string, Client>, key: string, create: () => Client): Client {
  const known = clients.get(key);
  if (known !== undefined) return known;
  const client = create();
  clients.set(key, client);
  return client;
}

/** Whether an account that was read again still goes to the same place with the same credentials. */
function isSame(one: KnownAccount, other: KnownAccount): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function checkedEndpoint(endpoint: string | undefined, account: string): string | undefined {
  if (endpoint === undefined || (URL.canParse(endpoint) && /^https?:/.test(endpoint))) return endpoint;
  throw new SlipwayError(
    'INVALID_INPUT',
    `The endpoint that is set for ${account} is not an http address. Correct endpoint_url in the shared AWS files, or AWS_ENDPOINT_URL.`,
  );
}
