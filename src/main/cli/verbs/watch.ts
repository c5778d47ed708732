import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Deployment } from '../../../shared/model/deployment.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { findElsewhere } from '../command/find-service.ts';
import { addExamples, addOutputFlags, addScopeFlags, addServiceFlags } from '../command/flags.ts';
import { follow } from '../command/follow.ts';
import { endOf } from '../command/release-end.ts';
import { addFollowFlags } from '../command/release-flags.ts';
import { rolloutLines } from '../command/rollout-report.ts';
import { serviceOf } from '../command/service.ts';
import type { Invocation, Verb } from '../command/verb.ts';
import { isJudged, readVerdict, verdictLine } from '../command/verdict.ts';
import { isUntil, waitState } from '../command/wait-state.ts';

/** Follows a deployment that is in progress, or the one that is named. Changes nothing. */
export const verb: Verb = {
  configure(command) {
    addServiceFlags(addScopeFlags(command))
      .argument('[deployment]', 'its ARN or id (default: the one in progress, or the newest)')
      .option('--until <state>', 'done, paused or stage:NAME (default: done)', (text: string) =>
        waitState(text),
      );
    addOutputFlags(addFollowFlags(command));
    addExamples(command, [
      ['the deployment in progress', 'slipway watch -c production -n web'],
      ['for ten minutes at most', 'slipway watch -c production -n web --timeout 600'],
    ]);
  },
  run: watch,
};

async function watch(invocation: Invocation): Promise<number> {
  const { io, output, flags, args } = invocation;
  const client = await invocation.client();
  const ref = await serviceOf(invocation);
  const deployments = await client
    .call('services.deployments', ref)
    .catch((error: unknown) => findElsewhere(client, ref, error));
  const [wanted] = args;
  const found =
    wanted === undefined
      ? (deployments.find(({ outcome }) => outcome === 'in-progress') ?? deployments[0])
      : deployments.find(({ arn, id }) => arn === wanted || id === wanted);
  if (found === undefined) {
    throw new SlipwayError(
      'NOT_FOUND',
      `${ref.service} has no deployment ${wanted ?? ''}`.trimEnd().concat('.'),
    );
  }
  const seconds = flags.number('timeout');
  const until = flags.text('until') ?? 'done';
  const followed = await follow(
    { client, io, output },
    {
      ref,
      deployment: found.arn,
      until: isUntil(until) ? until : 'done',
      timeout: seconds === undefined ? undefined : io.timeout(seconds * 1000),
      isVerbose: flags.isSet('verbose'),
    },
  );
  const { code, result, sentence, rollout } = endOf(followed, { service: ref, kind: 'deploy' }, found.arn);
  if (output.isJson)
    output.json({ result, sentence, deployment: rollout?.deployment, diagnosis: rollout?.diagnosis });
  else if (rollout?.sentence === sentence) for (const line of rolloutLines(rollout)) output.line(line);
  else output.line(sentence);
  if (!output.isJson && rollout?.deployment.outcome === 'succeeded')
    await printVerdict(invocation, client, { ref, deployment: rollout.deployment });
  return code;
}

/** The result is printed first, and the command ends soon even if CloudWatch is slow. */
const LONGEST_VERDICT_MS = 3_000;

async function printVerdict(
  { io, output }: Invocation,
  client: Client,
  { ref, deployment }: { readonly ref: ServiceRef; readonly deployment: Immutable<Deployment> },
): Promise<void> {
  if (!isJudged(deployment, io.now())) return;
  const verdict = await readVerdict(client, ref, deployment.arn, io.timeout(LONGEST_VERDICT_MS));
  if (verdict !== undefined) output.note(verdictLine(verdict));
}
