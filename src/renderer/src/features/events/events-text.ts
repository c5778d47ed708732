/** The sentences of the events of a service. */
export const EVENTS_TEXT = {
  title: 'Events',
  none: 'No events yet',
  time: 'Time',
  event: 'Event',
} as const;
