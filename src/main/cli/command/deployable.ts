import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Guard } from '../../../shared/model/environment.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { requireTicket } from '../../engine/environments/guarded-change.ts';
import { requireConfirmation } from './confirmation.ts';
import type { ChosenImages } from './image-choice.ts';
import { requirePassed } from './passed-checks.ts';
import { isForSecondPerson } from './second-person.ts';
import type { Invocation } from './verb.ts';

interface Deployed {
  readonly invocation: Invocation;
  readonly client: Client;
  readonly service: ServiceRef;
}

/** How changes of a service are guarded. */
export function guardOf({ client, service }: Pick<Deployed, 'client' | 'service'>): Promise<Guard> {
  const { account, cluster, service: name } = service;
  return client.call('environments.of', { account, cluster, service: name });
}

type Target = Pick<Deployed, 'invocation' | 'service'>;

/**
 * Throws PREFLIGHT_FAILED or INVALID_INPUT for a place that takes no release from this command, before an image or a revision is
 * made for it. A plan that waits for a second person is confirmed by whoever executes it.
 */
export async function requireDeployable(target: Target, guard: Guard): Promise<void> {
  await requireReasoned(target, guard);
  const needsSecondPerson = guard.approvals === 'two-people';
  if (!isForSecondPerson(target.invocation, { needsSecondPerson })) requireConfirmed(target, guard);
}

/**
 * Throws PREFLIGHT_FAILED where no release is allowed now, or none of this identity. So that no image is built and pushed
 * for a deployment that is refused afterwards.
 */
export async function requireAllowedNow(deployed: Deployed): Promise<void> {
  await requireRules(deployed, []);
}

/** Throws PREFLIGHT_FAILED for the images that a container gets and that no rule allows, before they are built and pushed. */
export async function requireAllowedImages(
  deployed: Deployed,
  { repositories, tags, images: expected }: Guard,
  images: ChosenImages,
): Promise<void> {
  if ((repositories ?? tags ?? expected) === undefined) return;
  await requireRules(deployed, images);
}

async function requireRules({ invocation, client, service }: Deployed, images: ChosenImages): Promise<void> {
  const checks = await client.call('releases.checkRules', { service, images: [...images] });
  requirePassed(invocation, checks, 'Nothing was sent.');
}

/** As requireDeployable, for a one-off task, which needs no second person. */
export async function requireRunnable(target: Target, guard: Guard): Promise<void> {
  await requireReasoned(target, guard);
  requireConfirmed(target, guard);
}

async function requireReasoned({ invocation, service }: Target, guard: Guard): Promise<void> {
  const { cluster, service: name } = service;
  const place = `${cluster}/${name}`;
  if (guard.readOnly) {
    throw new SlipwayError(
      'PREFLIGHT_FAILED',
      `Nothing was sent. A rule of environments.yml or slipway.yml makes ${place} read-only.`,
    );
  }
  if (guard.reason === 'required' && invocation.flags.text('why') === undefined) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `Nothing was sent. A release to ${place} needs a reason. Add --why.`,
    );
  }
  const { flags } = invocation;
  const named = { place, why: flags.text('why'), link: flags.text('link') };
  await requireTicket(guard.ticket, named, 'Nothing was sent.');
}

/** Throws INVALID_INPUT where the environment asks for the name of the service and `--confirm` does not have it. */
export function requireConfirmed({ invocation, service }: Target, { confirm, environment }: Guard): void {
  const confirmation = confirm === 'name' ? service.service : undefined;
  requireConfirmation(invocation.flags, { service, confirmation, environment });
}
