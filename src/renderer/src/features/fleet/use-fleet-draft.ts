import { useState } from 'react';
import { isObject } from '../../../../shared/is-object.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import { FleetMember, WavePause } from '../../../../shared/model/fleet.ts';
import { discardDraft, keepDraft, keptDraft } from '../../lib/drafts.ts';
import { type FleetDraft, NEW_DRAFT } from './fleet-draft.ts';

/** The reason that is saved with every release. */
export interface FleetReason {
  readonly why: string;
  readonly link: string;
  /** Undefined until it is typed: then it is the one that the image names. */
  readonly commit?: string | undefined;
}

/** What is filled in for a new bulk release. */
export interface FleetContent {
  /** The name of the repository, where it was chosen by hand. */
  readonly repository?: string | undefined;
  readonly image?: string | undefined;
  readonly services: readonly FleetMember[];
  readonly rules: FleetDraft;
  readonly reason: FleetReason;
}

/** A new bulk release, kept by the browser until it is started or discarded. */
export interface FleetForm {
  readonly content: FleetContent;
  readonly change: (changed: Partial<FleetContent>) => void;
  readonly isDirty: boolean;
  /** When the draft that the form began with was changed last. */
  readonly restoredAt: string | undefined;
  readonly discard: () => void;
  /** Forgets what is stored, because it was started. */
  readonly done: () => void;
}

/** @param given the image that the page was opened with; each has a draft of its own */
export function useFleetDraft({ account, region }: Scope, given: string | undefined): FleetForm {
  const key = `fleet.${account}.${region}.${given ?? ''}`;
  const [restoredAt, setRestoredAt] = useState(() => restored(key)?.at);
  const [content, setContent] = useState(() => restored(key)?.content ?? emptyContent(given));
  const set = (next: FleetContent): void => {
    setContent(next);
    if (isEmpty(next, given)) discardDraft(key);
    else keepDraft(key, next);
  };
  return {
    content,
    change: (changed) => set({ ...content, ...changed }),
    isDirty: !isEmpty(content, given),
    restoredAt,
    discard() {
      setRestoredAt(undefined);
      set(emptyContent(given));
    },
    done: () => discardDraft(key),
  };
}

function emptyContent(given: string | undefined): FleetContent {
  return { image: given, services: [], rules: NEW_DRAFT, reason: { why: '', link: '' } };
}

function isEmpty(content: FleetContent, given: string | undefined): boolean {
  return JSON.stringify({ ...content, repository: undefined }) === JSON.stringify(emptyContent(given));
}

function restored(key: string): { readonly at: string; readonly content: FleetContent } | undefined {
  const kept = keptDraft(key);
  if (kept === undefined || !isObject(kept.content)) return undefined;
  const { repository, image, services, rules, reason } = kept.content;
  const members = FleetMember.array().safeParse(services);
  if (!members.success || !isObject(rules) || !isObject(reason)) return undefined;
  const content = {
    ...(typeof repository === 'string' && { repository }),
    ...(typeof image === 'string' && { image }),
    services: members.data,
    rules: rulesOf(rules),
    reason: {
      why: textOf(reason.why),
      link: textOf(reason.link),
      ...(typeof reason.commit === 'string' && { commit: reason.commit }),
    },
  };
  return { at: kept.at, content };
}

/** What is missing or of an earlier version is as in a new form. */
function rulesOf(stored: Readonly<Record<string, unknown>>): FleetDraft {
  const { waves } = stored;
  return {
    deal: stored.deal === 'by-hand' ? 'by-hand' : 'by-size',
    first: countOf(stored.first, NEW_DRAFT.first),
    size: countOf(stored.size, NEW_DRAFT.size),
    waves: isObject(waves)
      ? Object.fromEntries(Object.entries(waves).map(([place, wave]) => [place, countOf(wave, 1)]))
      : {},
    stopAfter: countOf(stored.stopAfter, NEW_DRAFT.stopAfter),
    stopUnit: stored.stopUnit === 'percent' ? 'percent' : 'failures',
    pause: WavePause.catch('never').parse(stored.pause),
    rollBackOnStop: stored.rollBackOnStop === true,
  };
}

const MOST = 500;

function countOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MOST
    ? value
    : otherwise;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
