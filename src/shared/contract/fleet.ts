import { z } from 'zod';
import { Scope } from '../model/account.ts';
import { listUpTo, textUpTo } from '../model/bounded.ts';
import {
  FleetBoard,
  FleetCandidate,
  FleetMember,
  FleetOverride,
  FleetPlan,
  StopCondition,
  WaveRequest,
} from '../model/fleet.ts';
import { PlanId } from '../model/plan.ts';
import { Done, type Methods } from './method.ts';
import { releasesMethods } from './releases.ts';

const { why, link, commit, tagRevision } = releasesMethods['releases.execute'].input.shape;

const FleetExecuteRequest = z.strictObject({
  plan: PlanId,
  why,
  link,
  commit,
  tagRevision,
  confirmation: textUpTo(255).optional(),
  overrides: listUpTo(500, FleetOverride).optional(),
});

/** One image to many services, as one release. */
export const fleetMethods = {
  'fleet.candidates': {
    kind: 'query',
    about: 'Services of all clusters whose containers run an image of a repository, given by name or by URI.',
    input: z.strictObject({ ...Scope.shape, repository: textUpTo(400).min(1) }),
    output: z.array(FleetCandidate),
  },
  'fleet.plan': {
    kind: 'query',
    about:
      'A plan for deploying an image to several services in waves, made of a plan for each of them. A service that ' +
      'cannot be planned says why.',
    input: z.strictObject({
      ...Scope.shape,
      ...StopCondition.shape,
      services: listUpTo(500, FleetMember).min(1),
      image: textUpTo(512).min(1),
      waves: WaveRequest,
    }),
    output: FleetPlan,
  },
  'fleet.execute': {
    kind: 'change',
    about:
      'Starts a fleet plan as a job of the engine, and answers at once; fleet.watch tells how it goes. jobs.cancel ' +
      'and fleet.stop stop it before the next wave.',
    input: FleetExecuteRequest,
    output: z.object({ fleet: PlanId }),
  },
  'fleet.run': {
    kind: 'stream',
    about:
      'The same for a pipeline: it answers when nothing is under way any more, or at a pause between two waves. Said ' +
      'again with the same plan, it goes on after the pause or an interruption.',
    input: FleetExecuteRequest,
    event: FleetBoard,
    output: FleetBoard,
  },
  'fleet.watch': {
    kind: 'stream',
    about: 'The board of a fleet whenever it changes, until nothing of it is under way any more.',
    input: z.strictObject({ fleet: PlanId }),
    event: FleetBoard,
    output: FleetBoard,
  },
  'fleet.goOn': {
    kind: 'change',
    about:
      'Begins the next wave of a fleet that pauses, and the rest of one that was interrupted or held services back. ' +
      'What has failed so far does not count towards the stop condition any more.',
    input: z.strictObject({ fleet: PlanId }),
    output: Done,
  },
  'fleet.stop': {
    kind: 'change',
    about:
      'Begins no further wave. With `rollBack` what is in flight is stopped and what succeeded is rolled back, also ' +
      'of a fleet that has ended; without it what is in flight goes on.',
    input: z.strictObject({ fleet: PlanId, rollBack: z.boolean() }),
    output: Done,
  },
} as const satisfies Methods;
