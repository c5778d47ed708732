import type { DatabaseSync } from 'node:sqlite';
import {
  type ECSClient,
  type ServiceDeployment,
  ServiceDeployment$,
  type ServiceRevision,
  ServiceRevision$,
} from '@aws-sdk/client-ecs';
import { JsonCodec } from '@aws-sdk/core/protocols';
import type { Scope } from '../../../shared/model/account.ts';
import { keepUnlessFull, openCacheDatabase } from '../caches/cache-database.ts';
import { AWS_NAMESPACE, cacheNamespaceAt, customEndpoint } from '../caches/cache-namespace.ts';
import type { Logger, Paths } from '../ports/ports.ts';

/**
 * Service deployments that have ended and service revisions, as they were described. Neither changes any more.
 *
 * An endpoint that is not AWS may have another past than yesterday under the same ARNs. What was kept of a service in
 * an earlier session counts only once one of its deployments is known to be the same.
 */
export interface DeploymentCache {
  readDeployment(arn: string): Promise<ServiceDeployment | undefined>;
  /** Undefined for what is not cached, and for what has not been confirmed yet. */
  readRevision(arn: string): Promise<ServiceRevision | undefined>;
  writeDeployment(deployment: ServiceDeployment): void;
  writeRevision(revision: ServiceRevision): void;
  /** A kept deployment of this ARN's service is the one that ECS has. */
  vouchFor(arn: string): void;
  /** It is another one: forgets everything of this ARN's service. */
  forget(arn: string): void;
}

/** The caches of all accounts. */
export interface DeploymentCaches {
  /** The cache for what a client reads. */
  of(ecs: ECSClient, scope: Scope): Promise<DeploymentCache>;
  close(): void;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS described (
    namespace TEXT NOT NULL, arn TEXT NOT NULL, service TEXT NOT NULL, described TEXT NOT NULL, PRIMARY KEY (namespace, arn)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS described_of_service ON described (namespace, service)`;

/** Opens the caches in `deployments.sqlite` of the data folder. */
export function openDeploymentCaches(place: {
  readonly paths: Paths;
  readonly logger: Logger;
}): DeploymentCaches {
  const database = openCacheDatabase(place, 'deployments', TABLE);
  const caches = new Map<string, DeploymentCache>();
  return {
    async of(ecs, { account }) {
      const endpoint = await customEndpoint(ecs);
      const key = JSON.stringify(endpoint === undefined ? [] : [account, endpoint]);
      const known = caches.get(key);
      if (known !== undefined) return known;
      const cache = endpoint === undefined ? cacheOfAws(database) : cacheOfEndpoint(database, account);
      caches.set(key, cache);
      return cache;
    },
    close: () => database.close(),
  };
}

function cacheOfAws(database: DatabaseSync): DeploymentCache {
  return cacheIn(database, AWS_NAMESPACE, () => true);
}

function cacheOfEndpoint(database: DatabaseSync, account: string): DeploymentCache {
  const vouched = new Set<string>();
  const cache = cacheIn(
    database,
    cacheNamespaceAt(account),
    (arn) => vouched.has(arn) || vouched.has(serviceOf(arn)),
  );
  return {
    ...cache,
    writeRevision(revision) {
      vouched.add(revision.serviceRevisionArn ?? '');
      cache.writeRevision(revision);
    },
    vouchFor: (arn) => void vouched.add(serviceOf(arn)),
    forget(arn) {
      vouched.delete(serviceOf(arn));
      cache.forget(arn);
    },
  };
}

/** Writes and reads by the SDK's own schema, so that times are times again. */
const codec = new JsonCodec({ timestampFormat: { useTrait: true, default: 7 }, jsonName: false });

/** What was read lately is not parsed again. */
const MOST_IN_MEMORY = 20_000;

function cacheIn(
  database: DatabaseSync,
  cacheNamespace: string,
  isTrusted: (revisionArn: string) => boolean,
): DeploymentCache {
  const select = database.prepare('SELECT described FROM described WHERE namespace = ? AND arn = ?');
  const insert = database.prepare(
    'INSERT OR REPLACE INTO described (namespace, arn, service, described) VALUES (?, ?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM described WHERE namespace = ? AND service = ?');
  const deployments = new Map<string, ServiceDeployment>();
  const revisions = new Map<string, ServiceRevision>();

  function write(
    arn: string,
    schema: typeof ServiceDeployment$,
    described: ServiceDeployment | ServiceRevision,
  ) {
    const serializer = codec.createSerializer();
    serializer.write(schema, described);
    const text = String(serializer.flush());
    keepUnlessFull(() => void insert.run(cacheNamespace, arn, serviceOf(arn), text));
  }

  async function parsed(arn: string, schema: typeof ServiceDeployment$): Promise<unknown> {
    const text = select.get(cacheNamespace, arn)?.described;
    return typeof text === 'string' ? codec.createDeserializer().read(schema, text) : undefined;
  }

  return {
    async readDeployment(arn) {
      const known = deployments.get(arn);
      if (known !== undefined) return known;
      const deployment = await parsed(arn, ServiceDeployment$);
      if (!isDeployment(deployment)) return undefined;
      remember(deployments, arn, deployment);
      return deployment;
    },
    async readRevision(arn) {
      if (!isTrusted(arn)) return undefined;
      const known = revisions.get(arn);
      if (known !== undefined) return known;
      const revision = await parsed(arn, ServiceRevision$);
      if (!isRevision(revision)) return undefined;
      remember(revisions, arn, revision);
      return revision;
    },
    writeDeployment(deployment) {
      const { serviceDeploymentArn: arn } = deployment;
      if (arn === undefined) return;
      write(arn, ServiceDeployment$, deployment);
      remember(deployments, arn, deployment);
    },
    writeRevision(revision) {
      const { serviceRevisionArn: arn } = revision;
      if (arn === undefined) return;
      write(arn, ServiceRevision$, revision);
      remember(revisions, arn, revision);
    },
    vouchFor: () => undefined,
    forget(arn) {
      const service = serviceOf(arn);
      remove.run(cacheNamespace, service);
      for (const kept of [deployments, revisions]) {
        for (const each of kept.keys()) if (serviceOf(each) === service) kept.delete(each);
      }
    },
  };
}

/** The service in the ARN of a service deployment or service revision, with region and account. */
function serviceOf(arn: string): string {
  return arn.slice(0, arn.lastIndexOf('/')).replace(/:service-(?:deployment|revision)\//, ':service/');
}

/** The oldest entries go first. */
function remember<T>(kept: Map<string, T>, arn: string, value: T): void {
  if (kept.size >= MOST_IN_MEMORY) {
    const [oldest] = kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
  }
  kept.set(arn, value);
}

/** The codec checks the SDK's schema; fields that the schema leaves optional are checked here. */
function isDeployment(value: unknown): value is ServiceDeployment {
  return typeof value === 'object' && value !== null && 'serviceDeploymentArn' in value;
}

function isRevision(value: unknown): value is ServiceRevision {
  return typeof value === 'object' && value !== null && 'serviceRevisionArn' in value;
}
