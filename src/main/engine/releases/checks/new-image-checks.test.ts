import { ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FindingsRule, Guard } from '../../../../shared/model/environment.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import type { ReadScan } from '../../images/image-scan.ts';
import { refuse } from '../../testing/counted-requests.ts';
import { BY_NAME } from '../../testing/environments.ts';
import { repositoryOf } from '../../testing/pushed-images.ts';
import { aCall, type DemoReleases, openDemoReleases } from '../../testing/release-engine.ts';
import { planChange } from '../plan/plan-change.ts';
import { planRollback } from '../plan/plan-rollback.ts';
import { findingsCheck } from './findings-check.ts';

/** In the demo scenario, Inspector scans `search`, and its newest version has a critical finding. */
const NEWEST = '2.13.1';
const BEFORE = '2.13.0';

let demo: DemoReleases;
let ecr: ECRClient;
let calls: string[];
beforeEach(async () => {
  demo = await openDemoReleases();
  const { endpoint, region, credentials } = demo.sandbox;
  ecr = new ECRClient({ endpoint, region, credentials });
  calls = [];
  const client = demo.engine.dependencies.aws.ecr(demo.engine.scope, 'clicked');
  client.middlewareStack.add(
    (next, context) => (args) => {
      calls.push(String(context.commandName).replace(/Command$/, ''));
      return next(args);
    },
    { step: 'initialize', name: 'count' },
  );
});
afterEach(async () => {
  ecr.destroy();
  await demo.close();
});

function underRule(rule: Partial<Guard>) {
  const guardOf: typeof BY_NAME.guardOf = (place) => ({ ...BY_NAME.guardOf(place), ...rule });
  return { ...demo.engine.dependencies, environments: { guardOf } };
}

async function checksOf(rule: Partial<Guard>, image: string, service = 'search'): Promise<readonly Check[]> {
  const ref = demo.engine.service('production', service);
  const change = { images: [{ container: 'app', image: `${demo.engine.registry}/${image}` }] };
  const plan = await planChange(underRule(rule), ref, change, aCall().signal);
  return plan.checks.filter(({ rule: name }) => name === 'findings' || name === 'signature');
}

describe('a rule about findings', () => {
  it('refuses an image with a new finding of its severity that has a fix, and this can be overridden', async () => {
    const rule = { findings: { refuse: 'critical', warn: 'medium' } } as const;
    expect(await checksOf(rule, `search:${NEWEST}`)).toEqual([
      {
        rule: 'findings',
        subject: 'app',
        result: 'fail',
        overridable: true,
        message:
          'The image of app has 1 new finding with a fix: CVE-2026-10001 (critical, fixed in openssl 3.0.15), ' +
          'which a rule of environments.yml or slipway.yml refuses',
        advice: 'Build the image with the fixed packages, or override this check.',
      },
    ]);
  });

  it('warns from the severity that it names for a warning', async () => {
    expect(await checksOf({ findings: { warn: 'high' } }, `search:${NEWEST}`)).toMatchObject([
      { result: 'warn', message: expect.stringContaining('CVE-2026-10001') },
    ]);
  });

  it('does not count what the running image has too', async () => {
    expect(await checksOf({ findings: { refuse: 'low' } }, `search:${BEFORE}`)).toEqual([
      {
        rule: 'findings',
        subject: 'app',
        result: 'pass',
        message: 'The image of app has no new findings with a fix of severity low or worse',
      },
    ]);
  });

  it('costs one call for each of the two images, and none without the rule or for the image that runs', async () => {
    const scans = () => calls.filter((name) => name === 'DescribeImageScanFindings').length;
    expect(await checksOf({}, `search:${NEWEST}`)).toEqual([]);
    expect(scans()).toBe(0);
    await checksOf({ findings: { refuse: 'high' } }, `search:${NEWEST}`);
    expect(scans()).toBe(2);
    const ref = demo.engine.service('production', 'search');
    const rule = { findings: { refuse: 'low', unscanned: 'refuse' }, signature: 'required' } as const;
    const again = await planChange(underRule(rule), ref, { forceNewDeployment: true }, aCall().signal);
    expect(again.checks.filter(({ rule: name }) => name === 'findings' || name === 'signature')).toEqual([]);
    expect(scans()).toBe(2);
  });

  it('warns of an image without a scan, and refuses it where the rule asks for one', async () => {
    expect(await checksOf({ findings: { refuse: 'high' } }, 'checkout:4.4.3', 'checkout')).toMatchObject([
      { result: 'warn', message: 'The image of app was not scanned' },
    ]);
    const rule = { findings: { unscanned: 'refuse' } } as const;
    expect(await checksOf(rule, 'checkout:4.4.3', 'checkout')).toMatchObject([
      { result: 'fail', overridable: true, message: expect.stringContaining('was not scanned, and a rule') },
    ]);
  });

  it('says that basic scanning names no fixes, and that all count where the running image has no scan', () => {
    const now = { ...SCAN, findings: [{ name: 'CVE-1', severity: 'HIGH', component: 'zlib' }] };
    const check = findingsCheck('app', { refuse: 'high' }, read(now), read({ ...SCAN, state: 'none' }));
    expect(check).toMatchObject({
      result: 'fail',
      message: expect.stringContaining('has 1 new finding: CVE-1 (high, zlib)'),
      advice: expect.stringContaining(
        'The running image has no scan to compare with, so all findings count as new. Basic scanning names no fixes',
      ),
    });
  });

  it('is unknown where the findings cannot be read', async () => {
    const client = demo.engine.dependencies.aws.ecr(demo.engine.scope, 'clicked');
    refuse(client, 'DescribeImageScanFindings', 'AccessDeniedException', () => true, 'ecr');
    expect(await checksOf({ findings: { refuse: 'high' } }, `search:${NEWEST}`)).toMatchObject([
      {
        result: 'unknown',
        message: "Couldn't read the findings of the image of app",
        advice: expect.stringContaining('ecr:DescribeImageScanFindings'),
      },
    ]);
  });

  it('never refuses a rollback: it warns', async () => {
    const ref = demo.engine.service('production', 'checkout');
    const rule = { findings: { unscanned: 'refuse' }, signature: 'required' } as const;
    const { checks, canExecute } = await planRollback(underRule(rule), ref, undefined, aCall().signal);
    const found = checks.filter(({ rule: name }) => name === 'findings' || name === 'signature');
    expect(found.map(({ result }) => result)).toEqual(['warn', 'warn']);
    expect(canExecute).toBe(true);
  });
});

const SCAN: ReadScan = { state: 'complete', isOld: false, findings: [] };
const read = (value: ReadScan) => ({ state: 'read', value }) as const;

describe('a scan without a result', () => {
  it.each([
    [
      { ...SCAN, state: 'running' },
      'The scan of the image of app has not ended',
      'Refresh the plan in a minute.',
    ],
    [
      { ...SCAN, state: 'failed', problem: 'The scan failed.' },
      'The scan of the image of app has no result',
      'The scan failed.',
    ],
  ] as const)('%#: is unknown, and fails where a scan is required', (scan, message, advice) => {
    const check = (rule: FindingsRule) => findingsCheck('app', rule, read(scan), undefined);
    expect(check({ refuse: 'high' })).toMatchObject({ result: 'unknown', message, advice });
    expect(check({ unscanned: 'refuse' })).toMatchObject({ result: 'fail', overridable: true });
  });

  it('counts no finding without a fix, and says that an old scan may lack some', () => {
    const findings = [{ name: 'CVE-1', severity: 'CRITICAL', hasFix: false }];
    const old = { ...SCAN, findings, isOld: true, completedAt: '2026-01-02T03:04:05.000Z' };
    expect(findingsCheck('app', { refuse: 'low' }, read(old), read(SCAN))).toMatchObject({
      result: 'warn',
      advice: 'The scan is from 2026-01-02: newer findings are missing.',
    });
  });
});

describe('a rule about signatures', () => {
  const rule = { signature: 'required' } as const;
  const ofImage = async (tag: string): Promise<string> => {
    const found = await demo.engine.dependencies.findImage(
      demo.engine.scope,
      `${demo.engine.registry}/search:${tag}`,
      aCall().signal,
    );
    if (found.state !== 'found') throw new Error(`There is no image ${tag}.`);
    return found.image.digest;
  };

  async function sign(digest: string, artifactType: string | undefined, imageTag?: string): Promise<void> {
    const subject = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1 };
    const content = [Buffer.from(`signature of ${digest}`)];
    const search = repositoryOf({ ecr }, 'search');
    if (artifactType === undefined) await search.image('unknown', content, imageTag);
    else await search.image('unknown', content, imageTag, subject, artifactType);
  }

  it('refuses an image without one, says what was looked for, and can be overridden', async () => {
    expect(await checksOf(rule, `search:${NEWEST}`)).toMatchObject([
      {
        rule: 'signature',
        subject: 'app',
        result: 'fail',
        overridable: true,
        message:
          'The image of app has no signature in search, and a rule of environments.yml or slipway.yml asks for one',
      },
    ]);
  });

  it.each([
    ['application/vnd.cncf.notary.signature', ''],
    ['application/vnd.dev.cosign.artifact.sig.v1+json', ''],
    [undefined, '.sig'],
  ])('takes a signature of the type %s, under the tag %s', async (artifactType, end) => {
    const digest = await ofImage(NEWEST);
    await sign(digest, artifactType, end === '' ? undefined : `${digest.replace(':', '-')}${end}`);
    expect(await checksOf(rule, `search:${NEWEST}`)).toMatchObject([
      {
        result: 'pass',
        message: 'The image of app has a signature. Slipway does not verify who made it',
      },
    ]);
  });

  it('does not take an SBOM for a signature', async () => {
    await sign(await ofImage(NEWEST), 'application/spdx+json');
    expect(await checksOf(rule, `search:${NEWEST}`)).toMatchObject([{ result: 'fail' }]);
  });

  it('takes the signature of the image that an index has for the platform of the task', async () => {
    const digest = await ofImage(NEWEST);
    const platform = { os: 'linux', architecture: 'amd64' };
    const child = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1, platform };
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const index = { schemaVersion: 2, mediaType, manifests: [child] };
    const put = { repositoryName: 'search', imageManifest: JSON.stringify(index), imageTag: 'many' };
    await ecr.send(new PutImageCommand(put));
    expect(await checksOf(rule, 'search:many')).toMatchObject([{ result: 'fail' }]);
    await sign(digest, 'application/vnd.cncf.notary.signature');
    expect(await checksOf(rule, 'search:many')).toMatchObject([{ result: 'pass' }]);
    // ECR scans the images of an index, not the index.
    expect(await checksOf({ findings: { refuse: 'critical' } }, 'search:many')).toMatchObject([
      { result: 'fail', message: expect.stringContaining('CVE-2026-10001') },
    ]);
  });
});
