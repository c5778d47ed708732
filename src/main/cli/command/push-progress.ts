import type { BuildEvent, PushEvent, PushLayer, TransferSpeed } from '../../../shared/model/docker.ts';
import type { Output } from './output.ts';
import { durationText } from './time-text.ts';

const MEGABYTE = 1_000_000;
/** A line of progress after each part of this size, where there is no terminal. */
const PARTS = 10;

export function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1);
}

/** Such as `512.0 of 1000.0 MB, 84.1 MB/s, about 6 s left`, without what can't be told. */
export function transferText({
  sentBytes,
  totalBytes,
  bytesPerSecond,
  secondsLeft,
}: TransferSpeed & { readonly sentBytes: number; readonly totalBytes?: number | undefined }): string {
  return [
    totalBytes === undefined
      ? `${megabytes(sentBytes)} MB`
      : `${megabytes(sentBytes)} of ${megabytes(totalBytes)} MB`,
    ...(bytesPerSecond === undefined ? [] : [`${megabytes(bytesPerSecond)} MB/s`]),
    ...(secondsLeft === undefined ? [] : [`about ${durationText(secondsLeft * 1000)} left`]),
  ].join(', ');
}

type ProgressOutput = Pick<Output, 'progress' | 'note'>;

/** Shows how far a transfer is: on the last line of the terminal, or else as a line for each tenth of it. */
export function createProgress(output: ProgressOutput): (text: string, share: number | undefined) => void {
  let told = 0;
  return (text, share = 0) => {
    const part = Math.floor(share * PARTS);
    if (output.progress(text) || part <= told) return;
    told = part;
    output.note(text);
  };
}

/** Shows the log of a build, and before it what of the folder has been sent. */
export function createBuildReport(output: ProgressOutput): (event: BuildEvent) => void {
  return (event) => {
    if (event.kind === 'context') {
      const { files, bytes, bytesPerSecond } = event;
      output.progress(
        `Sending the folder to Docker: ${files} files, ${transferText({ sentBytes: bytes, bytesPerSecond })}`,
      );
    }
    for (const line of buildLines(event)) output.note(line);
  };
}

/** Shows the layers of a push, and how far it is. */
export function createPushReport(output: ProgressOutput): (event: PushEvent) => void {
  const linesOf = createPushLines();
  const show = createProgress(output);
  return (event) => {
    for (const line of linesOf(event)) output.note(line);
    const { layers, sentBytes, totalBytes = 0, bytesPerSecond } = event;
    const there = layers.filter(({ state }) => ['pushed', 'exists', 'mounted'].includes(state)).length;
    // A push that is over in a moment has no lines.
    const share = bytesPerSecond === undefined || totalBytes === 0 ? undefined : sentBytes / totalBytes;
    show(`${there} of ${layers.length} layers, ${transferText(event)}`, share);
  };
}

/** The lines of a build event. */
function buildLines(event: BuildEvent): readonly string[] {
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
function createPushLines(): (event: PushEvent) => readonly string[] {
  const printed = new Map<string, string>();
  return ({ layers }) =>
    layers.flatMap((layer) => {
      const text = layerText(layer);
      if (printed.get(layer.id) === layer.state) return [];
      printed.set(layer.id, layer.state);
      return text === undefined ? [] : [`Layer ${layer.id}: ${text}`];
    });
}

function layerText({ state, retryInSeconds }: PushLayer): string | undefined {
  switch (state) {
    case 'waiting':
    case 'pushing':
      return undefined;
    case 'retrying':
      return `failed, retrying${retryInSeconds === undefined ? '' : ` in ${retryInSeconds} s`}`;
    case 'exists':
      return 'in the repository already';
    case 'mounted':
      return 'taken from another repository';
    case 'pushed':
      return 'pushed';
  }
}
