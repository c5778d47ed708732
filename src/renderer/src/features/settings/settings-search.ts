import { CREATE_TEXT } from '../images/create-repository-text.ts';
import {
  ADD_ROLES_TEXT,
  APPEARANCE_TEXT,
  CONNECTIONS_TEXT,
  DATA_KIND_LABELS,
  DATA_TEXT,
  DOCKER_TEXT,
  LEDGER_TEXT,
  NEW_REPOSITORIES_TEXT,
  NOTICES_TEXT,
  PROJECTS_TEXT,
  RULE_TEXT,
  RULES_TEXT,
} from './settings-text.ts';

/** The sections in the order of the page, by the hash of their address. */
export const SECTIONS = {
  environments: { title: RULES_TEXT.title, text: textOf(RULES_TEXT, RULE_TEXT) },
  projects: { title: PROJECTS_TEXT.title, text: textOf(PROJECTS_TEXT) },
  ledger: { title: LEDGER_TEXT.title, text: textOf(LEDGER_TEXT) },
  connections: { title: CONNECTIONS_TEXT.title, text: textOf(CONNECTIONS_TEXT, ADD_ROLES_TEXT) },
  docker: { title: DOCKER_TEXT.title, text: textOf(DOCKER_TEXT) },
  'new-repositories': {
    title: NEW_REPOSITORIES_TEXT.title,
    text: textOf(NEW_REPOSITORIES_TEXT, CREATE_TEXT),
  },
  notifications: { title: NOTICES_TEXT.title, text: textOf(NOTICES_TEXT) },
  appearance: { title: APPEARANCE_TEXT.title, text: textOf(APPEARANCE_TEXT) },
  data: { title: DATA_TEXT.title, text: textOf(DATA_TEXT, DATA_KIND_LABELS) },
} as const;
export type SectionId = keyof typeof SECTIONS;

/** The sections whose labels and sentences contain every word of the search, in the order of the page. */
export function matchingSections(search: string): readonly SectionId[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return idsOfSections().filter((id) => words.every((word) => SECTIONS[id].text.includes(word)));
}

function idsOfSections(): readonly SectionId[] {
  return Object.keys(SECTIONS).filter((id): id is SectionId => Object.hasOwn(SECTIONS, id));
}

/** The labels of the cards themselves, so that a search finds what is on them. */
function textOf(...parts: readonly object[]): string {
  return parts
    .flatMap((part): readonly string[] => Object.values(part).flatMap(stringsOf))
    .join('\n')
    .toLowerCase();
}

function stringsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}
