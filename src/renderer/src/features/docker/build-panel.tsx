import { useState } from 'react';
import { z } from 'zod';
import type { Scope } from '../../../../shared/model/account.ts';
import { discardDraft } from '../../lib/drafts.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { useReportBusy } from '../../lib/use-report-busy.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { type BuildChoice, BuildForm } from './build-form.tsx';
import { BuildLog } from './build-log.tsx';
import { BUILD_TEXT } from './docker-text.ts';
import { FolderField } from './folder-field.tsx';
import { PushOutcome } from './push-outcome.tsx';
import type { DeployTarget } from './rule-refusals.ts';
import { useBuild } from './use-build.ts';
import { usePush } from './use-push.ts';

interface BuildPanelProps {
  readonly scope: Scope;
  /** What the image is built for. */
  readonly deployTo: DeployTarget;
  /** Where what is typed is kept until it was built and pushed. */
  readonly draftKey: string;
  /** The repository that is proposed, if the container's image comes from one. */
  readonly repository: string | undefined;
  /** What the service runs on. */
  readonly wantedPlatform?: string | undefined;
  /** The image of the container now. */
  readonly runningImage?: string | undefined;
  readonly onPushed: (reference: string) => void;
  readonly onBusyChange: (busy: string | undefined) => void;
}

/** Builds an image from a folder of this machine and pushes it. */
export function BuildPanel(props: BuildPanelProps) {
  const { scope, deployTo, draftKey, repository, wantedPlatform, runningImage, onPushed, onBusyChange } =
    props;
  const [path, setPath, forgetPath] = useDraft({ key: draftKey, shape: z.string(), initial: '' });
  const [folder, setFolder] = useState(path.trim());
  const offer = useEngineQuery('docker.folder', { folder }, { enabled: folder !== '' });
  const formKey = `${draftKey}.form`;
  const build = useBuild();
  const push = usePush(scope);
  const building = build.current.state === 'running';
  const pushing = push.current.state === 'running';
  useReportBusy(onBusyChange, busySentence(building, pushing));

  const start = async ({ alsoTag, ...choice }: BuildChoice): Promise<void> => {
    push.cancel();
    const { account, region } = scope;
    const wanted = {
      ...(wantedPlatform === undefined ? {} : { wantedPlatform }),
      ...(runningImage === undefined ? {} : { runningImage }),
    };
    const built = await build.start({ folder, account, region, ...wanted, ...choice });
    if (!built) return;
    const pushed = await push.start(built.name, choice);
    if (!pushed) return;
    // Where the second tag is refused, nothing is deployed: whoever asked for it reads why first.
    if (alsoTag !== undefined && !(await push.start(built.name, { ...choice, tag: alsoTag }))) return;
    forgetPath();
    discardDraft(formKey);
    discardDraft(`${formKey}.tag`);
    onPushed(pushed.image);
  };
  const stop = (): void => {
    build.cancel();
    push.cancel();
  };

  return (
    <>
      <FolderField
        typed={{ text: path, onChange: setPath }}
        onFolder={setFolder}
        disabled={building || pushing}
      />
      {offer.isLoading && <LoadingRows what={BUILD_TEXT.loadingFolder} rows={2} height={30} />}
      {offer.isError && <ErrorNotice error={offer.error} onRetry={() => void offer.refetch()} />}
      {offer.data?.dockerfiles.length === 0 && (
        <EmptyState title={BUILD_TEXT.noDockerfile}>{BUILD_TEXT.noDockerfileHelp}</EmptyState>
      )}
      {offer.data && offer.data.dockerfiles.length > 0 && (
        <BuildForm
          key={offer.data.folder}
          scope={scope}
          deployTo={deployTo}
          draftKey={formKey}
          offer={offer.data}
          repository={repository}
          wantedPlatform={wantedPlatform}
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
  if (building) return BUILD_TEXT.building;
  if (pushing) return BUILD_TEXT.pushing;
  return undefined;
}
