import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTaskDefinitionCommand, type Service, type TaskDefinition } from '@aws-sdk/client-ecs';
import {
  DescribeTargetHealthCommand,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { SlipwayError } from '../../../shared/errors.ts';
import { plainText } from '../../../shared/escape-sequences.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type {
  FailureGroup,
  FailureKind,
  LastLines,
  UnhealthyTarget,
} from '../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Aws } from '../aws/aws.ts';
import { logStreamConsoleUrl } from '../catalog/console-urls.ts';
import { type LogSource, logSourceOf } from '../logs/log-source.ts';

/** What was collected of a failure beside the tasks and events themselves. */
export interface CollectedEvidence {
  /** What the failing tasks run. */
  readonly definition?: TaskDefinition;
  readonly lastLines?: LastLines;
  readonly targets: readonly UnhealthyTarget[];
  /** What could not be read, as sentences. */
  readonly gaps: readonly string[];
}

export const NO_EVIDENCE: CollectedEvidence = { targets: [], gaps: [] };

/** Where to look for the evidence. */
export interface Failing {
  readonly failures: readonly FailureGroup[];
  readonly taskDefinitionArn: string | undefined;
  readonly service: Service | undefined;
}

/** Collects the evidence of one deployment, and keeps what has been seen: AWS forgets. */
export interface EvidenceReader {
  collect(failing: Failing): Promise<CollectedEvidence>;
}

/** The awslogs driver sends its lines some seconds later, so that a log is read more than once. */
const READS_OF_A_LOG = 4;
const LINES = 50;
const LONGEST_LINE = 2000;

export function createEvidenceReader(aws: Aws, ref: ServiceRef, signal: AbortSignal): EvidenceReader {
  let definition: TaskDefinition | undefined;
  let lastLines: LastLines | undefined;
  let readsOfLog = { taskId: '', count: 0 };
  let targets: readonly UnhealthyTarget[] = [];

  async function readDefinition(arn: string): Promise<void> {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: arn });
    const answer = await aws.ecs(ref, 'visible').send(command, { abortSignal: signal });
    definition = answer.taskDefinition;
  }

  async function readLog(container: string, taskId: string, source: LogSource): Promise<void> {
    lastLines = (await readLastLines(aws, ref, { container, taskId, source, signal })) ?? lastLines;
  }

  async function readTargets(targetGroups: readonly string[]): Promise<void> {
    const answers = await Promise.all(
      targetGroups.map(async (targetGroup) => {
        const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup });
        const answer = await aws.elb(ref, 'visible').send(command, { abortSignal: signal });
        return unhealthyTargets(targetGroup, answer.TargetHealthDescriptions ?? []);
      }),
    );
    const unhealthy = answers.flat();
    // Once ECS rolls back, the targets no longer exist, so the earlier reading counts.
    if (unhealthy.length > 0) targets = unhealthy;
  }

  function logToRead({ failures }: Failing): (() => Promise<void>) | undefined {
    const failure = failures.find(({ kind, taskId }) => taskId !== undefined && hasRun(kind));
    const containers = definition?.containerDefinitions ?? [];
    const container =
      containers.find(({ name }) => name === failure?.container) ??
      containers.find(({ essential }) => essential !== false);
    if (failure?.taskId === undefined || container === undefined) return undefined;
    const { taskId } = failure;
    const source = logSourceOf(container, { id: taskId });
    if (source === undefined) return undefined;
    if (readsOfLog.taskId === taskId && readsOfLog.count >= READS_OF_A_LOG) return undefined;
    readsOfLog = { taskId, count: readsOfLog.taskId === taskId ? readsOfLog.count + 1 : 1 };
    return () => readLog(container.name ?? '', taskId, source);
  }

  return {
    async collect(failing) {
      const gaps: (string | undefined)[] = [];
      const { taskDefinitionArn, service } = failing;
      if (definition === undefined && taskDefinitionArn !== undefined) {
        gaps.push(await gapOf('The task definition', () => readDefinition(taskDefinitionArn)));
      }
      const log = logToRead(failing);
      if (log !== undefined) gaps.push(await gapOf('The last log lines', log));
      const targetGroups = targetGroupsOf(service);
      if (targetGroups.length > 0) {
        gaps.push(await gapOf('The health of the targets', () => readTargets(targetGroups)));
      }
      return {
        targets,
        gaps: gaps.filter((gap) => gap !== undefined),
        ...(definition === undefined ? {} : { definition }),
        ...(lastLines === undefined ? {} : { lastLines }),
      };
    },
  };
}

interface LoggedContainer {
  readonly container: string;
  readonly taskId: string;
  readonly source: LogSource;
  readonly signal: AbortSignal;
}

/** The last lines of a container of a task (GetLogEvents); undefined where it has written none yet. */
export async function readLastLines(
  aws: Pick<Aws, 'logs'>,
  ref: Scope,
  { container, taskId, source, signal }: LoggedContainer,
): Promise<LastLines | undefined> {
  const { logGroup, logStream, region = ref.region } = source;
  const command = new GetLogEventsCommand({
    logGroupName: logGroup,
    logStreamName: logStream,
    limit: LINES,
    startFromHead: false,
  });
  const logs = aws.logs({ account: ref.account, region }, 'visible');
  const { events = [] } = await logs.send(command, { abortSignal: signal });
  if (events.length === 0) return undefined;
  const lines = events.map(({ timestamp, message = '' }) => ({
    ...(timestamp === undefined ? {} : { at: new Date(timestamp).toISOString() }),
    text: plainText(message).trimEnd().slice(0, LONGEST_LINE),
  }));
  const consoleUrl = logStreamConsoleUrl(region, logGroup, logStream);
  return { container, taskId, logGroup, logStream, consoleUrl, lines };
}

/** Failures after which a container can have written something. */
function hasRun(kind: FailureKind | undefined): boolean {
  return (
    kind === 'crashed' ||
    kind === 'out-of-memory' ||
    kind === 'container-health' ||
    kind === 'load-balancer-health' ||
    kind === 'other'
  );
}

/** What could not be read, as a sentence. Missing evidence must neither end the watch nor hide the rest. */
async function gapOf(what: string, read: () => Promise<void>): Promise<string | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    if (error.code === 'AUTH_REQUIRED' || error.code === 'CANCELLED') throw error;
    return `${what} could not be read: ${error.message}`;
  }
}

/** States in which a target is as it should be, or is on its way there or out. */
const NOTHING_WRONG: ReadonlySet<string> = new Set(['healthy', 'initial', 'draining', 'unused']);

/** The ARNs of the target groups of a service, those for its other colour too. */
function targetGroupsOf(service: Service | undefined): readonly string[] {
  const groups = (service?.loadBalancers ?? []).flatMap(({ targetGroupArn, advancedConfiguration }) => [
    targetGroupArn,
    advancedConfiguration?.alternateTargetGroupArn,
  ]);
  return [...new Set(groups.filter((arn) => arn !== undefined))];
}

/** The targets of a group that get no requests, with the reason in Elastic Load Balancing's own messages. */
function unhealthyTargets(
  targetGroupArn: string,
  descriptions: readonly TargetHealthDescription[],
): readonly UnhealthyTarget[] {
  return descriptions.flatMap(({ Target, TargetHealth }) => {
    const state = TargetHealth?.State ?? '';
    if (NOTHING_WRONG.has(state)) return [];
    const reason = TargetHealth?.Description ?? TargetHealth?.Reason;
    return [
      {
        targetGroup: nameOfTargetGroup(targetGroupArn),
        target: [Target?.Id, Target?.Port].filter((part) => part !== undefined).join(':'),
        state,
        ...(reason === undefined ? {} : { reason }),
      },
    ];
  });
}

/** `web` of `arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/0123456789abcdef`. */
function nameOfTargetGroup(arn: string): string {
  return arn.split('/').at(1) ?? arn;
}
