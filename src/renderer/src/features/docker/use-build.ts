import { useState } from 'react';
import type { BuildEvent, BuiltImage } from '../../../../shared/model/docker.ts';
import { type StreamState, useEngineStream } from '../../lib/streams.ts';
import type { ChosenOptions } from './build-options.ts';
import type { SentContext } from './docker-text.ts';

/** Lines of the log that stay on the screen; older ones are counted. */
const SHOWN_LINES = 500;

export interface BuildProgress {
  /** What of the folder has been sent; undefined where it has not begun, or BuildKit sends it. */
  readonly context: SentContext | undefined;
  readonly step: { readonly step: number; readonly of: number; readonly instruction: string } | undefined;
  readonly lines: readonly string[];
  readonly dropped: number;
}

const NOTHING: BuildProgress = { context: undefined, step: undefined, lines: [], dropped: 0 };

interface BuildInput extends ChosenOptions {
  readonly folder: string;
  /** Whose ECR base images may come from. */
  readonly account: string;
  readonly region: string;
  readonly dockerfile: string;
  readonly repository: string;
  readonly tag: string;
  readonly wantedPlatform?: string;
  readonly runningImage?: string;
}

export interface Build {
  readonly current: StreamState<'docker.build'>;
  readonly progress: BuildProgress;
  /** Answers nothing when it failed or was cancelled. */
  readonly start: (input: BuildInput) => Promise<BuiltImage | undefined>;
  readonly cancel: () => void;
}

/** A build by the Docker Engine, with its step and its log. */
export function useBuild(): Build {
  const [progress, setProgress] = useState(NOTHING);
  const stream = useEngineStream('docker.build', {
    onEvent: (event) => setProgress((before) => afterBuildEvent(before, event)),
  });
  return {
    current: stream.current,
    progress,
    start: (input) => {
      setProgress(NOTHING);
      return stream.start(input);
    },
    cancel: () => stream.cancel(),
  };
}

/** The progress after an event. Only the end of a long log is kept. */
function afterBuildEvent(progress: BuildProgress, event: BuildEvent): BuildProgress {
  if (event.kind === 'context') return { ...progress, context: event };
  if (event.kind === 'step') return { ...progress, step: event };
  const lines = [...progress.lines, ...event.lines];
  const overflow = Math.max(0, lines.length - SHOWN_LINES);
  return {
    ...progress,
    lines: lines.slice(overflow),
    dropped: progress.dropped + event.dropped + overflow,
  };
}
