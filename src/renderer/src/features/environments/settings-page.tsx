import { Table } from '@mantine/core';
import type { EnvironmentRule } from '../../../../shared/model/environment.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { EnvironmentBadge } from '../../ui/environment-badge.tsx';
import { ErrorPage } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Page } from '../../ui/page.tsx';
import { guardLabels, matchLabels, settingsText } from './environment-text.ts';
import styles from './settings-page.module.css';

/** The rules that say what is production and how changes are guarded. They are written in a file. */
export function SettingsPage() {
  return (
    <Page title={settingsText.title}>
      <Card title={settingsText.rules}>
        <Rules />
      </Card>
    </Page>
  );
}

function Rules() {
  const rules = useEngineQuery('environments.rules', {}, { pollMs: 5_000 });
  if (!rules.data) {
    if (!rules.error) return <LoadingRows what="the rules" rows={3} height={32} />;
    return <ErrorPage error={rules.error} onRetry={() => void rules.refetch()} />;
  }
  const { file, problem } = rules.data;
  return (
    <>
      {problem === undefined ? null : (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      {rules.data.rules.length === 0 ? (
        <EmptyState title={settingsText.noRules}>{settingsText.howToClassify}</EmptyState>
      ) : (
        <RuleTable rules={rules.data.rules} />
      )}
      <CardBody>
        <p className={styles.file}>
          {settingsText.file} <Mono>{file}</Mono> <CopyId value={file} what="the path of the file" />
        </p>
      </CardBody>
    </>
  );
}

/** The rules in their order: of all that match, the first that says something decides it. */
function RuleTable({ rules }: { readonly rules: readonly EnvironmentRule[] }) {
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{settingsText.matches}</Table.Th>
            <Table.Th>{settingsText.environment}</Table.Th>
            <Table.Th>{settingsText.guards}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rules.map((rule, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the order makes a rule, and two rules can be equal
            <Table.Tr key={index}>
              <Table.Td className={styles.match}>{matchLabels(rule).join(', ')}</Table.Td>
              <Table.Td>
                {rule.environment === undefined ? null : <EnvironmentBadge environment={rule.environment} />}
              </Table.Td>
              <Table.Td>{guardLabels(rule).join(', ')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
