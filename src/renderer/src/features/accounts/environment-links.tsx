import { Link } from '@tanstack/react-router';
import { type EnvironmentOfProject, useProjects } from '../../lib/projects.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { accountLink, openingRegion } from '../../lib/remembered-place.ts';
import styles from './accounts-pane.module.css';

/** The environments of slipway.yml in the folders of the settings, each with a link to its cluster. */
export function EnvironmentLinks() {
  const projects = useProjects().data ?? [];
  const environments = projects.flatMap((project) =>
    project.environments.map((environment) => ({ ...environment, folder: project.folder })),
  );
  const withProblem = projects.filter(({ problem }) => problem !== undefined);
  if (environments.length === 0 && withProblem.length === 0) return null;
  return (
    <>
      <h2 className={styles.heading}>Environments</h2>
      {withProblem.map(({ folder, problem }) => (
        <p key={folder} className={styles.problem}>
          {problem}
        </p>
      ))}
      <ul className={styles.list}>
        {environments.map((environment) => (
          <li key={`${environment.folder} ${environment.name}`}>
            <EnvironmentLink environment={environment} />
          </li>
        ))}
      </ul>
    </>
  );
}

function EnvironmentLink({ environment }: { readonly environment: EnvironmentOfProject }) {
  const { name, cluster, account } = environment;
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  const known = accounts.data?.accounts.find(({ id }) => id === account);
  if (known === undefined) return <span className={styles.entry}>{name}</span>;
  const region = environment.region ?? openingRegion(known);
  if (region === undefined || cluster === undefined) {
    return (
      <Link {...accountLink(known.id, region)} className={styles.entry}>
        {name}
      </Link>
    );
  }
  return (
    <Link
      to="/a/$account/$region/c/$cluster"
      params={{ account: known.id, region, cluster }}
      className={styles.entry}
    >
      {name}
    </Link>
  );
}
