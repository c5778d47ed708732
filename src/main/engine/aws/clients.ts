import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity, MiddlewareStack } from '@smithy/types';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import { createRequestHandler, type NetworkHandler } from '../network/request-handler.ts';
import { createTrustedCertificates, type TrustedCertificates } from '../network/trusted-certificates.ts';
import { areaLogger } from '../ports/log-areas.ts';
import type { Ports, Prompt } from '../ports/ports.ts';
import type { Accounts } from './accounts.ts';
import type { Aws, Priority } from './aws.ts';
import type { AwsService, BucketLimits, BucketName } from './buckets.ts';
import { sessionRefused, ssoRefused } from './credential-errors.ts';
import {
  type CredentialProcesses,
  createCredentialProcesses,
  type ProcessPorts,
} from './credential-process.ts';
import { type AccountCredentials, areSame, expiryOfSignIn, openCredentials } from './credentials.ts';
import { isHttpAddress, USUAL_ENDPOINTS } from './endpoints.ts';
import { type KeptAccounts, ofExpectedAccount } from './expected-accounts.ts';
import { watchFiles } from './file-watch.ts';
import { isSameAccount, type KnownAccount } from './known-account.ts';
import { lapsingSigner, refuseLapsed } from './lapsing-signatures.ts';
import { createRefusedCalls, type RefusedCalls } from './refused-calls.ts';
import { applyRequestRules, type SentRequest } from './request-middleware.ts';
import { createRequestScheduler, type RequestScheduler } from './scheduler.ts';
import type { SignInPorts } from './sign-in/kept-tokens.ts';
import { createLoginSignIns, type LoginSignIns } from './sign-in/login-sign-ins.ts';
import { createSignIns, type SignIns } from './sign-in/sign-ins.ts';

export interface AwsOptions
  extends Pick<Ports, 'environment' | 'clock' | 'logger' | 'systemProxy' | 'project'> {
  readonly accounts: Accounts;
  /** Where it is missing, credentials of any account are used. */
  readonly keptAccounts?: KeptAccounts;
  readonly prompt: Prompt;
  readonly paths?: ProcessPorts['paths'];
  /** The request rates to keep to; those of AWS where it is missing. */
  readonly limitsOf?: ((bucket: BucketName) => BucketLimits) | undefined;
  /** Waits between two looks at a sign-in; real time where it is missing. */
  readonly wait?: SignInPorts['wait'] | undefined;
}

/** What the clients of one account share. */
interface Connection {
  readonly known: KnownAccount;
  readonly credentials: AccountCredentials;
  /** Gives the credentials only if they belong to the account that is expected. */
  readonly provide: AccountCredentials['provide'];
  readonly requestHandler: NetworkHandler;
  /** The regions that have accepted the credentials. */
  readonly acceptedIn: Set<string>;
  /** What AWS has refused in each region. */
  readonly refused: Map<string, RefusedCalls>;
}

/** An SDK client, as far as the request rules reach into it. */
interface Ruled<Input extends object, Output extends object> {
  readonly middlewareStack: MiddlewareStack<Input, Output>;
}

const MAX_ATTEMPTS = 4;

/** SDK clients for every account and region, made when they are first asked for. `close` ends their connections. */
export function createAws(options: AwsOptions): Aws & { close(): void } {
  const connections = new Map<string, Connection>();
  const certificates = createTrustedCertificates(options.environment);
  const logger = areaLogger(options.logger, 'aws');
  const schedulers = new Map<string, RequestScheduler>();
  const { secrets } = options.accounts;
  const watch: SignInPorts['watch'] = (files, onChange) => watchFiles(() => files, { logger, onChange });
  const signIns = createSignIns({ ...options, logger, secrets, watch });
  const logins = createLoginSignIns({ ...options, logger, secrets, watch });
  const processes = createCredentialProcesses({ ...options, logger, secrets });

  function connectionOf(accountId: string): Connection {
    const known = options.accounts.find(accountId);
    const open = connections.get(accountId);
    if (open && isSameAccount(open.known, known)) return open;
    const shared = {
      ...options,
      certificates,
      signIns,
      logins,
      processes,
      identify: (credentials: AwsCredentialIdentity, region: string) =>
        identify(connection, credentials, region),
    };
    const connection: Connection = connect(known, shared, open);
    connections.set(accountId, connection);
    return connection;
  }

  function schedulerOf({ account, region }: Scope): RequestScheduler {
    const key = JSON.stringify([account, region]);
    const scheduler = schedulers.get(key) ?? createRequestScheduler(options.limitsOf);
    schedulers.set(key, scheduler);
    return scheduler;
  }

  function refusedCallsOf({ refused }: Connection, region: string): RefusedCalls {
    const calls = refused.get(region) ?? createRefusedCalls(options.clock);
    refused.set(region, calls);
    return calls;
  }

  /** The configuration and the request rules of a client. */
  function partsOf(connection: Connection, scope: Scope, service: AwsService, priority: Priority) {
    const { account, endpoints, variants } = connection.known;
    const endpoint = checkedEndpoint(endpoints[service], account.name);
    return {
      config: {
        region: scope.region,
        // Kept by the account itself, so that its clients have the same ones after a renewal.
        credentials: Object.assign(() => connection.provide(scope.region), { memoized: true }),
        requestHandler: connection.requestHandler,
        maxAttempts: MAX_ATTEMPTS,
        retryMode: 'standard',
        defaultsMode: 'standard',
        // Accounts say which endpoint counts; the SDK should not look for another one by itself.
        ignoreConfiguredEndpointUrls: true,
        // StartLiveTail has a host of its own at AWS, which another endpoint does not have.
        ...(endpoint === undefined ? variants : { ...USUAL_ENDPOINTS, endpoint, disableHostPrefix: true }),
      } as const,
      rules: {
        service,
        priority,
        scheduler: schedulerOf(scope),
        account: account.name,
        endpoint: endpoint === undefined ? `AWS in ${scope.region}` : new URL(endpoint).host,
        secrets: options.accounts.secrets,
        logger,
        onAnswered(call: SentRequest) {
          connection.acceptedIn.add(scope.region);
          refusedCallsOf(connection, scope.region).forget(call);
        },
        onForbidden(sentence: string, call: SentRequest) {
          refusedCallsOf(connection, scope.region).add(sentence, call);
        },
        clock: options.clock,
        renew: (awsError: string, refused: AwsCredentialIdentity | undefined) =>
          refused === undefined || isOfDisabledRegion(awsError, connection, scope.region)
            ? Promise.resolve(false)
            : renew(connection, scope, priority, refused),
      },
    };
  }

  /** Work in the background does not wait for a person. */
  async function renew(
    { credentials, provide, acceptedIn }: Connection,
    { region }: Scope,
    priority: Priority,
    refused: AwsCredentialIdentity,
  ): Promise<boolean> {
    if (credentials.forget(refused)) acceptedIn.clear();
    if (priority === 'background' && credentials.mayAsk()) return false;
    return !areSame(await provide(region), refused);
  }

  /** The account that these credentials belong to. Roles and sign-ins name it; of other credentials STS is asked. */
  async function identify(
    connection: Connection,
    credentials: AwsCredentialIdentity,
    region: string,
  ): Promise<string | undefined> {
    const named = accountNamedByAws(connection.known, credentials);
    if (named !== undefined) return named;
    const scope = { account: connection.known.account.id, region };
    const { config, rules } = partsOf(connection, scope, 'sts', 'clicked');
    // The client is never destroyed: that would end the connections of the account, whose handler it has.
    const client = new STSClient({ ...config, credentials });
    const forget = (): Promise<boolean> => {
      connection.credentials.forget(credentials);
      return Promise.resolve(false);
    };
    applyRequestRules(client.middlewareStack, { ...rules, renew: forget });
    const { Account } = await client.send(new GetCallerIdentityCommand({}));
    return Account;
  }

  /** One client for each account, region and priority, made when it is first asked for. */
  function clientsOf<Input extends object, Output extends object, Client>(
    service: AwsService,
    open: (config: ReturnType<typeof partsOf>['config']) => Client & Ruled<Input, Output>,
  ): (scope: Scope, priority: Priority) => Client {
    const byConnection = new WeakMap<Connection, Map<string, Client>>();
    return (scope, priority) => {
      const connection = connectionOf(scope.account);
      const clients = byConnection.get(connection) ?? new Map<string, Client>();
      byConnection.set(connection, clients);
      const key = `${scope.region} ${priority}`;
      const known = clients.get(key);
      if (known !== undefined) return known;
      const { config, rules } = partsOf(connection, scope, service, priority);
      const client = open(config);
      applyRequestRules(client.middlewareStack, rules);
      clients.set(key, client);
      return client;
    };
  }

  return {
    ecs: clientsOf('ecs', (config) => new ECSClient(config)),
    ecsUntil(scope, priority, limit) {
      const { config, rules } = partsOf(connectionOf(scope.account), scope, 'ecs', priority);
      const client = new ECSClient({ ...config, signerConstructor: lapsingSigner(limit) });
      applyRequestRules(client.middlewareStack, rules);
      refuseLapsed(client.middlewareStack, limit);
      return client;
    },
    ecr: clientsOf('ecr', (config) => new ECRClient(config)),
    sts: clientsOf('sts', (config) => new STSClient(config)),
    logs: clientsOf('logs', (config) => new CloudWatchLogsClient(config)),
    elb: clientsOf('elb', (config) => new ElasticLoadBalancingV2Client(config)),
    alarms: clientsOf('alarms', (config) => new CloudWatchClient(config)),
    scaling: clientsOf('scaling', (config) => new ApplicationAutoScalingClient(config)),
    iam: clientsOf('iam', (config) => new IAMClient(config)),
    secrets: clientsOf('secrets', (config) => new SecretsManagerClient(config)),
    parameters: clientsOf('parameters', (config) => new SSMClient(config)),
    keys: clientsOf('keys', (config) => new KMSClient(config)),
    codeDeploy: clientsOf('codeDeploy', (config) => new CodeDeployClient(config)),
    eventRules: clientsOf('eventRules', (config) => new EventBridgeClient(config)),
    schedules: clientsOf('schedules', (config) => new SchedulerClient(config)),
    stateMachines: clientsOf('stateMachines', (config) => new SFNClient(config)),
    dynamodb: clientsOf('dynamodb', (config) => new DynamoDBClient(config)),
    stacks: clientsOf('stacks', (config) => new CloudFormationClient(config)),
    objects: clientsOf('objects', (config) => new S3Client(config)),
    asksForCode: ({ account }) => connectionOf(account).credentials.asksForCode(),
    mayAsk: ({ account }) => connectionOf(account).credentials.mayAsk(),
    renewSignIn: ({ account }) => connectionOf(account).credentials.renewSignIn(),
    async rolesOf(name) {
      const session = options.accounts.session(name);
      const requestHandler = createRequestHandler({ ...options, certificates, caBundle: session.caBundle });
      try {
        return await signIns.roles(session, requestHandler);
      } catch (error) {
        throw sessionRefused(ssoRefused(error, session), name);
      } finally {
        requestHandler.destroy();
      }
    },
    expiresAt(account) {
      const known = options.accounts.find(account);
      const open = connections.get(account);
      if (open !== undefined && isSameAccount(open.known, known)) return open.credentials.expiresAt();
      return expiryOfSignIn(known, signIns);
    },
    async signIn({ account, region }) {
      const { credentials, provide } = connectionOf(account);
      credentials.askAgain();
      await provide(region);
    },
    agentFor: ({ account }, url) => connectionOf(account).requestHandler.agentFor(url),
    budget: (scope) => schedulerOf(scope).budget(),
    refusedCalls({ account, region }) {
      const connection = connectionOf(account);
      const calls = refusedCallsOf(connection, region);
      const accessKeyId = connection.credentials.accessKeyId();
      return { ...calls, accessKeyId, list: () => calls.list(accessKeyId) };
    },
    close() {
      for (const { requestHandler } of connections.values()) requestHandler.destroy();
      connections.clear();
    },
  };
}

interface ConnectOptions extends AwsOptions {
  readonly certificates: TrustedCertificates;
  readonly signIns: SignIns;
  readonly logins: LoginSignIns;
  readonly processes: CredentialProcesses;
  readonly identify: Parameters<typeof ofExpectedAccount>[0]['identify'];
}

/** Goes on with the connections of the account as it was before, where it can: requests are on their way in them. */
function connect(known: KnownAccount, options: ConnectOptions, before: Connection | undefined): Connection {
  const isReusable = before !== undefined && before.known.caBundle === known.caBundle;
  if (!isReusable) before?.requestHandler.destroy();
  const requestHandler = isReusable
    ? before.requestHandler
    : createRequestHandler({ ...options, caBundle: known.caBundle });
  const secrets = options.accounts.secrets;
  const credentials = openCredentials(known, { ...options, requestHandler, secrets });
  const { keptAccounts: kept, project, identify, logger } = options;
  const provide = ofExpectedAccount({
    known,
    provide: (region) => credentials.provide(region),
    identify,
    kept,
    project,
    logger,
  });
  return { known, credentials, provide, requestHandler, acceptedIn: new Set(), refused: new Map() };
}

/** How a region that is not enabled for the account refuses credentials that others accept. */
const UNKNOWN_TO_REGION = new Set(['UnrecognizedClientException', 'InvalidClientTokenId']);

/**
 * Whether only this region refuses the credentials: a region that an account has not enabled does not know them. Then they
 * are not asked for again.
 */
function isOfDisabledRegion(awsError: string, { acceptedIn }: Connection, region: string): boolean {
  return UNKNOWN_TO_REGION.has(awsError) && acceptedIn.size > 0 && !acceptedIn.has(region);
}

/** The `accountId` of static keys and of programs is only a setting. That of a role or a sign-in is from AWS. */
function accountNamedByAws(
  { source }: KnownAccount,
  credentials: AwsCredentialIdentity & { readonly $source?: object },
): string | undefined {
  const isFromSignIn = source.kind === 'profile' && source.session !== undefined;
  const isFromRole = Object.keys(credentials.$source ?? {}).some((feature) =>
    feature.startsWith('CREDENTIALS_STS_'),
  );
  return isFromSignIn || isFromRole ? credentials.accountId : undefined;
}

function checkedEndpoint(endpoint: string | undefined, account: string): string | undefined {
  if (endpoint === undefined || isHttpAddress(endpoint)) return endpoint;
  throw new SlipwayError(
    'INVALID_INPUT',
    `The endpoint that is set for ${account} is not an http address. Correct endpoint_url in the shared AWS files, or AWS_ENDPOINT_URL.`,
  );
}
