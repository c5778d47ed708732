import { z } from 'zod';
import { contract } from '../../../shared/contract.ts';
import { FleetCandidate } from '../../../shared/model/fleet.ts';
import { ServiceLogLine } from '../../../shared/model/log.ts';
import { SearchResult } from '../../../shared/model/search.ts';

/** What an error of any verb is printed as. */
const Failed = z.object({
  error: z.object({
    code: z.string().describe('such as NOT_FOUND'),
    message: z.string(),
    retryable: z.boolean(),
    detail: z.record(z.string(), z.string()),
  }),
});

const Hold = contract['locks.hold'].output;
const PlanOfOthers = contract['releases.withdrawShared'].output;

/**
 * What each verb with `--json` prints: one document of one of these shapes, or several, a line each. They come from the
 * contract, so that they change with it. Functions, because making them takes time that no other verb has to spend.
 */
const SHAPES: Readonly<Record<string, () => readonly z.ZodType[]>> = {
  deploy: releaseEnds,
  rollback: releaseEnds,
  execute: releaseEnds,
  plan: () => [contract['releases.plan'].output],
  plans: () => [
    contract['releases.shared'].output,
    z.object({ result: z.literal('withdrawn'), sentence: z.string(), plan: PlanOfOthers }),
  ],
  bulk() {
    const { id, title, waves } = contract['fleet.watch'].output.shape;
    return [
      contract['fleet.plan'].output,
      z.object({
        result: z.enum(['succeeded', 'failed', 'paused', 'in-progress', 'rolled-back']),
        sentence: z.string(),
        release: id,
        title,
        waves,
      }),
      z.object({ result: z.literal('unchanged'), sentence: z.string() }),
    ];
  },
  status() {
    const { judgement, sentence } = contract['services.verdict'].output.shape;
    return [
      contract['clusters.list'].output,
      contract['services.list'].output,
      z.object({
        service: contract['services.get'].output,
        tasks: contract['services.tasks'].output,
        deployments: contract['services.deployments'].output,
        verdict: z.object({ judgement, sentence }).optional(),
        lock: contract['locks.status'].output,
      }),
    ];
  },
  watch() {
    const { deployment, diagnosis } = contract['releases.watch'].output.shape;
    return [
      z.object({
        result: ReleaseResult,
        sentence: z.string(),
        deployment: deployment.optional(),
        diagnosis,
      }),
    ];
  },
  logs: () => [ServiceLogLine],
  run() {
    const { id, task, container, exitCode } = contract['tasks.run'].output.shape;
    return [
      z.object({
        result: z.enum(['succeeded', 'failed']),
        sentence: z.string(),
        exitCode,
        container,
        taskArn: z.string(),
        entry: id,
        task,
        lines: z.array(z.string()),
      }),
      z.object({ result: z.enum(['in-progress', 'unknown']), sentence: z.string(), taskArn: z.string() }),
    ];
  },
  forward() {
    const { reason, sentence } = contract['sessions.forward'].output.shape;
    return [
      z.object({ event: contract['sessions.forward'].event }),
      z.object({ result: z.object({ reason, sentence }) }),
    ];
  },
  image: imageShapes,
  continue: () => [
    z.object({
      result: z.enum(['continue', 'roll-back']),
      sentence: z.string(),
      deployment: z.string(),
      hook: z.string(),
    }),
  ],
  journal: () => [contract['journal.list'].output],
  hold: () => [z.object({ result: z.literal('held'), sentence: z.string(), hold: Hold })],
  unhold: () => [z.object({ result: z.literal('ended'), sentence: z.string(), hold: Hold })],
  history() {
    const { registeredBy, note, cause } = contract['services.history'].output.shape.releases.element.shape;
    const { shape } = contract['services.deployments'].output.element;
    return [z.array(z.object({ ...shape, registeredBy, note, cause }))];
  },
  matrix: () => [contract['timeline.matrix'].output],
  changes: () => [contract['timeline.changes'].output.shape.changes, contract['timeline.notes'].output],
  diff: () => [
    contract['revisions.compare'].output,
    z.object({
      ...contract['clusters.compare'].input.shape,
      rows: contract['clusters.compare'].output.shape.rows,
    }),
  ],
  drift: () => [
    contract['drift.get'].output,
    z.object({
      patches: contract['drift.patch'].output.shape.patches,
      written: z.array(z.string()),
    }),
  ],
  clean: () => [
    contract['cleanup.plan'].output,
    contract['cleanup.planImages'].output,
    contract['cleanup.run'].output,
    z.object({ result: z.literal('unchanged'), sentence: z.string() }),
  ],
  ledger: () => [
    contract['ledger.plan'].output,
    contract['ledger.sync'].output,
    z.record(z.string(), z.unknown()).describe('an item of the table, of export'),
  ],
};

const ReleaseResult = z
  .enum([
    'succeeded',
    'failed',
    'rolled-back',
    'stopped',
    'unknown',
    'unchanged',
    'accepted',
    'in-progress',
    'waiting',
  ])
  .describe('how it ended, as far as the command has waited for it');

/** Of a release. */
function releaseEnds(): readonly z.ZodType[] {
  const { deployment, diagnosis } = contract['releases.watch'].output.shape;
  return [
    z.object({
      result: ReleaseResult,
      sentence: z.string(),
      plan: z.string(),
      title: z.string(),
      release: contract['releases.execute'].output.optional(),
      deployment: deployment.optional(),
      diagnosis,
      task: z
        .object({
          taskArn: z.string(),
          container: z.string().optional(),
          exitCode: z.number().optional(),
          lines: z.array(z.string()),
        })
        .optional()
        .describe('the task of --before that failed'),
    }),
  ];
}

/** Of the actions of `image`. */
function imageShapes(): readonly z.ZodType[] {
  const pushed = contract['images.addTag'].output.shape;
  const repository = contract['repositories.list'].output.element;
  return [
    z.object({ id: z.string(), image: z.string() }).describe('build'),
    z.object(pushed).describe('push, and promote with a tag only'),
    contract['images.promote'].output.describe('promote to another repository'),
    contract['images.restore'].output.describe('restore'),
    z.object({ repository, created: z.boolean() }).describe('create-repository'),
    z.object({ repository: z.string(), changed: z.boolean() }).describe('make-immutable'),
    contract['images.list'].output.describe('list'),
    contract['images.scan'].output.describe('findings'),
    z
      .array(
        z.union([
          z.object({ kind: z.literal('service'), ...FleetCandidate.shape }),
          SearchResult,
          contract['images.where'].output.shape.uses.element,
        ]),
      )
      .describe('where'),
  ];
}

/** The verbs with `--json`. */
export const VERBS_WITH_JSON: readonly string[] = Object.keys(SHAPES);

/** The shapes of a verb, the one of an error last; undefined for a verb without `--json`. */
export function outputShapes(verb: string): readonly z.ZodType[] | undefined {
  const shapes = Object.hasOwn(SHAPES, verb) ? SHAPES[verb] : undefined;
  return shapes === undefined ? undefined : [...shapes(), Failed];
}
