import { type Environments, strictestGuard, strictestOfPlaces } from '../environments/environments.ts';
import { environmentOf, findProjectFile, readProjectFile } from '../environments/project-file.ts';
import type { ProjectFolders } from '../environments/project-folders.ts';
import type { UsersOfRepository } from '../environments/repository-users.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Accounts } from './accounts.ts';

type EnvironmentMethods =
  | 'environments.of'
  | 'environments.rules'
  | 'environments.changeRules'
  | 'environments.classify'
  | 'environments.project'
  | 'environments.projects'
  | 'environments.addProject'
  | 'environments.removeProject';

interface EnvironmentDependencies {
  readonly accounts: Accounts;
  readonly environments: Environments;
  readonly projects: ProjectFolders;
  readonly usersOfRepository: UsersOfRepository;
}

/** The environments.* methods. None of them asks AWS. */
export function createEnvironmentHandlers({
  accounts,
  environments,
  projects,
  usersOfRepository,
}: EnvironmentDependencies): Pick<Handlers, EnvironmentMethods> {
  return {
    async 'environments.of'({ account: id, region, cluster, service, clusters, repository }) {
      const { account } = accounts.find(id);
      if (cluster === undefined && region !== undefined && repository !== undefined) {
        const users = usersOfRepository({ account: id, region }, repository);
        return strictestOfPlaces(environments, { account, region }, users);
      }
      if (cluster === undefined) return strictestGuard(environments, account, clusters ?? [], region);
      return environments.guardOf({ account, region, cluster, service });
    },

    async 'environments.rules'() {
      return environments.rules();
    },

    async 'environments.changeRules'({ version, change }) {
      environments.changeRules(version, change);
      return environments.rules();
    },

    async 'environments.classify'({ account: id, cluster, service, environment }) {
      const { account } = accounts.find(id);
      environments.classify({ account, cluster, service }, environment);
      return environments.guardOf({ account, cluster, service });
    },

    async 'environments.project'({ folder, environment: name }) {
      const file = findProjectFile(folder);
      if (file === undefined) return { environments: {} };
      if (name === undefined) return { file, ...readProjectFile(file) };
      return { file, environments: { [name]: environmentOf(file, name).environment } };
    },

    async 'environments.projects'() {
      return projects.list();
    },

    async 'environments.addProject'({ folder }) {
      projects.add(folder);
      await accounts.reload();
      return projects.list();
    },

    async 'environments.removeProject'({ folder }) {
      projects.remove(folder);
      await accounts.reload();
      return projects.list();
    },
  };
}
