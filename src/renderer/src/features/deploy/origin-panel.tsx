import { useState } from 'react';
import { assertNever } from '../../../../shared/assert-never.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Repository } from '../../../../shared/model/image.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { pinnedAs, repositoryOf } from '../../lib/deployable-reference.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { usePinned } from '../../lib/use-pinned.ts';
import { BuildPanel } from '../docker/build-panel.tsx';
import { DockerGate } from '../docker/docker-gate.tsx';
import { LocalImagePanel } from '../docker/local-image-panel.tsx';
import type { RunningImage } from '../images/image-search.ts';
import { RepositorySelect, useRepositories } from '../images/repository-select.tsx';
import { TagPicker, type TypedSearch } from '../images/tag-picker.tsx';
import type { ContainerChoice } from './container-choice.ts';

interface OriginPanelProps {
  readonly scope: Scope;
  /** The service that it is for, as its choices are remembered. */
  readonly service: ServiceRef;
  readonly choice: ContainerChoice;
  readonly running: RunningImage;
  readonly isFocused: boolean;
  /** Told the image reference to deploy, or nothing when a choice was taken back. */
  readonly onChoose: (image: string | undefined) => void;
  readonly onSearch: (search: string) => void;
  readonly onBusyChange: (busy: string | undefined) => void;
}

/** Where the new image of a container is chosen, built or pushed. */
export function OriginPanel(props: OriginPanelProps) {
  const { scope, service, choice, running, isFocused, onChoose, onSearch, onBusyChange } = props;
  const [pinned] = usePinned(service);
  const onPushed = (image: string): void => onChoose(pinnedAs(image, pinned));
  const { account, region, cluster, service: name } = service;
  const container = [account, region, cluster, name, choice.container].join('/');
  const deployTo = { service, container: choice.container };
  const repositories = useRepositories(scope);
  const settings = useEngineQuery(
    'services.settings',
    { account, region, cluster, service: name },
    { staleMs: 60_000, enabled: choice.origin === 'build' },
  );
  const own = repositories.data && repositoryOf(choice.current, repositories.data);

  switch (choice.origin) {
    case 'keep':
      return null;
    case 'tag':
      return (
        <TagPanel
          scope={scope}
          service={service}
          own={own}
          chosen={choice.image}
          running={running}
          isFocused={isFocused}
          search={{ text: choice.search ?? '', onChange: onSearch }}
          onChoose={onChoose}
        />
      );
    case 'local':
      return (
        <DockerGate>
          <LocalImagePanel
            scope={scope}
            deployTo={deployTo}
            draftKey={`push.${container}`}
            repository={own?.name}
            onPushed={onPushed}
            onBusyChange={onBusyChange}
          />
        </DockerGate>
      );
    case 'build':
      return (
        <DockerGate>
          <BuildPanel
            scope={scope}
            deployTo={deployTo}
            draftKey={`build.${container}`}
            repository={own?.name}
            wantedPlatform={settings.data?.buildPlatform}
            runningImage={choice.current}
            onPushed={onPushed}
            onBusyChange={onBusyChange}
          />
        </DockerGate>
      );
    default:
      return assertNever(choice.origin);
  }
}

interface TagPanelProps {
  readonly scope: Scope;
  readonly service: ServiceRef;
  /** The repository that the container's image comes from today. */
  readonly own: Repository | undefined;
  readonly chosen: string | undefined;
  readonly running: RunningImage;
  readonly isFocused: boolean;
  readonly search: TypedSearch;
  readonly onChoose: (image: string | undefined) => void;
}

function TagPanel({ scope, service, own, chosen, running, isFocused, search, onChoose }: TagPanelProps) {
  const [other, setOther] = useState<Repository>();
  const repository = other ?? own;
  return (
    <TagPicker
      scope={scope}
      service={service}
      repository={repository}
      chosen={chosen}
      running={repository === own ? running : undefined}
      isFocused={isFocused}
      search={search}
      onChoose={onChoose}
      takesAnyImage
    >
      <RepositorySelect
        scope={scope}
        value={repository?.name}
        onChange={(next) => {
          setOther(next);
          onChoose(undefined);
        }}
      />
    </TagPicker>
  );
}
