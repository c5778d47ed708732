import { z } from 'zod';
import { Scope } from '../model/account.ts';
import { listUpTo, textUpTo } from '../model/bounded.ts';
import {
  FleetBoard,
  FleetCandidate,
  FleetCandidatesEvent,
  FleetMember,
  FleetOverride,
  FleetPlan,
  StopCondition,
  WaveRequest,
} from '../model/fleet.ts';
import { lazyObject, lazyStrictObject } from '../model/lazy-objects.ts';
import { PlanId } from '../model/plan.ts';
import { Done, type Methods } from './method.ts';
import { releasesMethods } from './releases.ts';

const { why, link, commit, tagRevision } = releasesMethods['releases.execute'].input.shape;

const FleetExecuteRequest = lazyStrictObject(() => ({
  plan: PlanId,
  why,
  link,
  commit,
  tagRevision,
  confirmation: textUpTo(255).optional(),
  waitLockSeconds: z.int().min(1).max(86_400).optional().describe('a locked service waits in the queue'),
  overrides: listUpTo(500, FleetOverride).optional(),
}));

/** Bulk releases: one image for several services. */
export const fleetMethods = {
  'fleet.candidates': {
    kind: 'stream',
    about:
      'Lists the services of all clusters with a container that uses an image of a repository, given by ' +
      'name or URI. Streams them as they are found, and how many clusters are listed and services read.',
    input: lazyStrictObject(() => ({ ...Scope.shape, repository: textUpTo(400).min(1) })),
    event: FleetCandidatesEvent,
    output: z.array(FleetCandidate),
  },
  'fleet.plan': {
    kind: 'query',
    about:
      'Creates a plan for deploying an image to several services in waves, with a plan for each service. ' +
      "A service that can't be planned has the reason instead.",
    input: lazyStrictObject(() => ({
      ...Scope.shape,
      ...StopCondition.shape,
      services: listUpTo(500, FleetMember).min(1),
      image: textUpTo(512).min(1),
      waves: WaveRequest,
    })),
    output: FleetPlan,
  },
  'fleet.execute': {
    kind: 'change',
    about:
      'Starts a bulk release as a job and returns at once; fleet.watch follows it. jobs.cancel and ' +
      'fleet.stop stop it before the next wave.',
    input: FleetExecuteRequest,
    output: lazyObject(() => ({ fleet: PlanId })),
  },
  'fleet.run': {
    kind: 'stream',
    about:
      'Runs a bulk release for a pipeline: returns when nothing is in progress, or at a pause between two ' +
      'waves. Called again with the same plan, it resumes after the pause or an interruption.',
    input: FleetExecuteRequest,
    event: FleetBoard,
    output: FleetBoard,
  },
  'fleet.watch': {
    kind: 'stream',
    about: 'Streams the state of a bulk release whenever it changes, until nothing is in progress.',
    input: lazyStrictObject(() => ({ fleet: PlanId })),
    event: FleetBoard,
    output: FleetBoard,
  },
  'fleet.resume': {
    kind: 'change',
    about:
      'Starts the next wave of a paused bulk release, or the remaining services of one that was ' +
      'interrupted or stopped after failures. Earlier failures no longer count towards the stop ' +
      'condition.',
    input: lazyStrictObject(() => ({ fleet: PlanId })),
    output: Done,
  },
  'fleet.stop': {
    kind: 'change',
    about:
      'Starts no further wave. With `rollBack`, deployments in progress are stopped and succeeded ones ' +
      'are rolled back, even after the bulk release has ended; without it, deployments in progress ' +
      'continue.',
    input: lazyStrictObject(() => ({ fleet: PlanId, rollBack: z.boolean() })),
    output: Done,
  },
} as const satisfies Methods;
