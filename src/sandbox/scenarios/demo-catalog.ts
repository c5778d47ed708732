/** What the demo account runs: data only. The rest of the scenario follows from it. */
export interface DemoService {
  readonly cluster: 'production' | 'staging' | 'tools';
  readonly name: string;
  readonly family: string;
  readonly repository: string;
  readonly desiredCount: number;
  readonly revisions: number;
  /** How many of the oldest revisions are INACTIVE. */
  readonly inactive?: number;
  /** When the service was last released. */
  readonly daysSinceRelease: number;
  /** With a port the service stands behind a load balancer. */
  readonly port?: number;
  readonly hasContainerHealthCheck?: boolean;
  readonly hasProxy?: boolean;
  /** Deploys a tag that moves instead of a version. */
  readonly movingTag?: 'latest';
  readonly architecture?: 'ARM64';
  readonly minimumHealthyPercent?: number;
  readonly maximumPercent?: number;
  readonly withoutCircuitBreaker?: boolean;
  readonly hasExec?: boolean;
  /** How much longer its releases take than those of others. */
  readonly extraReleaseSeconds?: number;
}

export interface DemoRepository {
  readonly name: string;
  /** The first of its versions; each further one counts up. */
  readonly firstVersion: string;
  readonly versions: number;
  readonly immutable?: boolean;
  readonly architecture?: 'arm64';
}

/** The newest versions of every repository, which no service has been given yet. */
export const VERSIONS_NOT_DEPLOYED = 2;

export const DEMO_REPOSITORIES: readonly DemoRepository[] = [
  { name: 'web', firstVersion: '1.6.0', versions: 20 },
  { name: 'checkout', firstVersion: '4.1.0', versions: 16, immutable: true },
  { name: 'search', firstVersion: '2.9.0', versions: 18 },
  { name: 'pricing', firstVersion: '2.2.0', versions: 14, immutable: true },
  { name: 'images', firstVersion: '0.8.0', versions: 12 },
  { name: 'mailer', firstVersion: '3.0.0', versions: 14 },
  { name: 'session', firstVersion: '1.1.0', versions: 10, immutable: true },
  { name: 'recommend', firstVersion: '0.3.0', versions: 12, architecture: 'arm64' },
  { name: 'dashboard', firstVersion: '5.0.0', versions: 10 },
  { name: 'batch', firstVersion: '1.0.0', versions: 8 },
];

export const DEMO_SERVICES: readonly DemoService[] = [
  {
    cluster: 'production',
    name: 'web',
    family: 'web',
    repository: 'web',
    desiredCount: 6,
    revisions: 39,
    daysSinceRelease: 2,
    port: 8080,
    hasContainerHealthCheck: true,
    maximumPercent: 135,
    extraReleaseSeconds: 800,
  },
  {
    cluster: 'production',
    name: 'checkout',
    family: 'checkout',
    repository: 'checkout',
    desiredCount: 4,
    revisions: 28,
    daysSinceRelease: 5,
    port: 8443,
    hasProxy: true,
  },
  {
    cluster: 'production',
    name: 'search',
    family: 'search',
    repository: 'search',
    desiredCount: 3,
    revisions: 30,
    inactive: 9,
    daysSinceRelease: 1,
    port: 9200,
    minimumHealthyPercent: 50,
    hasExec: true,
  },
  {
    cluster: 'production',
    name: 'pricing',
    family: 'pricing',
    repository: 'pricing',
    desiredCount: 4,
    revisions: 24,
    daysSinceRelease: 9,
    port: 8080,
  },
  {
    cluster: 'production',
    name: 'images',
    family: 'images',
    repository: 'images',
    desiredCount: 3,
    revisions: 16,
    daysSinceRelease: 21,
    port: 8080,
    minimumHealthyPercent: 50,
    maximumPercent: 100,
    withoutCircuitBreaker: true,
  },
  {
    cluster: 'production',
    name: 'mailer',
    family: 'mailer',
    repository: 'mailer',
    desiredCount: 4,
    revisions: 12,
    daysSinceRelease: 14,
    movingTag: 'latest',
    hasExec: true,
  },
  {
    cluster: 'production',
    name: 'session',
    family: 'session',
    repository: 'session',
    desiredCount: 2,
    revisions: 14,
    daysSinceRelease: 33,
    hasContainerHealthCheck: true,
  },
  {
    cluster: 'staging',
    name: 'web',
    family: 'staging-web',
    repository: 'web',
    desiredCount: 2,
    revisions: 36,
    inactive: 12,
    daysSinceRelease: 0.4,
    port: 8080,
  },
  {
    cluster: 'staging',
    name: 'checkout',
    family: 'staging-checkout',
    repository: 'checkout',
    desiredCount: 1,
    revisions: 22,
    daysSinceRelease: 3,
    port: 8443,
    hasProxy: true,
    hasExec: true,
  },
  {
    cluster: 'staging',
    name: 'recommend',
    family: 'staging-recommend',
    repository: 'recommend',
    desiredCount: 0,
    revisions: 15,
    daysSinceRelease: 11,
    architecture: 'ARM64',
  },
  {
    cluster: 'tools',
    name: 'dashboard',
    family: 'dashboard',
    repository: 'dashboard',
    desiredCount: 1,
    revisions: 11,
    daysSinceRelease: 40,
    port: 3000,
  },
  {
    cluster: 'tools',
    name: 'recommend-trainer',
    family: 'recommend-trainer',
    repository: 'recommend',
    desiredCount: 1,
    revisions: 11,
    daysSinceRelease: 17,
    architecture: 'ARM64',
  },
];

/** Families that no service uses any more, or that are run as tasks. */
export const FAMILIES_WITHOUT_SERVICE: readonly { readonly family: string; readonly revisions: number }[] = [
  { family: 'orders-migrate', revisions: 12 },
  { family: 'report-nightly', revisions: 17 },
  { family: 'legacy-cart', revisions: 23 },
];
