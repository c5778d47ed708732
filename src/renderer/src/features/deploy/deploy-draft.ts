import { z } from 'zod';
import { mayBeSecret } from '../../../../shared/looks-secret.ts';
import type { ServiceDetail, ServiceRef } from '../../../../shared/model/service.ts';
import { discardDraft, keepDraft, keptDraft, markDraftSent } from '../../lib/drafts.ts';
import { type ContainerChoice, initialChoices, initiallyOpen } from './container-choice.ts';
import type { MoreFields } from './deploy-fields.ts';
import { NOTHING_MORE } from './deploy-fields.ts';
import type { DeployStart } from './deploy-start.ts';

/** What a person has chosen and typed in the deploy form. */
export interface DeployInput {
  readonly choices: readonly ContainerChoice[];
  /** The containers whose image is being chosen; the others are folded. */
  readonly open: readonly string[];
  readonly restart: boolean;
  readonly fields: MoreFields;
}

/** An input that was left and is restored. */
export interface RestoredDraft {
  /** Whether it would change something: a search alone needs no words. */
  readonly isChange: boolean;
  readonly input: DeployInput;
  /** When it was changed last, in ISO 8601. */
  readonly savedAt: string;
  /** The revision that the service was on: `web:41`. */
  readonly revision: string;
  /** The variables that were not stored because they may be secrets. */
  readonly leftOut: readonly string[];
}

const LONGEST_KEPT_MS = 7 * 24 * 60 * 60_000;
const REACTION = z.enum(['', 'off', 'stop', 'roll-back']);
const FIELDS: z.ZodType<MoreFields> = z.object({
  edits: z.array(
    z.object({
      id: z.number(),
      container: z.string(),
      act: z.enum(['variable', 'secret', 'remove-variable', 'remove-secret']),
      name: z.string(),
      value: z.string(),
    }),
  ),
  cpu: z.string(),
  memory: z.string(),
  sizes: z.array(
    z.object({
      container: z.string(),
      cpu: z.string(),
      memory: z.string(),
      memoryReservation: z.string(),
    }),
  ),
  strategy: z.enum(['', 'ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY']),
  minimumHealthyPercent: z.string(),
  maximumPercent: z.string(),
  bakeTimeInMinutes: z.string(),
  stepPercent: z.string(),
  stepBakeTimeInMinutes: z.string(),
  canaryPercent: z.string(),
  canaryBakeTimeInMinutes: z.string(),
  circuitBreaker: REACTION,
  thresholdType: z.enum(['', 'COUNT', 'BOUNDED_PERCENT', 'UNBOUNDED_PERCENT']),
  threshold: z.string(),
  healthyTask: z.enum(['', 'resets', 'keeps']),
  alarms: REACTION,
  alarmNames: z.string(),
  desiredCount: z.string(),
  healthCheckGracePeriodSeconds: z.string(),
  executeCommand: z.enum(['', 'on', 'off']),
  platformVersion: z.string(),
  minTaskCount: z.string(),
  maxTaskCount: z.string(),
});
const DRAFT = z.object({
  revision: z.string(),
  leftOut: z.array(z.string()),
  images: z.array(
    z.object({
      container: z.string(),
      image: z.string().optional(),
      search: z.string().optional(),
      origin: z.enum(['keep', 'tag', 'local', 'build']).optional(),
    }),
  ),
  open: z.array(z.string()),
  restart: z.boolean(),
  fields: FIELDS,
});

/** What the form starts with. */
export function initialInput(detail: ServiceDetail, start?: DeployStart): DeployInput {
  return {
    choices: initialChoices(detail, start),
    open: start?.images?.length ? start.images.map(({ container }) => container) : initiallyOpen(detail),
    restart: false,
    fields: start?.fields ?? NOTHING_MORE,
  };
}

/** Whether two inputs would deploy the same. */
export function isSameInput(one: DeployInput, other: DeployInput): boolean {
  return contentOf(one) === contentOf(other);
}

function contentOf({ choices, restart, fields }: DeployInput): string {
  const images = choices.map(({ container, image }) => ({ container, image }));
  return JSON.stringify({ images, restart, fields });
}

/** Whether an input has what nobody wants to type again, also where it would deploy the same: a search, or a build that was begun. */
export function isWorthKeeping(input: DeployInput, initial: DeployInput): boolean {
  return (
    !isSameInput(input, initial) ||
    input.choices.some(({ search = '', origin }) => search !== '' || origin === 'build' || origin === 'local')
  );
}

/** Stores an input for the next time, without the values that look like secrets. */
export function saveDraft(
  service: ServiceRef,
  { choices, open, restart, fields }: DeployInput,
  revision: string,
): void {
  const isStored = ({ act, name, value }: MoreFields['edits'][number]): boolean =>
    act !== 'variable' || !mayBeSecret(name, value);
  const draft: z.infer<typeof DRAFT> = {
    revision,
    leftOut: fields.edits.filter((edit) => !isStored(edit)).map(({ name }) => name),
    images: choices.map(({ container, image, search, origin }) => ({ container, image, search, origin })),
    open: [...open],
    restart,
    fields: { ...fields, edits: fields.edits.filter(isStored) },
  };
  keepDraft(keyOf(service), draft);
}

/** The draft is forgotten once AWS has accepted the plan, also when the page was left before. */
export function sendDraft(service: ServiceRef, plan: string): void {
  markDraftSent(keyOf(service), plan);
}

export function forgetDraft(service: ServiceRef): void {
  discardDraft(keyOf(service));
}

/** The draft of a service, unless it is old or of another version of Slipway. */
export function restoreDraft(
  service: ServiceRef,
  detail: ServiceDetail,
  now: number,
): RestoredDraft | undefined {
  const kept = keptDraft(keyOf(service));
  const draft = DRAFT.safeParse(kept?.content).data;
  if (kept === undefined || draft === undefined || now - Date.parse(kept.at) > LONGEST_KEPT_MS)
    return undefined;
  const { revision, leftOut, images, open, restart, fields } = draft;
  const choices = initialChoices(detail).map((choice) => {
    const kept = images.find(({ container }) => container === choice.container);
    const search = kept?.search === undefined ? {} : { search: kept.search };
    // An image that was pushed has a tag now.
    if (kept?.image !== undefined) return { ...choice, ...search, origin: 'tag' as const, image: kept.image };
    return { ...choice, ...search, origin: kept?.origin ?? choice.origin };
  });
  const known = open.filter((container) => choices.some((choice) => choice.container === container));
  const input = { choices, open: known, restart, fields };
  const isChange = !isSameInput(input, initialInput(detail)) || leftOut.length > 0;
  return { input, isChange, savedAt: kept.at, revision, leftOut };
}

function keyOf({ account, region, cluster, service }: ServiceRef): string {
  return `deploy.${account}/${region}/${cluster}/${service}`;
}
