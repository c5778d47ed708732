import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { RegistrationCompletion } from '../../../../shared/model/registration.ts';
import { useEngine } from '../../lib/engine.ts';
import { engineQuery } from '../../lib/queries.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import styles from './revision-editor-page.module.css';

interface CompletionListProps {
  readonly json: string;
  /** Where the cursor stands. */
  readonly offset: number;
  readonly onChoose: (completion: RegistrationCompletion, insert: string) => void;
}

/** What the schema allows where the cursor stands: members that are not there yet, or values. */
export function CompletionList({ json, offset, onChoose }: CompletionListProps) {
  const query = engineQuery(useEngine(), 'revisions.complete', { json, offset });
  const completion = useQuery({ ...query, placeholderData: keepPreviousData, gcTime: 0 });
  const { data } = completion;
  return (
    <Card title="At the cursor">
      <CardBody>
        {data === undefined || data.options.length === 0 ? (
          <p className={styles.soft}>
            Put the cursor where a member or a value belongs to see what may stand there.
          </p>
        ) : (
          <ul className={`${styles.list} ${styles.options}`}>
            {data.options.map(({ label, about, insert }) => (
              <li key={label}>
                <button
                  type="button"
                  className={styles.line}
                  disabled={completion.isPlaceholderData}
                  onClick={() => onChoose(data, insert)}
                >
                  <span className={styles.mono}>{label}</span>
                  <span className={styles.soft}>{about}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </CardBody>
    </Card>
  );
}
