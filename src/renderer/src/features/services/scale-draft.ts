import { z } from 'zod';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { discardDraft, keepDraft, keptDraft, markDraftSent } from '../../lib/drafts.ts';

/** The numbers in the order of the fields, as they are typed: a field may be empty. */
export type TypedNumbers = readonly (number | string)[];

const NUMBERS = z.array(z.union([z.number(), z.string().max(10)])).max(2);

/** What was typed for the scale of a service and not sent; undefined where nothing was. */
export function recallScale(service: ServiceRef, fields: number): TypedNumbers | undefined {
  const kept = NUMBERS.safeParse(keptDraft(keyOf(service))?.content).data;
  return kept?.length === fields ? kept : undefined;
}

export function rememberScale(service: ServiceRef, typed: TypedNumbers): void {
  keepDraft(keyOf(service), typed);
}

/** The numbers are forgotten once AWS has accepted the plan, also when the page was left before. */
export function sendScale(service: ServiceRef, plan: string): void {
  markDraftSent(keyOf(service), plan);
}

export function forgetScale(service: ServiceRef): void {
  discardDraft(keyOf(service));
}

function keyOf({ account, region, cluster, service }: ServiceRef): string {
  return `scale.${account}/${region}/${cluster}/${service}`;
}
