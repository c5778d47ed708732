import type { BuildEvent, PushEvent, PushLayer } from '../../../shared/model/docker.ts';

/** The lines of a build event. */
export function buildLines(event: BuildEvent): readonly string[] {
  switch (event.kind) {
    case 'context':
    // The log has the line of each step too.
    case 'step':
      return [];
    case 'log':
      return event.dropped === 0 ? event.lines : [`(${event.dropped} lines left out)`, ...event.lines];
  }
}

/** The lines of the events of one push: one for each layer that is done, and one for each time that it is sent again. */
export function createPushLines(): (event: PushEvent) => readonly string[] {
  const printed = new Map<string, string>();
  return ({ layers }) =>
    layers.flatMap((layer) => {
      const text = layerText(layer);
      if (printed.get(layer.id) === layer.state) return [];
      printed.set(layer.id, layer.state);
      return text === undefined ? [] : [`Layer ${layer.id}: ${text}`];
    });
}

function layerText({ state }: PushLayer): string | undefined {
  switch (state) {
    case 'waiting':
    case 'pushing':
      return undefined;
    case 'retrying':
      return 'failed, is sent again';
    case 'exists':
      return 'in the repository already';
    case 'mounted':
      return 'taken from another repository';
    case 'pushed':
      return 'pushed';
  }
}
