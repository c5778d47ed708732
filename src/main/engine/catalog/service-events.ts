import type { Deployment, Service, ServiceEvent } from '@aws-sdk/client-ecs';

/** The newest event of a service with these words, not before `since`. ECS keeps the last hundred, newest first. */
export function latestEvent(service: Service, words: RegExp, since?: Date): ServiceEvent | undefined {
  return eventsSince(service, since).find(({ message = '' }) => words.test(message));
}

function eventsSince({ events = [] }: Service, since: Date | undefined): readonly ServiceEvent[] {
  return since === undefined ? events : events.filter(({ createdAt }) => (createdAt ?? 0) >= since);
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Events of the last hour that came after the newest deployment had completed. */
function eventsAfterDeployment(
  service: Service,
  primary: Deployment | undefined,
  now: Date,
): readonly ServiceEvent[] {
  const completed = latestEvent(service, /deployment completed/i)?.createdAt ?? primary?.createdAt;
  const hourAgo = new Date(now.getTime() - HOUR_MS);
  const since = completed === undefined || completed < hourAgo ? hourAgo : completed;
  return eventsSince(service, since);
}

/** Tasks that failed health checks in the last hour, after the deployment. */
export interface FailedHealthChecks {
  readonly tasks: number;
  readonly minutes: number;
  /** Name of the target group whose checks failed; missing where the container's own did. */
  readonly targetGroup?: string | undefined;
}

const FAILED_CHECK = /failed container health checks|is unhealthy in \((?:target-group|elb) /i;

export function failedHealthChecks(
  service: Service,
  primary: Deployment | undefined,
  now: Date,
): FailedHealthChecks {
  const failed = eventsAfterDeployment(service, primary, now).filter(({ message = '' }) =>
    FAILED_CHECK.test(message),
  );
  const [newest] = failed;
  const targetGroup = /\(target-group [^()]*?targetgroup\/([^/)]+)/.exec(newest?.message ?? '')?.[1];
  return { tasks: failed.length, minutes: minutesSince(failed.at(-1), now), targetGroup };
}

/** How often tasks were started after others had been stopped, or the other way round, in the last hour. */
export function changesOfDesiredCount(
  service: Service,
  primary: Deployment | undefined,
  now: Date,
): { readonly changes: number; readonly minutes: number } {
  const events = eventsAfterDeployment(service, primary, now);
  // Tasks that are replaced because they fail are started again too.
  if (events.some(({ message = '' }) => FAILED_CHECK.test(message))) return { changes: 0, minutes: 0 };
  const moves = events.flatMap((event) => {
    const move = /has (started|stopped) \d+ (?:running )?tasks/.exec(event.message ?? '')?.[1];
    return move === undefined ? [] : [{ move, event }];
  });
  const changes = moves.filter(
    ({ move }, index) => move !== moves[index + 1]?.move && index + 1 < moves.length,
  );
  return { changes: changes.length, minutes: minutesSince(moves.at(-1)?.event, now) };
}

/** At least one. */
function minutesSince(event: ServiceEvent | undefined, now: Date): number {
  if (event?.createdAt === undefined) return 0;
  return Math.max(1, Math.ceil((now.getTime() - event.createdAt.getTime()) / MINUTE_MS));
}
