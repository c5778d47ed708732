import { useEffect, useRef, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { useReportBusy } from '../../lib/use-report-busy.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { BuildForm } from './build-form.tsx';
import styles from './build-log.module.css';
import { BUILD_TEXT } from './docker-text.ts';
import { FolderField } from './folder-field.tsx';
import { PushOutcome } from './push-outcome.tsx';
import { type BuildProgress, useBuild } from './use-build.ts';
import { usePush } from './use-push.ts';

interface BuildPanelProps {
  readonly scope: Scope;
  /** The repository that is proposed, if the container's image comes from one. */
  readonly repository: string | undefined;
  readonly onPushed: (reference: string) => void;
  readonly onBusyChange: (busy: string | undefined) => void;
}

/** Builds an image from a folder of this machine and pushes it. */
export function BuildPanel({ scope, repository, onPushed, onBusyChange }: BuildPanelProps) {
  const [folder, setFolder] = useState('');
  const offer = useEngineQuery('docker.folder', { folder }, { enabled: folder !== '' });
  const build = useBuild();
  const push = usePush(scope);
  const building = build.current.state === 'running';
  const pushing = push.current.state === 'running';
  useReportBusy(onBusyChange, busySentence(building, pushing));

  const start = async (choice: {
    readonly dockerfile: string;
    readonly repository: string;
    readonly tag: string;
  }): Promise<void> => {
    push.cancel();
    const { account, region } = scope;
    const built = await build.start({ folder, account, region, ...choice });
    if (!built) return;
    const pushed = await push.start(built.name, choice);
    if (pushed) onPushed(pushed.image);
  };
  const stop = (): void => {
    build.cancel();
    push.cancel();
  };

  return (
    <>
      <FolderField onFolder={setFolder} disabled={building || pushing} />
      {offer.isLoading && <LoadingRows what="the folder" rows={2} height={30} />}
      {offer.isError && <ErrorNotice error={offer.error} onRetry={() => void offer.refetch()} />}
      {offer.data?.dockerfiles.length === 0 && (
        <EmptyState title="No Dockerfile in this folder">
          Choose the folder that contains the Dockerfile. It is also the build context.
        </EmptyState>
      )}
      {offer.data && offer.data.dockerfiles.length > 0 && (
        <BuildForm
          key={offer.data.folder}
          scope={scope}
          offer={offer.data}
          repository={repository}
          running={building || pushing}
          onStart={(choice) => void start(choice)}
          onStop={stop}
        />
      )}
      <BuildLog progress={build.progress} />
      {build.current.state === 'failed' && <ErrorNotice error={build.current.error} />}
      <PushOutcome push={push} />
    </>
  );
}

function busySentence(building: boolean, pushing: boolean): string | undefined {
  if (building) return 'A build is in progress.';
  if (pushing) return 'A push is in progress.';
  return undefined;
}

/** The step of a build and the end of its log, which follows what comes. */
function BuildLog({ progress }: { readonly progress: BuildProgress }) {
  const { context, step, lines, dropped } = progress;
  const log = useRef<HTMLPreElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what it follows
  useEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [lines]);

  return (
    <div>
      {context && !step && (
        <p className={styles.step} role="status">
          {BUILD_TEXT.context(context)}
        </p>
      )}
      {step && (
        <p className={styles.step} role="status">
          Step {step.step} of {step.of} <span className={styles.instruction}>{step.instruction}</span>
        </p>
      )}
      {lines.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <pre ref={log} className={styles.log} role="log" tabIndex={0} aria-label="Build log">
          {dropped > 0 ? `… ${dropped} earlier lines\n` : ''}
          {lines.join('\n')}
        </pre>
      )}
    </div>
  );
}
