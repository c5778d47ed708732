import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiServices } from './api-services.ts';
import { createAccessKeys, type SandboxCredentials } from './aws-api/access-keys.ts';
import { type ApiCall, createAwsApi, createCallRecord } from './aws-api/aws-api.ts';
import { intercepted } from './aws-api/interceptor.ts';
import { operationNames } from './aws-api/service.ts';
import { signedUpgrades } from './aws-api/signed-upgrades.ts';
import { byRegion } from './core/by-region.ts';
import { type Clock, createClock, DEFAULT_SPEED } from './core/clock.ts';
import { keepClockRecord, openClockRecord } from './core/clock-record.ts';
import { type SandboxLogger, silentLogger } from './core/logger.ts';
import { type LoopbackServer, listenOnLoopback } from './http/loopback-server.ts';
import { createAccessTokens } from './registry/access-tokens.ts';
import { createImageSource } from './registry/image-lookup.ts';
import { createLayerDownloads, LAYER_PATH } from './registry/layer-downloads.ts';
import { createRegistryApi } from './registry/registry-api.ts';
import { openStoredRegistry, openTemporaryRegistry } from './registry/registry-state.ts';
import { createImageSeeder } from './registry/seed-image.ts';
import { createUploadSessions } from './registry/upload-sessions.ts';
import { SCENARIO_LOADERS, type Scenario } from './scenarios/scenarios.ts';
import {
  foreignRole,
  provideRehearsalRoles,
  provideUsualAccess,
  seederWithAccess,
} from './scenarios/task-access.ts';
import { createApplicationAutoScaling } from './services/application-auto-scaling/application-auto-scaling.ts';
import { createStacks } from './services/cloudformation/cloudformation.ts';
import { createAlarms } from './services/cloudwatch/alarms.ts';
import { createItemStore } from './services/dynamodb/item-store.ts';
import { createEcs } from './services/ecs/ecs.ts';
import { createRoles } from './services/iam/roles.ts';
import { createTaskRoles } from './services/iam/task-roles.ts';
import { createLoginSessions } from './services/identity-center/login-sessions.ts';
import { createSignInPages, SIGN_IN_PATHS } from './services/identity-center/sign-in-pages.ts';
import { createSignIns } from './services/identity-center/sign-ins.ts';
import { createDataKeys } from './services/kms/kms.ts';
import { createLogStore } from './services/logs/log-store.ts';
import { createObjects } from './services/s3/s3.ts';
import { createSecrets } from './services/secrets-manager/secrets.ts';
import { createSessions } from './services/sessions/sessions.ts';
import { createParameters } from './services/ssm/parameters.ts';
import { createTaskSecrets } from './services/task-secrets.ts';
import { createTaskTriggers } from './services/task-triggers.ts';
import { holdDataFolder } from './storage/data-folder.ts';
import { accountOf } from './storage/kept-account.ts';
import { keepPort, lastPort } from './storage/last-port.ts';
import { openStore } from './storage/store.ts';
import { openTables } from './storage/stored-tables.ts';
import type { Faults } from './traffic/fault-options.ts';
import { createFaults } from './traffic/faults.ts';
import { interceptorsOf, type Profile } from './traffic/profiles.ts';

export interface SandboxOptions {
  /** 0, the default, takes the port at which the data folder was served last, or a free one. */
  readonly port?: number;
  readonly scenario: Scenario;
  /** Its number, of 12 digits: 123456789012, or the one that the data folder has. */
  readonly accountId?: string;
  /** Sandbox seconds for each real second. */
  readonly speed?: number;
  /** Names besides the loopback ones that requests may be sent to, such as `host.docker.internal`. */
  readonly hosts?: readonly string[];
  /** A clock to use instead of a running one, for tests that step it. */
  readonly clock?: Clock;
  /** The time of the wall instead of the machine's: that of the Date header, and by which signatures lapse. */
  readonly wall?: () => Date;
  /** Where the account is kept over restarts, its scenario only being loaded at the first; otherwise it goes with `close`. */
  readonly dataFolder?: string;
  /** Limits of requests and round trips as a real account has them; without one there are none. */
  readonly profile?: Profile;
  /** What goes wrong with a share of the calls. */
  readonly faults?: Faults;
  /** What running containers write, worked out when a log is read: of moments of their lives, or also of the requests they serve. */
  readonly containerLines?: 'moments' | 'requests';
  /** IAM actions that no key may do, such as `iam:PassRole` or `secretsmanager:*`. */
  readonly deniedActions?: readonly string[];
  /** Another key that may do everything, which is then the one of `credentials`; the public one where it is missing. */
  readonly credentials?: SandboxCredentials;
  readonly logger?: SandboxLogger;
}

export interface Sandbox {
  /** Of all AWS APIs, such as `http://127.0.0.1:4566`; the registry is at the same host and port. */
  readonly endpoint: string;
  readonly credentials: SandboxCredentials;
  /** The region with the scenario and the registry. Others are empty. */
  readonly region: string;
  readonly clock: Clock;
  /** Sandbox seconds for each real second, as it was started. */
  readonly speed: number;
  /** Lets its clock continue at another speed, above 0. Does nothing to a clock that was given. */
  setSpeed(speed: number): void;
  /** What goes wrong from now on; undefined: nothing. */
  setFaults(faults: Faults | undefined): void;
  /** What can be called, such as `ECS.ListServices`, sorted. */
  readonly operations: readonly string[];
  /** The API calls since the start, oldest first; after 100,000 of them the older half is forgotten. */
  calls(): readonly ApiCall[];
  /** Ends connections and timers, and removes the temporary folder. */
  close(): Promise<void>;
}

const REGION = 'us-east-1';
const CREDENTIALS: SandboxCredentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };

/**
 * Starts an embedded AWS on 127.0.0.1: ECS, ECR with its registry, STS, IAM, and what deployments need of CloudWatch and
 * load balancing.
 *
 * @throws Error with a sentence for the user when the port is taken or the folder cannot be used.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const held = options.dataFolder === undefined ? undefined : holdDataFolder(options.dataFolder);
  try {
    const sandbox = await listenAndCompose(options);
    return {
      ...sandbox,
      async close() {
        await sandbox.close();
        held?.release();
      },
    };
  } catch (error) {
    held?.release();
    throw error;
  }
}

async function listenAndCompose(options: SandboxOptions): Promise<Sandbox> {
  const server = await listen(options);
  try {
    if (options.dataFolder !== undefined) keepPort(options.dataFolder, Number(server.host.split(':')[1]));
    return await composeSandbox(options, server);
  } catch (error) {
    await server.close();
    throw error;
  }
}

/**
 * At the port of the last time, where none is asked for: the images of kept services are named with it. At a free one
 * when something else has that port.
 */
async function listen({
  port = 0,
  hosts = [],
  logger = silentLogger,
  dataFolder,
}: SandboxOptions): Promise<LoopbackServer> {
  const last = port === 0 && dataFolder !== undefined ? lastPort(dataFolder) : undefined;
  const again =
    last === undefined ? undefined : await listenOnLoopback(last, { hosts, logger }).catch(() => undefined);
  return again ?? listenOnLoopback(port, { hosts, logger });
}

async function composeSandbox(options: SandboxOptions, server: LoopbackServer): Promise<Sandbox> {
  const { speed = DEFAULT_SPEED, dataFolder, logger = silentLogger } = options;
  const accountId = accountOf(dataFolder, options.accountId);
  const endpoint = `http://${server.host}`;
  const folder = dataFolder ?? (await mkdtemp(join(tmpdir(), 'slipway-sandbox-')));

  const start = new Date();
  const ownClock = createClock({
    start,
    speed,
    onError: (error) => logger.error({ err: error }, 'A timed event of the sandbox failed.'),
    ...(dataFolder !== undefined && { runs: openClockRecord(dataFolder, speed, start) }),
  });
  const clock = options.clock ?? ownClock;
  const now = () => clock.now();
  const tokens = createAccessTokens();
  const registry = await (dataFolder === undefined
    ? openTemporaryRegistry(folder)
    : openStoredRegistry(dataFolder));
  const { blobs, garbage, repositoriesIn } = registry;
  const repositories = repositoriesIn(REGION);
  const uploads = createUploadSessions({ blobs, clock, logger });

  const store = dataFolder === undefined ? undefined : openStore(dataFolder, clock, logger);
  const roles = createRoles(store && openTables(store, REGION)('roles'));
  const wallTime = () => clock.toWallTime(clock.now());
  const secretsIn = byRegion((region) => createSecrets(store && openTables(store, region)('secrets')));
  const parametersIn = byRegion((region) =>
    createParameters(store && openTables(store, region)('parameters')),
  );
  const dataKeys = createDataKeys();
  const sessions = createSessions({ clock, host: server.host, speed, openDataKey: dataKeys.open });
  const taskRoles = createTaskRoles(roles);
  const taskSecrets = createTaskSecrets({ secretsIn, parametersIn, now });
  const dependenciesIn = byRegion((region) => {
    const stored = store && openTables(store, region);
    const logs = createLogStore(
      wallTime,
      stored,
      options.containerLines === 'requests' ? (logGroup) => ecs.writersIn(region, logGroup) : undefined,
    );
    const alarms = createAlarms(stored?.('alarms'));
    return {
      logs,
      alarms,
      createAlarm: (name: string) => alarms.put({ AlarmName: name, StateValue: 'OK' }),
      roles: taskRoles,
      secrets: taskSecrets,
      sessions,
    };
  });
  const itemsIn = byRegion((region) => createItemStore(store && openTables(store, region)));
  const stacksIn = byRegion((region) => createStacks(store && openTables(store, region)('stacks')));
  const objects = createObjects(store && openTables(store, REGION)('objects'));
  const taskTriggersIn = byRegion((region) => createTaskTriggers(store && openTables(store, region)));
  const ecs = createEcs({
    clock,
    ...(store !== undefined && { store }),
    dependenciesIn,
    images: createImageSource(repositories),
    accountId,
    region: REGION,
    endpointHost: server.host,
  });

  const autoScaling = createApplicationAutoScaling({
    servicesIn: ecs.scalableServicesIn,
    alarmsIn: (region) => dependenciesIn(region).alarms,
    now,
    store,
  });

  const images = createImageSeeder(repositories, blobs, now);
  const access = { roles, secrets: secretsIn(REGION), parameters: parametersIn(REGION) };
  const home = { accountId, region: REGION, begunAt: ecs.begunAt };
  // An account always has roles, so one without is new, or was stored before there were any here.
  if (roles.all().next().done === true) provideUsualAccess(access, ecs.taskDefinitions(), home);
  provideRehearsalRoles(roles, home);
  repositories.keepAtOnce(() =>
    SCENARIO_LOADERS[options.scenario]({
      ecs: { ...ecs, seed: seederWithAccess(ecs.seed, access, home) },
      scaling: autoScaling.scalingIn(REGION),
      taskTriggers: taskTriggersIn(REGION),
      stacks: stacksIn(REGION),
      objects,
      parameters: access.parameters,
      images,
      clock,
      registryHost: server.host,
    }),
  );
  const calls = createCallRecord();
  const accessKeys = createAccessKeys(accountId, options.credentials);
  const signIns = createSignIns(wallTime);
  const logins = createLoginSessions({ accessKeys, accountId, clock });
  const services = createApiServices({
    accountId,
    clock,
    ...(store !== undefined && { store }),
    ecs,
    autoScaling,
    registry,
    uploads,
    tokens,
    logsIn: (region) => dependenciesIn(region).logs,
    alarmsIn: (region) => dependenciesIn(region).alarms,
    taskTriggersIn,
    secretsIn,
    parametersIn,
    itemsIn,
    stacksIn,
    objects,
    sessions,
    dataKeys,
    signIns,
    logins,
    accessKeys,
    roles,
    foreignRole: foreignRole(home),
    wall: options.wall ?? wallTime,
  });
  let faults = options.faults === undefined ? [] : createFaults(options.faults, now);
  const awsApi = createAwsApi({
    ...services,
    accountId,
    endpoint,
    accessKeys,
    ...(options.deniedActions !== undefined && { deniedActions: options.deniedActions }),
    interceptors: [
      ...(options.profile === undefined ? [] : interceptorsOf(options.profile)),
      (call, next) => intercepted(faults, call, next),
      ...ecs.interceptors,
    ],
    now,
    wall: options.wall ?? (() => new Date()),
    onCall: (call) => calls.add(call),
    logger,
  });
  const registryOptions = {
    accountId,
    repositoriesIn,
    blobs,
    garbage,
    uploads,
    tokens,
    host: server.host,
    now,
    logger,
  };
  const registryApi = createRegistryApi(registryOptions);
  const layerDownloads = createLayerDownloads(blobs, tokens, logger);
  const signInPages = createSignInPages(signIns, logins, endpoint);

  server.handle((request, response, target) => {
    const { pathname } = target;
    if (pathname === '/v2' || pathname.startsWith('/v2/')) return registryApi(request, response, target);
    if (pathname.startsWith(LAYER_PATH)) return layerDownloads(request, response, target);
    if (SIGN_IN_PATHS.has(pathname)) return signInPages(request, response, target);
    return awsApi(request, response, target);
  }, SIGN_IN_PATHS);
  server.handleUpgrades(signedUpgrades({ ...options, accessKeys, now }, sessions.upgrade));

  return {
    endpoint,
    credentials: options.credentials ?? CREDENTIALS,
    region: REGION,
    clock,
    speed,
    setSpeed(next) {
      const runs = ownClock.setSpeed(next);
      if (dataFolder !== undefined) keepClockRecord(dataFolder, runs);
    },
    setFaults(next) {
      faults = next === undefined ? [] : createFaults(next, now);
    },
    operations: operationNames([
      ...services.jsonServices,
      ...services.queryServices,
      ...services.restServices,
      services.s3,
    ]),
    calls: () => calls.list(),
    async close() {
      ownClock.stop();
      sessions.close();
      await server.close();
      store?.close();
      registry.close();
      if (dataFolder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
