import { Button, Group, Select } from '@mantine/core';
import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { BuildFolder } from '../../../../shared/model/docker.ts';
import { shortCommit } from '../../lib/image-labels.ts';
import { Mono } from '../../ui/mono.tsx';
import { Tag } from '../../ui/tag.tsx';
import { RepositorySelect } from '../images/repository-select.tsx';
import { isTag, TagField } from './tag-field.tsx';

interface BuildFormProps {
  readonly scope: Scope;
  readonly offer: BuildFolder;
  readonly repository: string | undefined;
  readonly running: boolean;
  readonly onStart: (choice: {
    readonly dockerfile: string;
    readonly repository: string;
    readonly tag: string;
  }) => void;
  readonly onStop: () => void;
}

/** What to build and where to push it, proposed from what the folder offers. */
export function BuildForm({ scope, offer, repository, running, onStart, onStop }: BuildFormProps) {
  const [dockerfile, setDockerfile] = useState(offer.dockerfiles[0]);
  const [chosen, setChosen] = useState<string>();
  // The proposal may come after the person has begun.
  const target = chosen ?? repository;
  const [tag, setTag] = useState(offer.suggestedTag);

  return (
    <>
      <GitLine offer={offer} />
      <Group grow align="flex-start" gap="md">
        <Select
          label="Dockerfile"
          data={offer.dockerfiles}
          value={dockerfile ?? null}
          onChange={(next) => setDockerfile(next ?? undefined)}
          allowDeselect={false}
          disabled={running}
        />
        <RepositorySelect
          scope={scope}
          value={target}
          onChange={({ name }) => setChosen(name)}
          disabled={running}
        />
        <TagField value={tag} onChange={setTag} disabled={running} />
      </Group>
      <Group>
        {running ? (
          <Button onClick={onStop}>Stop</Button>
        ) : (
          <Button
            disabled={dockerfile === undefined || target === undefined || !isTag(tag)}
            onClick={() => {
              if (dockerfile !== undefined && target !== undefined) {
                onStart({ dockerfile, repository: target, tag });
              }
            }}
          >
            Build and push
          </Button>
        )}
      </Group>
    </>
  );
}

function GitLine({ offer: { git, gitProblem } }: { readonly offer: BuildFolder }) {
  if (!git) {
    return (
      <span style={{ color: 'var(--soft)' }}>
        {gitProblem ?? 'Not a git repository: the tag is the current time.'}
      </span>
    );
  }
  return (
    <span style={{ color: 'var(--soft)' }}>
      Commit <Mono>{shortCommit(git.commit)}</Mono>
      {git.branch !== undefined && ` on ${git.branch}`}{' '}
      {git.dirty && <Tag kind="warning">uncommitted changes</Tag>}
    </span>
  );
}
