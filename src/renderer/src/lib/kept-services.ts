import { useMemo, useSyncExternalStore } from 'react';
import { z } from 'zod';
import { ServiceRef } from '../../../shared/model/service.ts';
import { recall, remember } from './memory.ts';

type ListName = 'favourites' | 'recent';

/** Services that a list holds at most. What search.find takes as recent, it takes 50 of. */
const MOST = 50;
const Refs = z.array(ServiceRef);

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/** A list that the window remembers, the newest first; empty when what is stored is no such list. */
function read(text: string | undefined): readonly ServiceRef[] {
  if (text === undefined) return [];
  try {
    return Refs.parse(JSON.parse(text));
  } catch {
    return [];
  }
}

function write(list: ListName, services: readonly ServiceRef[]): void {
  remember(list, JSON.stringify(services.slice(0, MOST)));
  for (const listener of listeners) listener();
}

function useKept(list: ListName): readonly ServiceRef[] {
  const text = useSyncExternalStore(subscribe, () => recall(list));
  return useMemo(() => read(text), [text]);
}

/** The services that the person has marked, the newest first. */
export function useFavourites(): readonly ServiceRef[] {
  return useKept('favourites');
}

/** The services whose pages were open, the last first. */
export function useRecentServices(): readonly ServiceRef[] {
  return useKept('recent');
}

/** Marks a service as a favourite, or takes the mark away. */
export function toggleFavourite(service: ServiceRef): void {
  const before = read(recall('favourites'));
  const others = before.filter((each) => !isSameService(each, service));
  write('favourites', others.length < before.length ? others : [refOf(service), ...others]);
}

/** Remembers that the page of a service was open. */
export function rememberService(service: ServiceRef): void {
  const before = read(recall('recent'));
  const [last] = before;
  if (last !== undefined && isSameService(last, service)) return;
  write('recent', [refOf(service), ...before.filter((each) => !isSameService(each, service))]);
}

export function isSameService(one: ServiceRef, other: ServiceRef): boolean {
  return (
    one.service === other.service &&
    one.cluster === other.cluster &&
    one.region === other.region &&
    one.account === other.account
  );
}

/** Nothing but the reference: a search result has more. */
function refOf({ account, region, cluster, service }: ServiceRef): ServiceRef {
  return { account, region, cluster, service };
}
