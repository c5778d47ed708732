import type { PlannedCall } from '../../../../shared/model/plan.ts';
import { revisionNameOf, serviceLabel } from '../../aws/arns.ts';
import type { KnownAccount } from '../../aws/known-account.ts';
import { concernsAll } from '../../catalog/optional-reads.ts';
import { shellWord } from '../../ecs/shell-words.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import type { DeployableService } from '../model/service-reading.ts';
import { startsDeployment } from '../model/stored-plan.ts';
import { appSpecOf } from './app-spec.ts';
import { globalOptions, type PlannedSend, registerCommands } from './cli-commands.ts';
import { type DeploymentGroup, findDeploymentGroup } from './deployment-group.ts';
import { STANDARD_INPUT, shellJson, withInput } from './shell-json.ts';

/** How a plan is carried out with CodeDeploy, by a person with a shell. */
export interface CodeDeployWay {
  readonly sentence: string;
  /** Indented JSON; `$revision` stands for what is still to be registered. */
  readonly appSpec: string;
  readonly calls: readonly PlannedCall[];
  readonly commands: readonly string[];
}

interface Draft extends PlannedSend {
  readonly service: DeployableService;
}

/**
 * How CodeDeploy executes a plan: undefined where it does not deploy the service, or nothing is deployed. Where the
 * deployment group cannot be read, its names are left for the person to fill in.
 */
export async function wayOfCodeDeploy(
  { aws }: Pick<ReleaseDependencies, 'aws'>,
  draft: Draft,
  known: KnownAccount,
  signal: AbortSignal,
): Promise<CodeDeployWay | undefined> {
  const { service, action, ref } = draft;
  if (service.deploymentController?.type !== 'CODE_DEPLOY') return undefined;
  if (action.kind === 'stop' || !startsDeployment(action)) return undefined;
  const group = await groupOrReason(aws.codeDeploy(ref, 'clicked'), draft, signal);
  const primary = service.taskSets?.find(({ status }) => status === 'PRIMARY');
  const [balancer] = primary?.loadBalancers ?? service.loadBalancers ?? [];
  const { containerName, containerPort } = balancer ?? {};
  const taskDefinition =
    action.register === undefined ? (action.taskDefinition ?? service.taskDefinition) : '$revision';
  const target = { taskDefinition, containerName, containerPort };
  const registers = action.register !== undefined;
  const family = revisionNameOf(service.taskDefinition).split(':')[0] ?? '';
  return {
    sentence: sentenceOf(draft, group),
    appSpec: appSpecOf(target, 2),
    calls: [
      ...(registers ? [{ operation: 'RegisterTaskDefinition', target: family }] : []),
      {
        operation: 'CreateDeployment',
        target: group.kind === 'found' ? group.group.name : serviceLabel(ref),
      },
    ],
    commands: [
      ...(registers ? registerCommands(draft, known) : []),
      createDeployment(draft, known, group, appSpecOf(target)),
    ],
  };
}

type FoundGroup =
  | { readonly kind: 'found'; readonly group: DeploymentGroup }
  | { readonly kind: 'not found'; readonly reason: string };

async function groupOrReason(
  client: Parameters<typeof findDeploymentGroup>[0],
  { ref }: Draft,
  signal: AbortSignal,
): Promise<FoundGroup> {
  try {
    const group = await findDeploymentGroup(client, ref, signal);
    if (group !== undefined) return { kind: 'found', group };
    return {
      kind: 'not found',
      reason: `No deployment group of CodeDeploy in this region names ${serviceLabel(ref)}.`,
    };
  } catch (error) {
    if (!(error instanceof Error) || concernsAll(error)) throw error;
    return { kind: 'not found', reason: error.message };
  }
}

function sentenceOf({ ref }: Draft, found: FoundGroup): string {
  const how = `CodeDeploy deploys ${serviceLabel(ref)}, so Slipway can't. Use the commands below`;
  return found.kind === 'found'
    ? `${how}, with the deployment group ${found.group.name} of ${found.group.application}. The deployment appears on the service page.`
    : `${how} after filling in the application and its deployment group. ${found.reason}`;
}

/** The shell puts the registered revision into the input, and nothing else: no other `$` is left in it. */
function createDeployment({ ref }: Draft, known: KnownAccount, found: FoundGroup, content: string): string {
  const { application, name } =
    found.kind === 'found' ? found.group : { application: 'APPLICATION', name: 'DEPLOYMENT_GROUP' };
  const command = [
    'aws deploy create-deployment',
    ...globalOptions(ref, known, 'codeDeploy'),
    `--application-name ${shellWord(application)}`,
    `--deployment-group-name ${shellWord(name)}`,
    `--revision ${STANDARD_INPUT}`,
  ].join(' ');
  const revision = { revisionType: 'AppSpecContent', appSpecContent: { content } };
  const input = shellJson(revision).replaceAll(String.raw`\u0024revision`, '$revision');
  return withInput(command, input, true);
}
