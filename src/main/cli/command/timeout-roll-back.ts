import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Plan, Release } from '../../../shared/model/plan.ts';
import { EXIT, exitCodeOfError } from './exit-code.ts';
import { follow } from './follow.ts';
import { type Ended, endOf, settled } from './release-end.ts';
import { notesOf } from './second-person.ts';
import type { Invocation } from './verb.ts';

/** As the contract takes a reason. */
const LONGEST_REASON = 500;

/** Takes a deployment back whose time is up. Where that is refused, the deployment continues, and the end says why. */
export async function rollBackLate(invocation: Invocation, plan: Plan, release: Release): Promise<Ended> {
  const { output, io, flags } = invocation;
  const seconds = flags.number('timeout') ?? 0;
  output.note(`The deployment took longer than ${seconds} s. Rolling back to ${plan.base.revision}.`);
  const client = await invocation.client([]);
  const back = await sendBack(invocation, client, plan).catch((error: unknown) => {
    if (error instanceof SlipwayError) return error;
    throw error;
  });
  if (back instanceof SlipwayError) return { ...leftBy(back, plan), release };
  const { deploymentArn } = back.release;
  if (deploymentArn === undefined) {
    const sentence = `Time is up, and the deployment continues: there is nothing else to roll back to than ${plan.base.revision}, which it deploys.`;
    return { code: EXIT.timeIsUp, result: 'in-progress', sentence, release };
  }
  const followed = await follow(
    { client: await invocation.client([io.interrupt]), io, output },
    {
      ref: plan.service,
      deployment: deploymentArn,
      until: 'done',
      timeout: undefined,
      isVerbose: flags.isSet('verbose'),
    },
  );
  if (followed.kind !== 'ended') return { ...endOf(followed, plan, deploymentArn), release };
  await settled(invocation, client, back.plan);
  const { rollout } = followed;
  return {
    code: EXIT.failed,
    result: 'rolled-back',
    sentence: `The deployment took longer than ${seconds} s and was rolled back. ${rollout.sentence}`,
    release,
    rollout,
  };
}

interface SentBack {
  readonly plan: string;
  readonly release: Release;
}

/** What rules ask of a release was given for the deployment, so the rollback has the same reason, link and overrides. */
async function sendBack({ flags }: Invocation, client: Client, { service, base }: Plan): Promise<SentBack> {
  // Named, because the list of deployments may not have the new one yet, and what is last in it is then this one.
  const back =
    base.deploymentArn === undefined
      ? await client.call('releases.planRevision', { service, revision: base.taskDefinitionArn })
      : await client.call('releases.planRollback', { service, to: base.deploymentArn });
  const [confirmation, overrides] = [flags.text('confirm'), flags.texts('override')];
  const { why, link } = notesOf(flags);
  const release = await client.call('releases.execute', {
    plan: back.id,
    why: lateReason(flags.number('timeout') ?? 0, why),
    ...(link === undefined ? {} : { link }),
    ...(overrides.length === 0 ? {} : { overrides: [...overrides] }),
    ...(confirmation === undefined ? {} : { confirmation }),
  });
  return { plan: back.id, release };
}

/** With the reason of the deployment, because a rule may ask for the ticket in it. */
function lateReason(seconds: number, why: string | undefined): string {
  const late = `The deployment took longer than ${seconds} s`;
  if (why === undefined) return late;
  const both = `${late}: ${why}`;
  return both.length > LONGEST_REASON ? why : both;
}

function leftBy(error: SlipwayError, { service: { service, cluster } }: Plan): Ended {
  const isLogin = exitCodeOfError(error) === EXIT.credentials;
  return {
    code: isLogin ? EXIT.credentials : EXIT.timeIsUp,
    result: 'in-progress',
    sentence: `Time is up, and the deployment continues, because the rollback failed. ${error.message} \`slipway watch -c ${cluster} -n ${service}\` follows it.`,
  };
}
