import { assertNever } from '../../../../shared/assert-never.ts';
import type { EnvironmentRule, FindingsRule } from '../../../../shared/model/environment.ts';
import type { ReleaseWindow } from '../../../../shared/model/team-rules.ts';
import { DAY_LABELS } from './settings-text.ts';
import { teamLabels } from './team-draft.ts';

/** What a rule matches, such as `cluster payments-*, service web`. */
export function matchLabel({ account, region, cluster, service }: EnvironmentRule): string {
  return Object.entries({ account, region, cluster, service })
    .flatMap(([what, pattern]) => (pattern === undefined ? [] : [`${what} ${pattern}`]))
    .join(', ');
}

/** What a rule says about changes, each as a few words. */
export function guardLabels(rule: EnvironmentRule): readonly string[] {
  const { confirm, readOnly, mutableTags, reason, findings, signature, shells, window, ledger } = rule;
  return [
    ...(readOnly === undefined ? [] : [readOnly ? 'Read-only' : 'Read and write']),
    ...(confirm === undefined ? [] : [confirmLabel(confirm)]),
    ...(mutableTags === undefined
      ? []
      : [mutableTags === 'refuse' ? 'No mutable tags' : 'Mutable tags allowed']),
    ...(reason === undefined ? [] : [reason === 'required' ? 'Reason required' : 'Reason optional']),
    ...(findings === undefined ? [] : findingsLabels(findings)),
    ...(signature === undefined
      ? []
      : [signature === 'required' ? 'Signature required' : 'Signature optional']),
    ...(shells === undefined ? [] : [shells === 'refuse' ? 'No shells' : 'Shells allowed']),
    ...(window === undefined ? [] : [windowLabel(window)]),
    ...teamLabels(rule),
    ...(ledger === undefined
      ? []
      : [`Ledger ${ledger.table}${ledger.required === true ? ', required' : ''}`]),
  ];
}

function findingsLabels({ refuse, warn, unscanned }: FindingsRule): readonly string[] {
  return [
    ...(refuse === undefined ? [] : [`Refuse new findings from ${refuse}`]),
    ...(warn === undefined ? [] : [`Warn of new findings from ${warn}`]),
    ...(unscanned === undefined
      ? []
      : [unscanned === 'refuse' ? 'Scan required' : 'Warn of images without a scan']),
  ];
}

function confirmLabel(confirm: 'name' | 'click'): string {
  switch (confirm) {
    case 'name':
      return 'Type the name';
    case 'click':
      return 'One click';
    default:
      return assertNever(confirm);
  }
}

/** Such as `Mo, Tu 09:00 to 16:00 (Europe/Berlin)`. */
function windowLabel({ days, from, to, timeZone }: ReleaseWindow): string {
  return `${days.map((day) => DAY_LABELS[day].short).join(', ')} ${from} to ${to} (${timeZone})`;
}
