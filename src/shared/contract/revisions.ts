import { z } from 'zod';
import { Scope } from '../model/account.ts';
import { listUpTo, textUpTo } from '../model/bounded.ts';
import { lazyObject, lazyStrictObject } from '../model/lazy-objects.ts';
import {
  Registration,
  RegistrationCheck,
  RegistrationCompletion,
  RegistrationJson,
} from '../model/registration.ts';
import {
  ComparedSide,
  Comparison,
  Family,
  FamilyFacts,
  FamilyRef,
  FamilyUse,
  KnownFamilyServices,
  MOST_SEARCHED,
  Revision,
  RevisionArn,
  RevisionDiff,
  RevisionListEvent,
  RevisionName,
  RevisionNames,
  RevisionNamesEvent,
  RevisionReadingEvent,
  RevisionRef,
  RevisionStatus,
  ServiceFamilyRef,
  TimelineEntry,
  WantedRow,
} from '../model/revision.ts';
import type { Methods } from './method.ts';

/** Task definition families and their revisions. */
export const revisionsMethods = {
  'families.list': {
    kind: 'query',
    about: 'Lists the names of all task definition families with an ACTIVE revision.',
    input: Scope,
    output: z.array(lazyObject(() => ({ family: z.string() }))),
  },
  'revisions.list': {
    kind: 'stream',
    about:
      'Lists all ACTIVE revisions of a family, newest first, each with what changed since the previous ' +
      'one.',
    input: ServiceFamilyRef,
    event: RevisionListEvent,
    output: z.array(TimelineEntry),
  },
  'families.all': {
    kind: 'query',
    about: 'Lists the names of all task definition families, including those without an ACTIVE revision.',
    input: Scope,
    output: z.array(lazyObject(() => ({ family: z.string(), hasActive: z.boolean() }))),
  },
  'families.services': {
    kind: 'query',
    about:
      'Lists the services of an account and region by the family that they run. As Slipway has read them since its start ' +
      'or within 30 days before it, with the clusters that this covers. Sends nothing to AWS; families.use reads every use.',
    input: Scope,
    output: KnownFamilyServices,
  },
  'families.facts': {
    kind: 'stream',
    about:
      'Returns how many ACTIVE revisions families have, and when the newest one was registered. Streams each family ' +
      'as it is read, first without the time.',
    input: lazyStrictObject(() => ({ ...Scope.shape, families: listUpTo(100, Family).min(1) })),
    event: FamilyFacts,
    output: z.array(FamilyFacts),
  },
  'families.use': {
    kind: 'query',
    about:
      'Lists what uses the revisions of a family. The answer is cached for ten minutes unless `refresh` ' +
      'is true.',
    input: lazyStrictObject(() => ({ ...FamilyRef.shape, refresh: z.boolean().default(false) })),
    output: FamilyUse,
  },
  'revisions.names': {
    kind: 'stream',
    about: 'Lists all revisions of a family by number, newest first within each status.',
    input: lazyStrictObject(() => ({
      ...FamilyRef.shape,
      statuses: listUpTo(3, RevisionStatus).min(1).default(['ACTIVE']),
      whole: z.boolean().default(false).describe('true: list all revisions again, not only new ones'),
    })),
    event: RevisionNamesEvent,
    output: RevisionNames,
  },
  'revisions.rows': {
    kind: 'query',
    about: 'Returns up to 100 revisions of a family, each with what changed since another one.',
    input: lazyStrictObject(() => ({
      ...Scope.shape,
      rows: listUpTo(100, WantedRow),
      cluster: ServiceFamilyRef.shape.cluster,
      service: ServiceFamilyRef.shape.service,
    })),
    output: z.array(TimelineEntry),
  },
  'revisions.search': {
    kind: 'stream',
    about: 'Reads revisions for a search: cached ones first, then the others in the given order.',
    input: lazyStrictObject(() => ({ ...Scope.shape, revisions: listUpTo(MOST_SEARCHED, RevisionArn) })),
    event: RevisionReadingEvent,
    output: lazyObject(() => ({ read: z.number().int() })),
  },
  'revisions.get': {
    kind: 'query',
    about: 'Returns a revision, with its task definition as indented JSON.',
    input: RevisionRef,
    output: lazyObject(() => ({ revision: Revision, json: z.string() })),
  },
  'revisions.diff': {
    kind: 'query',
    about: 'Returns the differences between two revisions, of one family or of two.',
    input: lazyStrictObject(() => ({ ...Scope.shape, before: RevisionName, after: RevisionName })),
    output: RevisionDiff,
  },
  'revisions.compare': {
    kind: 'query',
    about:
      'Returns the differences between any two of these: a revision, what a service runs, a whole ' +
      'release.',
    input: lazyStrictObject(() => ({ before: ComparedSide, after: ComparedSide })),
    output: Comparison,
  },
  'revisions.draft': {
    kind: 'query',
    about: 'Returns the content of a revision in the form that can be registered again, as indented JSON.',
    input: RevisionRef,
    output: lazyObject(() => ({
      json: z.string(),
      missing: z
        .array(z.string())
        .optional()
        .describe('settings of the revision that are newer than this version and not in the JSON'),
      choices: z
        .record(z.string(), z.array(z.string()))
        .describe('values of fields with a fixed set, such as containerDefinitions.portMappings.protocol'),
    })),
  },
  'revisions.check': {
    kind: 'query',
    about:
      'Returns what RegisterTaskDefinition would refuse in a JSON document, with positions, and the ' +
      'differences from another document.',
    input: lazyStrictObject(() => ({ json: RegistrationJson, base: RegistrationJson.optional() })),
    output: RegistrationCheck,
  },
  'revisions.complete': {
    kind: 'query',
    about: 'Lists the fields or values that are allowed at a position in the JSON of a task definition.',
    input: lazyStrictObject(() => ({ json: RegistrationJson, offset: z.int().min(0) })),
    output: RegistrationCompletion,
  },
  'revisions.register': {
    kind: 'change',
    about: 'Registers a task definition from JSON. Returns the fields that AWS stored differently.',
    input: lazyStrictObject(() => ({
      ...Scope.shape,
      json: RegistrationJson,
      note: textUpTo(500).min(1).optional().describe('the reason; it is stored as a tag of the revision'),
    })),
    output: Registration,
  },
} as const satisfies Methods;
