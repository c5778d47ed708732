import type { Check } from '../../../../shared/model/plan.ts';
import { failUnlessOverridden, type Reading, unknown, warn } from '../../ecs/check.ts';
import type { NewerSetting, WholeDescription } from '../../ecs/newer-settings.ts';
import type { PlannedAction } from '../model/stored-plan.ts';

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

/**
 * What UpdateExpressGatewayService replaces as a whole. Whether ECS keeps what is left out of it is not documented.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateExpressGatewayService.html
 */
export function expressKeepsNewerSettings(
  action: PlannedAction,
  newer: readonly NewerSetting[],
): readonly Check[] {
  if (action.kind === 'stop' || action.express === undefined) return [];
  const { configuration, scaling } = action.express;
  const sent = [
    ...(configuration === undefined ? [] : ['primaryContainer.']),
    ...(scaling === undefined ? [] : ['scalingTarget.']),
    ...(action.restore === undefined ? [] : ['networkConfiguration.']),
  ];
  const paths = newer.map(({ path }) => path).filter((path) => sent.some((part) => path.startsWith(part)));
  if (paths.length === 0) return [];
  const advice =
    'AWS has added it since this version of Slipway was made. Update Slipway, or change the service with a current AWS CLI.';
  return [warn('newer-settings', `The update may lose ${paths.join(', ')} of the Express service`, advice)];
}

/** A task set takes over what the one before it has. A field of the set itself may also be one that only ECS sets. */
export function taskSetKeepsNewerSettings(newer: Reading<readonly NewerSetting[]>): readonly Check[] {
  if (newer.state === 'unreadable') {
    return [
      unknown('newer-settings', "Couldn't verify that the new task set keeps all settings", newer.reason),
    ];
  }
  const paths = newer.value.map(({ path }) => path);
  if (paths.length === 0) return [];
  const advice =
    'AWS has added it since this version of Slipway was made. Update Slipway, or create the task set with a current AWS CLI.';
  const names = paths.join(', ');
  return paths.some((path) => path.includes('.'))
    ? [
        failUnlessOverridden(
          'newer-settings',
          `The new task set would lose ${names} of the one before it`,
          advice,
        ),
      ]
    : [warn('newer-settings', `The new task set may lose ${names} of the one before it`, advice)];
}
