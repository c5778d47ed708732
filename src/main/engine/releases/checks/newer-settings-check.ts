import type { Check } from '../../../../shared/model/plan.ts';
import { failUnlessOverridden, warn } from '../../ecs/check.ts';
import type { WholeDescription } from '../../ecs/newer-settings.ts';

const ADVICE =
  'AWS has added it since this version of Slipway was made. Update Slipway, or register the revision with a current AWS CLI.';

/**
 * Settings that this version cannot register again. A field of a container or a volume is a setting of it. A field of the
 * revision itself may also be one that only ECS sets, such as `registeredBy`.
 */
export function keepsNewerSettings(
  revision: string,
  newerSettings: WholeDescription['newerSettings'],
): readonly Check[] {
  const [within, beside] = [
    newerSettings.filter((path) => path.includes('.')),
    newerSettings.filter((path) => !path.includes('.')),
  ];
  return [
    ...(within.length === 0
      ? []
      : [
          failUnlessOverridden(
            'newer-settings',
            `The new revision would lose ${within.join(', ')} of ${revision}`,
            ADVICE,
          ),
        ]),
    ...(beside.length === 0
      ? []
      : [warn('newer-settings', `The new revision may lose ${beside.join(', ')} of ${revision}`, ADVICE)]),
  ];
}
