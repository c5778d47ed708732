import { type FindingsRule, RULED_SEVERITIES } from '../../../../shared/model/environment.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { failUnlessOverridden, pass, type Reading, unknown, warn } from '../../ecs/check.ts';
import { findingKey, type ReadFinding, type ReadScan } from '../../images/image-scan.ts';

/** How many findings a sentence names. */
const NAMED = 3;
const RULE = 'a rule of environments.yml or slipway.yml';

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
          `${then === undefined ? "Slipway can't tell which image runs now" : 'The running image has no scan to compare with'}, so all findings count as new.`,
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
