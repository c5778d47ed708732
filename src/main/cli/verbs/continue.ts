import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Rollout } from '../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { guardOf, requireConfirmed } from '../command/deployable.ts';
import { EXIT } from '../command/exit-code.ts';
import { findElsewhere } from '../command/find-service.ts';
import { addExamples, addOutputFlags, addScopeFlags, addServiceFlags } from '../command/flags.ts';
import { serviceOf } from '../command/service.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Answers the hook that a deployment waits at. */
export const verb: Verb = {
  configure(command) {
    addServiceFlags(addScopeFlags(command))
      .option('--roll-back', 'roll the deployment back instead')
      .option('--confirm <name>', 'the name of the service, where its environment asks for it');
    addOutputFlags(command);
    addExamples(command, [
      [
        'continue, and follow the deployment',
        'slipway continue -c production -n web --confirm web && slipway watch -c production -n web',
      ],
      ['roll back', 'slipway continue -c production -n web --roll-back --confirm web'],
    ]);
  },
  run: answerHook,
};

async function answerHook(invocation: Invocation): Promise<number> {
  const { output, flags } = invocation;
  const client = await invocation.client();
  const ref = await serviceOf(invocation);
  const deployments = await client
    .call('services.deployments', ref)
    .catch((error: unknown) => findElsewhere(client, ref, error));
  const deployment = deployments.find(({ outcome }) => outcome === 'in-progress')?.arn;
  if (deployment === undefined) {
    throw new SlipwayError('CONFLICT', `${ref.service} has no deployment in progress.`);
  }
  const rollout = await currentRollout(client, ref, deployment);
  const hook = rollout.hooks?.find(({ waits }) => waits);
  if (hook === undefined) {
    throw new SlipwayError(
      'CONFLICT',
      `The deployment of ${ref.service} doesn't wait for a person. ${rollout.sentence}`,
    );
  }
  requireConfirmed({ invocation, service: ref }, await guardOf({ client, service: ref }));
  const action = flags.isSet('roll-back') ? 'roll-back' : 'continue';
  await client.call('releases.continueHook', { ...ref, deployment, hook: hook.id, action });
  const sentence =
    action === 'continue' ? `Continued after the hook ${hook.id}.` : `Rolling back from the hook ${hook.id}.`;
  if (output.isJson) output.json({ result: action, sentence, deployment, hook: hook.id });
  else output.line(sentence);
  return EXIT.success;
}

/** The first state that a watch reports. */
async function currentRollout(client: Client, ref: ServiceRef, deployment: string): Promise<Rollout> {
  const enough = new AbortController();
  let first: Rollout | undefined;
  const watching = client.call(
    'releases.watch',
    { ...ref, deployment },
    {
      signal: enough.signal,
      onEvent(rollout) {
        first ??= rollout;
        enough.abort();
      },
    },
  );
  try {
    return await watching;
  } catch (error) {
    if (first !== undefined) return first;
    throw error;
  }
}
