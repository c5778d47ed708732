import { useState } from 'react';
import { assertNever } from '../../../../shared/assert-never.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Repository } from '../../../../shared/model/image.ts';
import { repositoryOf } from '../../lib/deployable-reference.ts';
import { BuildPanel } from '../docker/build-panel.tsx';
import { DockerGate } from '../docker/docker-gate.tsx';
import { LocalImagePanel } from '../docker/local-image-panel.tsx';
import { RepositorySelect, useRepositories } from '../images/repository-select.tsx';
import { TagPicker } from '../images/tag-picker.tsx';
import type { ContainerChoice } from './container-choice.ts';

interface OriginPanelProps {
  readonly scope: Scope;
  readonly choice: ContainerChoice;
  /** Told the image reference to deploy, or nothing when a choice was taken back. */
  readonly onChoose: (image: string | undefined) => void;
  readonly onBusyChange: (busy: string | undefined) => void;
}

/** Where the new image of a container is chosen, built or pushed. */
export function OriginPanel({ scope, choice, onChoose, onBusyChange }: OriginPanelProps) {
  const repositories = useRepositories(scope);
  const own = repositories.data && repositoryOf(choice.current, repositories.data);

  switch (choice.origin) {
    case 'keep':
      return null;
    case 'tag':
      return <TagPanel scope={scope} own={own} onChoose={onChoose} />;
    case 'local':
      return (
        <DockerGate>
          <LocalImagePanel
            scope={scope}
            repository={own?.name}
            onPushed={onChoose}
            onBusyChange={onBusyChange}
          />
        </DockerGate>
      );
    case 'build':
      return (
        <DockerGate>
          <BuildPanel scope={scope} repository={own?.name} onPushed={onChoose} onBusyChange={onBusyChange} />
        </DockerGate>
      );
    default:
      return assertNever(choice.origin);
  }
}

interface TagPanelProps {
  readonly scope: Scope;
  /** The repository that the container's image comes from today. */
  readonly own: Repository | undefined;
  readonly onChoose: (image: string | undefined) => void;
}

function TagPanel({ scope, own, onChoose }: TagPanelProps) {
  const [other, setOther] = useState<Repository>();
  const repository = other ?? own;
  return (
    <>
      <RepositorySelect
        scope={scope}
        value={repository?.name}
        onChange={(chosen) => {
          setOther(chosen);
          onChoose(undefined);
        }}
      />
      {repository && (
        <TagPicker key={repository.name} scope={scope} repository={repository} onChoose={onChoose} />
      )}
    </>
  );
}
