import { z } from 'zod';
import { Scope } from '../model/account.ts';
import { listUpTo, textUpTo } from '../model/bounded.ts';
import {
  Registration,
  RegistrationCheck,
  RegistrationCompletion,
  RegistrationJson,
} from '../model/registration.ts';
import {
  ComparedSide,
  Comparison,
  FamilyRef,
  FamilyUse,
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
    about: 'Names of all task definition families that have an ACTIVE revision.',
    input: Scope,
    output: z.array(z.object({ family: z.string() })),
  },
  'revisions.list': {
    kind: 'stream',
    about: 'All ACTIVE revisions of a family, each with what changed since the one before. Newest first.',
    input: ServiceFamilyRef,
    event: RevisionListEvent,
    output: z.array(TimelineEntry),
  },
  'families.all': {
    kind: 'query',
    about: 'Names of all task definition families, those without an ACTIVE revision included.',
    input: Scope,
    output: z.array(z.object({ family: z.string(), hasActive: z.boolean() })),
  },
  'families.use': {
    kind: 'query',
    about: 'What uses the revisions of a family, as of the last ten minutes unless it is refreshed.',
    input: z.strictObject({ ...FamilyRef.shape, anew: z.boolean().default(false) }),
    output: FamilyUse,
  },
  'revisions.names': {
    kind: 'stream',
    about: 'All revisions of a family by number, newest first for each status.',
    input: z.strictObject({
      ...FamilyRef.shape,
      statuses: listUpTo(3, RevisionStatus).min(1).default(['ACTIVE']),
      whole: z.boolean().default(false).describe('list all revisions again, not only the newest'),
    }),
    event: RevisionNamesEvent,
    output: RevisionNames,
  },
  'revisions.rows': {
    kind: 'query',
    about: 'Some revisions of a family, each with what changed since another one; at most 100.',
    input: z.strictObject({
      ...Scope.shape,
      rows: listUpTo(100, WantedRow),
      cluster: ServiceFamilyRef.shape.cluster,
      service: ServiceFamilyRef.shape.service,
    }),
    output: z.array(TimelineEntry),
  },
  'revisions.search': {
    kind: 'stream',
    about: 'Reads revisions for a search: cached ones first, then the others in their order.',
    input: z.strictObject({ ...Scope.shape, revisions: listUpTo(MOST_SEARCHED, RevisionArn) }),
    event: RevisionReadingEvent,
    output: z.object({ read: z.number().int() }),
  },
  'revisions.get': {
    kind: 'query',
    about: 'One revision, with the task definition as indented JSON.',
    input: RevisionRef,
    output: z.object({ revision: Revision, json: z.string() }),
  },
  'revisions.diff': {
    kind: 'query',
    about: 'What differs between two revisions; they may be of two families.',
    input: z.strictObject({ ...Scope.shape, before: RevisionName, after: RevisionName }),
    output: RevisionDiff,
  },
  'revisions.compare': {
    kind: 'query',
    about: 'What differs between any two: revisions, what services run, or whole releases.',
    input: z.strictObject({ before: ComparedSide, after: ComparedSide }),
    output: Comparison,
  },
  'revisions.draft': {
    kind: 'query',
    about: 'The content of a revision as it can be registered again, as indented JSON.',
    input: RevisionRef,
    output: z.object({
      json: z.string(),
      choices: z
        .record(z.string(), z.array(z.string()))
        .describe('values of fields with a fixed set, such as containerDefinitions.portMappings.protocol'),
    }),
  },
  'revisions.check': {
    kind: 'query',
    about:
      'What RegisterTaskDefinition would refuse in a JSON document, and where; and what differs from another.',
    input: z.strictObject({ json: RegistrationJson, base: RegistrationJson.optional() }),
    output: RegistrationCheck,
  },
  'revisions.complete': {
    kind: 'query',
    about: 'The fields or values that are allowed at a position of the JSON of a task definition.',
    input: z.strictObject({ json: RegistrationJson, offset: z.int().min(0) }),
    output: RegistrationCompletion,
  },
  'revisions.register': {
    kind: 'change',
    about: 'Registers the JSON of a task definition, and returns what AWS stored differently.',
    input: z.strictObject({
      ...Scope.shape,
      json: RegistrationJson,
      note: textUpTo(500).min(1).optional().describe('the reason; becomes a tag of the revision'),
    }),
    output: Registration,
  },
} as const satisfies Methods;
