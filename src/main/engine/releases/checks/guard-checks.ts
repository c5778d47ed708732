import type { ExpectedImage, Guard } from '../../../../shared/model/environment.ts';
import { type ImageReference, parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import type { ReleaseWindow } from '../../../../shared/model/team-rules.ts';
import { starPattern } from '../../../../shared/wildcard.ts';
import { about, fail, failUnlessOverridden, pass } from '../../ecs/check.ts';
import { isWithin, windowText } from '../../environments/release-window.ts';
import type { FoundImage } from './image-checks.ts';

/** What a release is, as far as rules judge it. */
interface GuardedRelease {
  readonly serviceArn: string;
  readonly images: readonly FoundImage[];
}

/** What the rules of environments.yml and slipway.yml say about a release of this service now. */
export function guardChecks(
  guard: Guard,
  { serviceArn, images }: GuardedRelease,
  now: Date,
): readonly Check[] {
  return [
    ...(guard.readOnly ? [isReadOnly()] : []),
    ...(guard.account === undefined ? [] : [isInAccount(guard.account, serviceArn)]),
    ...(guard.window === undefined ? [] : [isInWindow(guard.window, now)]),
    ...(guard.mutableTags === 'refuse' ? images.map(tagCannotMove) : []),
    ...(guard.images ?? []).flatMap((expected) =>
      images
        .filter(({ container }) => container === expected.container)
        .map((image) => isExpected(image, expected)),
    ),
  ];
}

/** Credentials of another account are a mistake of the pipeline. */
function isInAccount(account: string, serviceArn: string): Check {
  const actual = serviceArn.split(':')[4] ?? '';
  return actual === account
    ? pass('account', `The service is in the account ${account} of slipway.yml`)
    : fail(
        'account',
        `The service is in the account ${actual}, and slipway.yml names ${account}`,
        'Use the credentials of that account, or correct slipway.yml.',
      );
}

function isExpected({ container, reference }: FoundImage, { repository, tags }: ExpectedImage): Check {
  const parts = parseImageReference(reference);
  const wanted = parseImageReference(repository);
  const isSame =
    parts !== undefined &&
    parts.repository === wanted?.repository &&
    (wanted.registry === undefined || wanted.registry === parts.registry);
  if (!isSame) {
    return about(
      container,
      failUnlessOverridden(
        'expected-image',
        `The image of ${container} is not from ${repository}, which slipway.yml names: ${reference}`,
        'Choose an image of that repository, correct slipway.yml, or override this check.',
      ),
    );
  }
  return about(
    container,
    tags === undefined ? isFromRepository(container, repository) : tagFits(container, parts, tags),
  );
}

function isFromRepository(container: string, repository: string): Check {
  return pass('expected-image', `The image of ${container} is from ${repository}`);
}

function tagFits(container: string, { tag, digest, repository }: ImageReference, tags: string): Check {
  if (tag === undefined && digest !== undefined) {
    return failUnlessOverridden(
      'expected-image',
      `The image of ${container} has no tag, and slipway.yml allows the tags ${tags}`,
      'Add the tag in front of the digest, or override this check.',
    );
  }
  const shown = tag ?? 'latest';
  return starPattern(tags).matches(shown)
    ? pass('expected-image', `The image of ${container} is from ${repository}, with a tag that fits ${tags}`)
    : failUnlessOverridden(
        'expected-image',
        `The tag ${shown} of ${container} does not fit ${tags}, which slipway.yml allows`,
        'Choose another tag, or override this check.',
      );
}

function isReadOnly(): Check {
  return fail(
    'read-only',
    'A rule of environments.yml or slipway.yml makes this service read-only',
    'Change the rule first, or deploy from where changes are allowed.',
  );
}

/** Outside the window a person may still decide to go ahead: an incident does not wait. */
function isInWindow(window: ReleaseWindow, now: Date): Check {
  const shown = windowText(window);
  return isWithin(window, now)
    ? pass('release-window', `Releases are allowed now: ${shown}`)
    : failUnlessOverridden(
        'release-window',
        `Releases are allowed ${shown} only`,
        'Wait for the window, or override this check.',
      );
}

function tagCannotMove({ container, reference, finding }: FoundImage): Check {
  const parts = parseImageReference(reference);
  const isFixed = parts?.digest !== undefined || (finding.state === 'found' && finding.isTagImmutable);
  const check = isFixed
    ? pass('mutable-tag', `The image of ${container} cannot be replaced under its tag`)
    : failUnlessOverridden(
        'mutable-tag',
        `The tag ${parts?.tag ?? 'latest'} of ${container} can be overwritten, and a rule of environments.yml or slipway.yml refuses such tags`,
        'Pin the digest, or make the tags of the repository immutable.',
      );
  return about(container, check);
}
