import { Button, Group, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { z } from 'zod';
import type { Project } from '../../../../shared/model/project.ts';
import { useProjects } from '../../lib/projects.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Mono } from '../../ui/mono.tsx';
import styles from './settings.module.css';
import { PROJECTS_TEXT } from './settings-text.ts';

/** The repositories whose slipway.yml the window reads: their environments, and what is wrong with a file. */
export function ProjectsCard() {
  const projects = useProjects();
  return (
    <Card title={PROJECTS_TEXT.title}>
      <CardBody>
        <p className={styles.file}>{PROJECTS_TEXT.about}</p>
        {projects.error ? (
          <ErrorNotice error={projects.error} onRetry={() => void projects.refetch()} />
        ) : null}
        <ul className={styles.projects} aria-label={PROJECTS_TEXT.title}>
          {projects.data?.map((project) => (
            <ProjectRow key={project.folder} project={project} />
          ))}
        </ul>
        <AddProject />
      </CardBody>
    </Card>
  );
}

function ProjectRow({ project }: { readonly project: Project }) {
  const { folder, file, problem, environments } = project;
  const remove = useEngineChange('environments.removeProject');
  const show = useShowProjects();
  return (
    <li className={styles.project}>
      <div className={styles.projectFacts}>
        <Mono>{file ?? folder}</Mono>
        {problem === undefined ? (
          <p className={styles.file}>
            {environments.map(environmentLabel).join(' · ') || PROJECTS_TEXT.none}
          </p>
        ) : (
          <p className={styles.problem}>{problem}</p>
        )}
        {remove.error ? <ErrorNotice error={remove.error} /> : null}
      </div>
      <Button
        size="compact-xs"
        aria-label={PROJECTS_TEXT.removeOf(folder)}
        loading={remove.isPending}
        onClick={() => remove.mutate({ folder }, { onSuccess: show })}
      >
        {PROJECTS_TEXT.remove}
      </Button>
    </li>
  );
}

function AddProject() {
  const [folder, setFolder] = useDraft({ key: 'project-folder', shape: z.string(), initial: '' });
  const info = useEngineQuery('app.info', {}, { staleMs: Number.POSITIVE_INFINITY });
  const chooser = useEngineChange('app.chooseFolder');
  const add = useEngineChange('environments.addProject');
  const show = useShowProjects();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const onSuccess = (projects: readonly Project[]): void => {
      setFolder('');
      show(projects);
    };
    if (folder.trim() !== '') add.mutate({ folder: folder.trim() }, { onSuccess });
  };
  const choose = (): void =>
    chooser.mutate({}, { onSuccess: (chosen) => setFolder(chosen.folder ?? folder) });
  const error = add.error ?? chooser.error;
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="xs">
        <TextInput
          flex={1}
          label={PROJECTS_TEXT.folder}
          placeholder={PROJECTS_TEXT.example}
          value={folder}
          onChange={(event) => setFolder(event.currentTarget.value)}
          spellCheck={false}
          autoComplete="off"
        />
        {info.data?.nativeDialogs === true && (
          <Button onClick={choose} loading={chooser.isPending}>
            {PROJECTS_TEXT.choose}
          </Button>
        )}
        <Button type="submit" loading={add.isPending} disabled={folder.trim() === ''}>
          {PROJECTS_TEXT.add}
        </Button>
      </Group>
      {error ? <ErrorNotice error={error} /> : null}
    </form>
  );
}

/** Shows the answer of a change, and the roles among the accounts. */
function useShowProjects(): (projects: readonly Project[]) => void {
  const cache = useQueryClient();
  return (projects) => {
    cache.setQueryData(['environments.projects', {}], projects);
    for (const method of ['accounts.list', 'environments.of'])
      void cache.invalidateQueries({ queryKey: [method] });
  };
}

function environmentLabel({ name, account, cluster, region }: Project['environments'][number]): string {
  const place = [account?.replace(/^profile:/, ''), region, cluster].filter((part) => part !== undefined);
  return `${name}: ${account === undefined ? PROJECTS_TEXT.noAccount : place.join(', ')}`;
}
