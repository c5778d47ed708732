import type { LifecycleEvent, LifecycleEventStatus } from '@aws-sdk/client-codedeploy';

const EVENTS = [
  'BeforeInstall',
  'Install',
  'AfterInstall',
  'BeforeAllowTraffic',
  'AllowTraffic',
  'AfterAllowTraffic',
] as const;
export type EventName = (typeof EVENTS)[number];

/** The events of a deployment to ECS, none of them started. Test traffic has none here. */
export function newLifecycle(): readonly LifecycleEvent[] {
  return EVENTS.map((lifecycleEventName) => ({ lifecycleEventName, status: 'Pending' }));
}

/** The events up to `name` have succeeded. Hooks take no time: their functions are not called. */
export function passedUpTo(
  events: readonly LifecycleEvent[],
  name: EventName,
  at: Date,
): readonly LifecycleEvent[] {
  const last = events.findIndex((event) => event.lifecycleEventName === name);
  return events.map((event, index) =>
    index > last || event.status === 'Succeeded' ? event : ended(event, 'Succeeded', at),
  );
}

/** The events before `name` have succeeded, and it is in progress. */
export function atEvent(
  events: readonly LifecycleEvent[],
  name: EventName,
  at: Date,
): readonly LifecycleEvent[] {
  const place = events.findIndex((event) => event.lifecycleEventName === name);
  return events.map((event, index) => {
    if (index > place || event.status === 'Succeeded') return event;
    return index < place
      ? ended(event, 'Succeeded', at)
      : { ...event, status: 'InProgress', startTime: event.startTime ?? at };
  });
}

/** What was in progress has failed, and what was still to come is skipped. */
export function interrupted(events: readonly LifecycleEvent[], at: Date): readonly LifecycleEvent[] {
  return events.map((event) => {
    if (event.status === 'InProgress') return ended(event, 'Failed', at);
    return event.status === 'Pending' ? { ...event, status: 'Skipped' } : event;
  });
}

function ended(event: LifecycleEvent, status: LifecycleEventStatus, at: Date): LifecycleEvent {
  return { ...event, status, startTime: event.startTime ?? at, endTime: at };
}
