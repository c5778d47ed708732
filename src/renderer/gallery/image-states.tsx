import { COMPARED_STATES, type ComparedService } from '../../shared/model/cluster-comparison.ts';
import type { Image, Repository } from '../../shared/model/image.ts';
import type { ImageScan, ScanFinding } from '../../shared/model/image-scan.ts';
import { CopyImageDialog } from '../src/features/repositories/copy-image-dialog.tsx';
import type { Answers } from '../src/testing/engine.tsx';
import { GalleryDialog } from './gallery-window.tsx';
import { aCluster, LONG_NAME, manyOf } from './samples.ts';
import { ACCOUNT, CLUSTER, failed, type GalleryState, loading, statesOf } from './states-of.tsx';

/** As long as ECR allows: names in lower case and tags of 128 characters. */
const LONG_REPOSITORY = LONG_NAME.slice(0, 254);
const LONG_TAG = LONG_NAME.slice(0, 128);

function aRepository(name: string): Repository {
  return {
    name,
    uri: `123456789012.dkr.ecr.us-east-1.amazonaws.com/${name}`,
    arn: `arn:aws:ecr:us-east-1:123456789012:repository/${name}`,
    tagMutability: name.length % 2 === 0 ? 'IMMUTABLE' : 'MUTABLE',
    scanOnPush: true,
    createdAt: '2026-01-02T15:47:00.000Z',
  };
}

const digest = (index: number): string => `sha256:${index.toString(16).padStart(64, '0')}`;

function anImage(tag: string, index: number, changed: Partial<Image> = {}): Image {
  return {
    repository: 'acme/web',
    digest: digest(index),
    tags: [tag],
    sizeBytes: 19_000_000,
    pushedAt: '2026-11-20T10:00:00.000Z',
    platforms: [{ os: 'linux', architecture: 'amd64' }],
    commit: '4be91d7c0ffee',
    status: 'ACTIVE',
    findings: { HIGH: 4 },
    ...changed,
  };
}

const IMAGES: readonly Image[] = [
  anImage('1.8.3', 1, { source: 'https://github.com/acme/web', findings: { CRITICAL: 2 } }),
  anImage('1.8.2', 2, { findings: {} }),
  anImage('1.0.0', 3, { status: 'ARCHIVED', findings: undefined }),
  anImage('', 4, { tags: [], sizeBytes: undefined, platforms: [] }),
];

function running(service: string, index: number) {
  const place = { account: 'sandbox', region: 'us-east-1', cluster: 'main', service, container: 'app' };
  return {
    kind: 'service' as const,
    ...place,
    image: 'acme/web:1.8.3',
    digest: digest(index),
    readAt: '2026-11-27T10:00:00.000Z',
  };
}

function aFinding(index: number, severity: string, changed: Partial<ScanFinding> = {}): ScanFinding {
  const name = `CVE-2026-${1000 + index}`;
  return {
    name,
    severity,
    uri: `https://nvd.nist.gov/vuln/detail/${name}`,
    component: 'openssl',
    installed: '3.0.11-1',
    ...changed,
  };
}

const SCANNED: ImageScan = {
  state: 'complete',
  completedAt: '2026-09-20T10:00:00.000Z',
  isOld: true,
  findings: [
    aFinding(1, 'CRITICAL', { fixedIn: '3.0.15-1' }),
    aFinding(2, 'HIGH'),
    ...Array.from({ length: 22 }, (_, index) => aFinding(index + 3, 'MEDIUM')),
  ],
  total: 214,
};

const REPOSITORY: Answers = {
  'images.scan': () => SCANNED,
  'images.referrers': () => ({
    referrers: [
      { digest: digest(8), kind: 'signature', sizeBytes: 812, status: 'ACTIVE' },
      {
        digest: digest(9),
        kind: 'sbom',
        artifactType: 'application/spdx+json',
        sizeBytes: 48_210,
        status: 'ARCHIVED',
      },
      {
        digest: digest(7),
        kind: 'signature',
        tag: `${digest(6).replace(':', '-')}.sig`,
        platform: 'linux/arm64',
        sizeBytes: 600,
        status: 'ACTIVE',
      },
    ],
    isCut: true,
  }),
  'repositories.list': () => [aRepository('acme/web')],
  'repositories.lifecycle': () => ({ rules: [], verdicts: [] }),
  'images.list': () => IMAGES,
  'images.where': () => ({ uses: [running('web', 1), running('checkout', 2)], notRead: [] }),
  'search.refresh': () => [],
};

const POLICY: Answers = {
  ...REPOSITORY,
  'repositories.lifecycle': () => ({
    rules: [{ priority: 1, sentence: 'Deletes images beyond the newest 2.', description: LONG_NAME }],
    verdicts: [
      { digest: digest(1), tags: ['1.8.3'], action: 'expire', priority: 1 },
      { digest: digest(2), tags: ['1.8.2'], action: 'archive', priority: 1 },
    ],
    evaluatedAt: '2026-11-27T10:00:00.000Z',
  }),
};

const ARCHIVED: Answers = {
  ...REPOSITORY,
  'images.list': () => [anImage('1.0.0', 1, { status: 'ARCHIVED', findings: undefined })],
  'images.scan': () => ({
    state: 'failed',
    problem: 'An archived image is not scanned. Restore it first.',
    isOld: false,
    findings: [],
    total: 0,
  }),
  'images.referrers': () => ({ referrers: [], isCut: false }),
};

const LONG_IMAGES: Answers = {
  ...POLICY,
  'images.scan': () => ({
    ...SCANNED,
    findings: [aFinding(1, 'CRITICAL', { component: LONG_NAME, installed: LONG_TAG, fixedIn: LONG_TAG })],
  }),
  'repositories.list': () => [aRepository(LONG_REPOSITORY)],
  'images.list': () => [
    anImage(LONG_TAG, 1, { repository: LONG_REPOSITORY, source: `https://git.test/${LONG_NAME}` }),
  ],
  'images.where': () => ({ uses: [running(LONG_NAME, 1)], notRead: [] }),
};

/** The images of this repository; the details of the first are open. */
const imagesAddress = (repository: string): string =>
  `${ACCOUNT}/images?repository=${encodeURIComponent(repository)}`;
const withDetails = (repository: string): string => `${imagesAddress(repository)}&image=${digest(1)}`;

const OF_ONE_CLUSTER = new Set<string>(['only-before', 'only-after', 'reading', 'unread']);

function aPair(id: string, state: ComparedService['state']): ComparedService {
  return {
    id,
    ...(state === 'only-after' ? {} : { before: id }),
    ...(state === 'only-before' ? {} : { after: id }),
    state,
    ...(OF_ONE_CLUSTER.has(state) ? {} : { versions: { before: '1.9.0', after: '1.8.3' } }),
    ...(state === 'unread' ? { problem: 'AWS refused ecs:DescribeTaskDefinition.' } : {}),
    images: [],
    commits: { onlyBefore: 3, onlyAfter: 1 },
    differences: [],
    settings: state === 'settings' ? 2 : 0,
    leftOut: 4,
    isDeploying: state === 'behind',
  };
}

const LONG_PAIR: ComparedService = {
  ...aPair(LONG_NAME, 'other-image'),
  after: `${LONG_NAME.slice(0, 250)}-live`,
  versions: { before: LONG_TAG, after: LONG_TAG },
};

const CLUSTERS: Answers = {
  'clusters.list': () => [aCluster('main'), aCluster('production')],
  'environments.of': () => ({
    environment: 'production',
    from: 'name',
    confirm: 'click',
    readOnly: false,
    mutableTags: 'allow',
  }),
};

const comparing = (rows: readonly ComparedService[]): Answers => ({
  ...CLUSTERS,
  'clusters.compare': () => ({ rows }),
});

function copying(name: string, repository: string, tag: string): GalleryState {
  return {
    name: `copy-image/${name}`,
    render: () => (
      <GalleryDialog title="Images" answers={REPOSITORY}>
        <CopyImageDialog
          from={{ account: 'sandbox', region: 'us-east-1', repository }}
          image={anImage(tag, 1)}
          name={`${repository}:${tag}`}
          onClose={() => undefined}
        />
      </GalleryDialog>
    ),
  };
}

/** Repositories and their images, the comparison of clusters, and the dialogs that bring an image elsewhere. */
export const IMAGE_STATES: readonly GalleryState[] = [
  ...statesOf('repositories', `${ACCOUNT}/images`, {
    empty: { 'repositories.list': () => [] },
    loading: { 'repositories.list': loading },
    failed: { 'repositories.list': failed },
    long: { 'repositories.list': () => [aRepository(LONG_REPOSITORY), aRepository('acme/web')] },
    many: { 'repositories.list': () => manyOf(1000, 'acme/repository').map(aRepository) },
  }),
  ...statesOf('images', imagesAddress('acme/web'), {
    empty: { ...REPOSITORY, 'images.list': () => [] },
    loading: { ...REPOSITORY, 'images.list': loading },
    failed: { ...REPOSITORY, 'images.list': failed, 'repositories.lifecycle': failed },
    archived: REPOSITORY,
    policy: POLICY,
    many: {
      ...REPOSITORY,
      'images.list': () => manyOf(1000, 'tag').map((tag, index) => anImage(tag, index + 1)),
    },
  }),
  ...statesOf('image-details', withDetails('acme/web'), {
    open: POLICY,
    archived: ARCHIVED,
    failed: { ...REPOSITORY, 'images.scan': failed, 'images.referrers': failed },
  }),
  ...statesOf('image-details', withDetails(LONG_REPOSITORY), { long: LONG_IMAGES }),
  ...statesOf('compare-clusters', `${ACCOUNT}/compare/main`, { form: CLUSTERS }),
  ...statesOf('compare-clusters', `${ACCOUNT}/compare/main?with=production`, {
    empty: comparing([]),
    loading: { ...CLUSTERS, 'clusters.compare': loading },
    failed: { ...CLUSTERS, 'clusters.compare': failed },
    states: comparing(COMPARED_STATES.map((state) => aPair(`web-${state}`, state))),
    many: comparing(manyOf(2000, 'service').map((name) => aPair(name, 'behind'))),
  }),
  ...statesOf('compare-clusters', `${ACCOUNT}/compare/${LONG_NAME}?with=production`, {
    long: comparing([LONG_PAIR, aPair('web', 'same')]),
  }),
  ...statesOf('promote', `${CLUSTER}/s/web?dialog=promote`, {
    form: CLUSTERS,
    failed: { 'clusters.list': failed },
  }),
  ...statesOf('promote', `${CLUSTER}/s/${LONG_NAME}?dialog=promote`, { long: CLUSTERS }),
  copying('form', 'acme/web', '1.8.3'),
  copying('long', LONG_REPOSITORY, LONG_TAG),
];
