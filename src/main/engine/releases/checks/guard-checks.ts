import type { Guard, ReleaseWindow } from '../../../../shared/model/environment.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { about, fail, failUnlessOverridden, pass } from '../../ecs/check.ts';
import type { FoundImage } from './image-checks.ts';

/** What the rules of the environments file say about a release of this service now. */
export function guardChecks(guard: Guard, images: readonly FoundImage[], now: Date): readonly Check[] {
  return [
    ...(guard.readOnly ? [isReadOnly()] : []),
    ...(guard.window === undefined ? [] : [isInWindow(guard.window, now)]),
    ...(guard.mutableTags === 'refuse' ? images.map(tagCannotMove) : []),
  ];
}

function isReadOnly(): Check {
  return fail(
    'read-only',
    'A rule of environments.yml makes this service read-only',
    'Change the rule first, or deploy from where changes are allowed.',
  );
}

/** Outside the window a person may still decide to go ahead: an incident does not wait. */
function isInWindow(window: ReleaseWindow, now: Date): Check {
  const { from, to, timeZone, days } = window;
  const shown = `${days.join(', ')} ${from} to ${to} (${timeZone})`;
  return isWithin(window, now)
    ? pass('release-window', `Releases are allowed now: ${shown}`)
    : failUnlessOverridden(
        'release-window',
        `Releases are allowed ${shown} only`,
        'Wait for the window, or override this check.',
      );
}

/** Whether a moment is within the window, on the clock of its time zone. */
function isWithin({ days, from, to, timeZone }: ReleaseWindow, moment: Date): boolean {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  const day = parts.get('weekday')?.toLowerCase();
  const time = `${parts.get('hour')}:${parts.get('minute')}`;
  return days.some((each) => each === day) && from <= time && time < to;
}

function tagCannotMove({ container, reference, finding }: FoundImage): Check {
  const parts = parseImageReference(reference);
  const isFixed = parts?.digest !== undefined || (finding.state === 'found' && finding.isTagImmutable);
  const check = isFixed
    ? pass('mutable-tag', `The image of ${container} cannot be replaced under its tag`)
    : failUnlessOverridden(
        'mutable-tag',
        `The tag ${parts?.tag ?? 'latest'} of ${container} can be overwritten, and a rule of environments.yml refuses such tags`,
        'Pin the digest, or make the tags of the repository immutable.',
      );
  return about(container, check);
}
