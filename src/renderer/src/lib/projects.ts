import type { Project } from '../../../shared/model/project.ts';
import { useEngineQuery } from './queries.ts';

const READ_AGAIN_MS = 30_000;

export type EnvironmentOfProject = Project['environments'][number];

/** The folders whose slipway.yml is read; they are read again now and then, because an editor changes the files. */
export function useProjects() {
  return useEngineQuery('environments.projects', {}, { pollMs: READ_AGAIN_MS, staleMs: READ_AGAIN_MS });
}
