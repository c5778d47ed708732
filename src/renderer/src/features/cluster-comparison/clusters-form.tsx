import { Autocomplete, Button } from '@mantine/core';
import { useState } from 'react';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { AccountRegionFields } from '../../ui/account-region-fields.tsx';
import { Card } from '../../ui/card.tsx';
import styles from '../../ui/side-form.module.css';
import { COMPARISON_TEXT } from './comparison-text.ts';

interface ClustersFormProps {
  readonly before: ClusterRef;
  readonly after: ClusterRef | undefined;
  readonly onCompare: (before: ClusterRef, after: ClusterRef) => void;
}

/** Chooses the two clusters of a comparison, each in any account and region. */
export function ClustersForm({ before, after, onCompare }: ClustersFormProps) {
  const [left, setLeft] = useState(before);
  const [right, setRight] = useState(after ?? { ...before, cluster: '' });
  return (
    <Card title={COMPARISON_TEXT.sides}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          onCompare(left, right);
        }}
      >
        <ClusterFields label={COMPARISON_TEXT.before} cluster={left} onChange={setLeft} />
        <ClusterFields label={COMPARISON_TEXT.after} cluster={right} onChange={setRight} />
        <Button type="submit" disabled={left.cluster === '' || right.cluster === ''}>
          {COMPARISON_TEXT.compare}
        </Button>
      </form>
    </Card>
  );
}

interface ClusterFieldsProps {
  readonly label: string;
  readonly cluster: ClusterRef;
  readonly onChange: (cluster: ClusterRef) => void;
}

function ClusterFields({ label, cluster: ref, onChange }: ClusterFieldsProps) {
  const { account, region, cluster } = ref;
  const clusters = useEngineQuery('clusters.list', { account, region }, { staleMs: 60_000 });
  return (
    <fieldset className={styles.side}>
      <legend>{label}</legend>
      <AccountRegionFields scope={{ account, region }} onChange={(scope) => onChange({ ...ref, ...scope })} />
      <Autocomplete
        size="xs"
        label={COMPARISON_TEXT.cluster}
        data={(clusters.data ?? []).map(({ name }) => name)}
        error={clusters.error?.message}
        value={cluster}
        onChange={(name) => onChange({ ...ref, cluster: name.trim() })}
      />
    </fieldset>
  );
}
