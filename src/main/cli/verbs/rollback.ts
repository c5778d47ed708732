import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { revisionArn } from '../command/change-flags.ts';
import { findElsewhere } from '../command/find-service.ts';
import { addExamples, addOutputFlags, addScopeFlags, addServiceFlags } from '../command/flags.ts';
import { executeInTurn } from '../command/lock-wait.ts';
import { addExecuteFlags, addFollowFlags, addWaitFlags, addWaitLockFlag } from '../command/release-flags.ts';
import { serviceOf } from '../command/service.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Goes back to the last successful release, or to the one that `--to` names, and follows the deployment. */
export const verb: Verb = {
  configure(command) {
    addServiceFlags(addScopeFlags(command)).option(
      '--to <release>',
      'a deployment (its ARN or id, see `slipway history`) or a revision such as web:41',
    );
    addOutputFlags(addWaitFlags(addFollowFlags(addWaitLockFlag(addExecuteFlags(command)))));
    addExamples(command, [
      ['to the last release that succeeded', 'slipway rollback -c production -n web --confirm web'],
      ['to a revision', 'slipway rollback -c staging -n web --to web:41 --why "checkout fails"'],
    ]);
  },
  run: rollback,
};

async function rollback(invocation: Invocation): Promise<number> {
  const client = await invocation.client([invocation.io.interrupt]);
  const service = await serviceOf(invocation);
  const planAgain = () => planOf(client, service, invocation.flags.text('to'));
  const plan = await planAgain().catch((error: unknown) => findElsewhere(client, service, error));
  return executeInTurn(invocation, { plan, planAgain });
}

async function planOf(client: Client, service: ServiceRef, to: string | undefined) {
  if (to === undefined) return client.call('releases.planRollback', { service });
  if (/(?:^|task-definition\/)[A-Za-z0-9_-]+:\d+$/.test(to)) {
    return client.call('releases.planRevision', {
      service,
      revision: await revisionArn(client, service, to),
    });
  }
  const deployments = await client.call('services.deployments', service);
  const found = deployments.find(({ arn, id }) => arn === to || id === to);
  if (found !== undefined) return client.call('releases.planRollback', { service, to: found.arn });
  throw new SlipwayError(
    'INVALID_INPUT',
    `${service.service} has no deployment ${to}. \`slipway history\` lists its deployments; a revision is written as web:41.`,
  );
}
