import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DescribeServicesCommand, ECSClient, type Service } from '@aws-sdk/client-ecs';
import { pino } from 'pino';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { Guard } from '../../../shared/model/environment.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { openAccounts } from '../aws/accounts.ts';
import { createAws } from '../aws/clients.ts';
import { createCatalogHandlers } from '../catalog/catalog-handlers.ts';
import { openDeploymentCaches } from '../catalog/deployment-cache.ts';
import type { Environments } from '../environments/environments.ts';
import { openImageCache } from '../images/image-cache.ts';
import { createImageLookup } from '../images/image-lookup.ts';
import { type Journal, openJournal } from '../journal/journal.ts';
import { createLedgers } from '../ledger/ledger-table.ts';
import { createLocks } from '../ledger/service-locks.ts';
import type { CallContext } from '../ports/handlers.ts';
import { executePlan } from '../releases/execute-plan.ts';
import type { ReleaseDependencies } from '../releases/model/release-dependencies.ts';
import { createReleaseHandlers } from '../releases/release-handlers.ts';
import { resumeRelease } from '../releases/resume-discard.ts';
import { withTaskSetReleases } from '../releases/task-sets/task-set-history.ts';
import { watchDeployment } from '../releases/watch-deployment.ts';
import { DECLINING_PROMPT } from './declining-prompt.ts';
import { BY_NAME } from './environments.ts';
import { TEST_POLL_INTERVAL_MS, withoutRequestLimits } from './pace.ts';

/** An AWS that listens somewhere, such as a sandbox. */
interface SomeAws {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** How fast its clock runs. */
  readonly speed?: number;
}

export interface ReleaseEngine {
  readonly scope: Scope;
  readonly journal: Journal;
  readonly dependencies: ReleaseDependencies;
  readonly catalog: ReturnType<typeof createCatalogHandlers>;
  readonly releases: ReturnType<typeof createReleaseHandlers>;
  /** The client that releases write with. */
  readonly ecs: ECSClient;
  /** A client of its own, which takes nothing of the request rates that the engine keeps to. */
  readonly truth: ECSClient;
  /** Where the images are: `127.0.0.1:4566`. */
  readonly registry: string;
  service(cluster: string, service: string): ServiceRef;
  describe(ref: ServiceRef): Promise<Service>;
  close(): void;
}

/** The releases of an engine over a sandbox of its own with the scenario `demo`. */
export interface DemoReleases {
  readonly sandbox: TestSandbox;
  readonly engine: ReleaseEngine;
  readonly close: () => Promise<void>;
}

export async function openDemoReleases(deniedActions: readonly string[] = []): Promise<DemoReleases> {
  const sandbox = await startTestSandbox({ scenario: 'demo', deniedActions });
  const engine = await openReleaseEngine(sandbox);
  return {
    sandbox,
    engine,
    async close() {
      engine.close();
      await sandbox.close();
    },
  };
}

interface LedgerOptions {
  readonly rule: NonNullable<Guard['ledger']>;
  /** How much the clock of this machine is ahead. */
  readonly skewMs?: number;
  /** See createLocks. */
  readonly elapsed?: () => number;
}

/** The releases of an engine over some AWS, with a journal in a folder of its own. */
export async function openReleaseEngine(
  { endpoint, region, credentials, speed: pace = 1 }: SomeAws,
  ledger?: LedgerOptions,
): Promise<ReleaseEngine> {
  const folder = mkdtempSync(path.join(tmpdir(), 'releases-'));
  const logger = pino({ level: 'silent' });
  const clock = { now: () => new Date(Date.now() + (ledger?.skewMs ?? 0)) };
  const environments: Pick<Environments, 'guardOf'> =
    ledger === undefined
      ? BY_NAME
      : { guardOf: (place) => ({ ...BY_NAME.guardOf(place), ledger: ledger.rule }) };
  const environment = { AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none' };
  const fixed = { id: 'sandbox', name: 'sandbox', region, endpoint, credentials, pace };
  const accounts = await openAccounts({ environment, accounts: [fixed] });
  const aws = createAws({
    environment,
    clock,
    logger,
    accounts,
    prompt: DECLINING_PROMPT,
    limitsOf: withoutRequestLimits,
  });
  const journal = openJournal({ data: folder }, logger, clock);
  const cache = openImageCache({ paths: { data: folder }, logger });
  const images = createImageLookup({ aws, cache, logger });
  const caches = openDeploymentCaches({ paths: { data: folder }, logger });
  const reads = createCatalogHandlers({
    accounts,
    aws,
    environments: BY_NAME,
    caches,
    clock,
    images,
    notes: (arn) => journal.noteFor(arn),
  });
  const catalog = { ...reads, ...withTaskSetReleases(reads, { aws, journal }) };
  const findImage: ReleaseDependencies['findImage'] = (...wanted) => images.findImage(...wanted);
  const dependencies = {
    aws,
    accounts,
    environments,
    journal,
    clock,
    logger,
    catalog,
    findImage,
    pollIntervalMs: TEST_POLL_INTERVAL_MS,
    locks: createLocks({
      ledgers: createLedgers({ accounts, aws, environments, clock }),
      logger,
      elapsed: ledger?.elapsed,
    }),
  };
  const scope = { account: 'sandbox', region };
  const ecs = aws.ecs(scope, 'clicked');
  const truth = new ECSClient({ endpoint, region, credentials });

  return {
    scope,
    journal,
    catalog: reads,
    dependencies,
    // Without jobs, so that a test sees what one call does and cancels it with its signal.
    releases: createReleaseHandlers(dependencies, {
      execute: (request, { signal, emit }) => executePlan(dependencies, request, signal, emit),
      resume: ({ release }, { signal }) => resumeRelease(dependencies, release, signal),
      watch: ({ deployment, warnAfterMs, ...ref }, context) =>
        watchDeployment(dependencies, { ref, deployment, warnAfterMs }, context),
    }),
    ecs,
    truth,
    registry: new URL(endpoint).host,
    service: (cluster, service) => ({ ...scope, cluster, service }),
    async describe({ cluster, service }) {
      const { services } = await truth.send(new DescribeServicesCommand({ cluster, services: [service] }));
      const [found] = services ?? [];
      if (found === undefined) throw new Error(`There is no service ${service}.`);
      return found;
    },
    close() {
      truth.destroy();
      aws.close();
      journal.close();
      cache.close();
      caches.close();
      rmSync(folder, { recursive: true });
    },
  };
}

type Caller = Pick<CallContext<'releases.discard'>, 'signal'> & { readonly emit: () => void };

/** The context of a call that nobody cancels and nobody listens to. */
export function aCall(): Caller {
  return { signal: new AbortController().signal, emit: () => {} };
}
