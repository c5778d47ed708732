import type { RegisterTaskDefinitionRequest, RuntimePlatform } from '@aws-sdk/client-ecs';
import { type FindingsRule, type Guard, RULED_SEVERITIES } from '../../../../shared/model/environment.ts';
import type { Platform } from '../../../../shared/model/image.ts';
import type { Check, PlanKind } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { about, failUnlessOverridden, pass, type Reading, unknown, warn } from '../../ecs/check.ts';
import { reading } from '../../ecs/read-result.ts';
import { listReferrers } from '../../images/image-referrers.ts';
import { findingKey, type ReadFinding, type ReadScan, readScanOfPlatform } from '../../images/image-scan.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import type { FoundImage } from './image-checks.ts';
import { type DeployedImage, findImages, withDigest } from './preflight-reads.ts';

/** What a release starts, and what runs before it. */
interface NewImages {
  readonly ref: ServiceRef;
  readonly kind: PlanKind;
  readonly guard: Guard;
  readonly content: Pick<RegisterTaskDefinitionRequest, 'runtimePlatform'>;
  readonly images: readonly FoundImage[];
  readonly running: readonly DeployedImage[];
}

/** How many findings a sentence names. */
const NAMED = 3;
const RULE = 'a rule of environments.yml or slipway.yml';

/**
 * What the rules ask of images that do not run yet: no new findings that can be fixed, and a signature. Reads nothing where no
 * rule does, and nothing for an image that runs already. A rollback is warned and never refused: its images ran before.
 */
export async function newImageChecks(
  dependencies: ReleaseDependencies,
  { ref, kind, guard, content, images, running }: NewImages,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { findings, signature } = guard;
  if (findings === undefined && signature === undefined) return [];
  const before = await findRunning(dependencies, ref, running, images, signal);
  const platform = platformOf(content.runtimePlatform);
  const checks = images.map(async (image): Promise<readonly Check[]> => {
    const old = before.get(image.container);
    const named = running.find(({ container }) => container === image.container)?.reference;
    if (isMissing(image) || isSame(image, old, named)) return [];
    const scans = findings === undefined ? [] : [image, ...(old === undefined ? [] : [old])];
    const [[now, then], signed] = await Promise.all([
      Promise.all(scans.map((each) => scanOf(dependencies, each, platform, signal))),
      signature === undefined ? undefined : isSigned(dependencies, image, platform, signal),
    ]);
    return [
      ...(findings === undefined || now === undefined
        ? []
        : [findingsCheck(image.container, findings, now, then)]),
      ...(signed === undefined ? [] : [signatureCheck(image, signed)]),
    ].map((check) => about(image.container, check));
  });
  const all = (await Promise.all(checks)).flat();
  return kind === 'rollback' ? all.map(neverRefused) : all;
}

/** The platform that the tasks run on, by ECS's defaults. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html */
function platformOf({ operatingSystemFamily, cpuArchitecture }: RuntimePlatform = {}): Platform {
  return {
    os: operatingSystemFamily?.startsWith('WINDOWS') === true ? 'windows' : 'linux',
    architecture: cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64',
  };
}

/** Another check says so. */
function isMissing({ finding }: FoundImage): boolean {
  return finding.state === 'missing' || finding.state === 'no-repository';
}

/** An image of a registry that Slipway can't read is the same where its reference is. */
function isSame(image: FoundImage, old: FoundImage | undefined, named: string | undefined): boolean {
  return image.finding.state === 'found' && old?.finding.state === 'found'
    ? image.finding.image.digest === old.finding.image.digest
    : image.finding.state !== 'found' && image.reference === named;
}

/** The images that run, by container. Under a tag that stays the same, what runs is known by its digest only. */
async function findRunning(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  running: readonly DeployedImage[],
  images: readonly FoundImage[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FoundImage>> {
  const known = running.filter(
    ({ container, reference, digest }) =>
      digest !== undefined ||
      !images.some((image) => image.container === container && image.reference === reference),
  );
  const wanted = known.map(({ container, reference, digest }) => ({
    container,
    reference: withDigest(reference, digest),
  }));
  const found = await findImages(dependencies, ref, wanted, signal);
  return new Map(found.map((image) => [image.container, image]));
}

/** Reads from where an image is. */
function atRegistry<T>(
  { aws }: ReleaseDependencies,
  { reference, finding, scope }: FoundImage,
  act: (place: {
    readonly ecr: ReturnType<ReleaseDependencies['aws']['ecr']>;
    readonly repository: string;
    readonly digest: string;
  }) => Promise<T>,
): Promise<Reading<T>> {
  if (finding.state === 'unreadable') return Promise.resolve({ state: 'unreadable', reason: finding.reason });
  if (finding.state !== 'found' || scope === undefined) {
    const reason = `${reference} is in a registry that Slipway can't read.`;
    return Promise.resolve({ state: 'unreadable', reason });
  }
  const { repository, digest } = finding.image;
  return reading(() => act({ ecr: aws.ecr(scope, 'clicked'), repository, digest }));
}

function scanOf(
  dependencies: ReleaseDependencies,
  image: FoundImage,
  platform: Platform,
  signal: AbortSignal,
): Promise<Reading<ReadScan>> {
  const now = dependencies.clock.now();
  return atRegistry(dependencies, image, ({ ecr, repository, digest }) =>
    readScanOfPlatform(ecr, { repository, digest, platform, now }, signal),
  );
}

function isSigned(
  dependencies: ReleaseDependencies,
  image: FoundImage,
  only: Platform,
  signal: AbortSignal,
): Promise<Reading<boolean>> {
  return atRegistry(dependencies, image, async ({ ecr, repository, digest }) => {
    const { referrers } = await listReferrers(ecr, { repository, digest, only }, signal);
    return referrers.some(({ kind }) => kind === 'signature');
  });
}

/** Compares the scan of a new image with that of the running one; without a usable scan of it, all findings are new. */
export function findingsCheck(
  container: string,
  rule: FindingsRule,
  now: Reading<ReadScan>,
  then: Reading<ReadScan> | undefined,
): Check {
  const missing = withoutResult(container, now);
  if (missing !== undefined) return notScanned(rule, missing);
  const { findings, isOld, completedAt } = now.state === 'read' ? now.value : NO_SCAN;
  const compared =
    then?.state === 'read' && then.value.state === 'complete' ? then.value.findings : undefined;
  const had = new Set(compared?.map(findingKey));
  const counted = findings.filter(
    (finding) => finding.hasFix !== false && !had.has(findingKey(finding)) && rankOf(finding) !== undefined,
  );
  const notes = [
    ...(compared === undefined
      ? [
          `${then === undefined ? 'What runs now is not known' : 'The running image has no scan to compare with'}, so all findings count as new.`,
        ]
      : []),
    ...(counted.some(({ hasFix }) => hasFix === undefined)
      ? ['Basic scanning names no fixes, so whether they can be fixed is not part of this check.']
      : []),
    ...(isOld
      ? [`The scan is from ${completedAt?.slice(0, 10) ?? 'long ago'}: newer findings are missing.`]
      : []),
  ];
  const reaching = (threshold: FindingsRule['refuse']): readonly ReadFinding[] =>
    threshold === undefined
      ? []
      : counted.filter((finding) => (rankOf(finding) ?? Infinity) <= RULED_SEVERITIES.indexOf(threshold));
  const [refused, warned] = [reaching(rule.refuse), reaching(rule.warn)];
  if (refused.length > 0) {
    const advice = ['Build the image with the fixed packages, or override this check.', ...notes].join(' ');
    return failUnlessOverridden(
      'findings',
      `${foundText(container, refused)}, which ${RULE} refuses`,
      advice,
    );
  }
  if (warned.length > 0) {
    const advice = ['Build the image with the fixed packages.', ...notes].join(' ');
    return warn('findings', foundText(container, warned), advice);
  }
  const lowest = RULED_SEVERITIES.findLast((severity) => severity === rule.refuse || severity === rule.warn);
  const found =
    lowest === undefined
      ? `The image of ${container} was scanned`
      : `The image of ${container} has no new findings with a fix of severity ${lowest}${lowest === 'critical' ? '' : ' or worse'}`;
  if (!isOld) return pass('findings', found);
  return warn('findings', found, notes.at(-1) ?? '');
}

const NO_SCAN: Pick<ReadScan, 'findings' | 'isOld' | 'completedAt'> = { findings: [], isOld: false };

interface WithoutResult {
  /** No scan was made at all. */
  readonly isNone: boolean;
  readonly message: string;
  readonly advice: string;
}

/** Why there is nothing to compare; undefined for a scan that has ended. */
function withoutResult(container: string, scan: Reading<ReadScan>): WithoutResult | undefined {
  if (scan.state === 'unreadable') {
    return {
      isNone: false,
      message: `Couldn't read the findings of the image of ${container}`,
      advice: scan.reason,
    };
  }
  const { state, problem = '' } = scan.value;
  switch (state) {
    case 'complete':
      return undefined;
    case 'none':
      return {
        isNone: true,
        message: `The image of ${container} was not scanned`,
        advice: 'Start a scan in ECR, or turn on scanning for the repository. Then refresh the plan.',
      };
    case 'running':
      return {
        isNone: false,
        message: `The scan of the image of ${container} has not ended`,
        advice: 'Refresh the plan in a minute.',
      };
    case 'failed':
      return {
        isNone: false,
        message: `The scan of the image of ${container} has no result`,
        advice: problem,
      };
  }
}

function notScanned({ unscanned }: FindingsRule, { isNone, message, advice }: WithoutResult): Check {
  if (unscanned === 'refuse') {
    return failUnlessOverridden(
      'findings',
      `${message}, and ${RULE} asks for a scan`,
      `${advice} Or override this check.`,
    );
  }
  return isNone ? warn('findings', message, advice) : unknown('findings', message, advice);
}

/** 0 for critical; undefined for a severity that no rule names. */
function rankOf({ severity }: ReadFinding): number | undefined {
  const names: readonly string[] = RULED_SEVERITIES;
  const rank = names.indexOf(severity.toLowerCase());
  return rank === -1 ? undefined : rank;
}

/** `The image of app has 2 new findings with a fix: CVE-1 (critical, openssl 3.0.9) and CVE-2 (high)`. */
function foundText(container: string, findings: readonly ReadFinding[]): string {
  const withFix = findings.every(({ hasFix }) => hasFix === true) ? ' with a fix' : '';
  const named = findings.slice(0, NAMED).map(({ name, severity, component, fixedIn }) => {
    const fix =
      component === undefined ? [] : [fixedIn === undefined ? component : `fixed in ${component} ${fixedIn}`];
    return `${name} (${[severity.toLowerCase(), ...fix].join(', ')})`;
  });
  const more = findings.length - named.length;
  const list = [...named, ...(more > 0 ? [`${more} more`] : [])];
  const joined = list.length === 1 ? list[0] : `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
  const count = findings.length === 1 ? '1 new finding' : `${findings.length} new findings`;
  return `The image of ${container} has ${count}${withFix}: ${joined}`;
}

/** That there is a signature; who made it, and of what, is not verified. */
function signatureCheck({ container, finding }: FoundImage, signed: Reading<boolean>): Check {
  if (signed.state === 'unreadable') {
    return failUnlessOverridden(
      'signature',
      `Couldn't verify that the image of ${container} has a signature, which ${RULE} asks for`,
      `${signed.reason} Or override this check.`,
    );
  }
  if (signed.value) {
    return pass(
      'signature',
      `The image of ${container} has a signature. Slipway does not verify who made it`,
    );
  }
  const repository = finding.state === 'found' ? finding.image.repository : 'its repository';
  return failUnlessOverridden(
    'signature',
    `The image of ${container} has no signature in ${repository}, and ${RULE} asks for one`,
    'Sign its digest, such as with notation or cosign, and refresh the plan. Or override this check.',
  );
}

function neverRefused({ overridable: _overridable, ...check }: Check): Check {
  return check.result === 'fail' ? { ...check, result: 'warn' } : check;
}
