import { Button, Table } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import { formatBytes } from '../../lib/format.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { saveFile } from '../../lib/save-file.ts';
import { useEngineStream } from '../../lib/streams.ts';
import { Bytes } from '../../ui/bytes.tsx';
import { Card, CardBody } from '../../ui/card.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { ErrorNotice, ErrorPage } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mono } from '../../ui/mono.tsx';
import { csvOf, jsonLinesOf } from './journal-table.ts';
import styles from './settings.module.css';
import { DATA_KIND_LABELS, DATA_TEXT } from './settings-text.ts';

/** Where Slipway keeps its data, how large it is, and what can be taken out or deleted. */
export function DataCard() {
  const data = useEngineQuery('data.read', {});
  return (
    <Card title={DATA_TEXT.title}>
      {data.data ? (
        <>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{DATA_TEXT.columns.kind}</Table.Th>
                <Table.Th>{DATA_TEXT.columns.size}</Table.Th>
                <Table.Th>{DATA_TEXT.columns.files}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.data.kinds.map(({ kind, bytes, files }) => (
                <Table.Tr key={kind}>
                  <Table.Td>{DATA_KIND_LABELS[kind]}</Table.Td>
                  <Table.Td>
                    <Bytes value={bytes} />
                  </Table.Td>
                  <Table.Td>{files}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <CardBody>
            <p className={styles.file}>
              {DATA_TEXT.folder} <Mono>{data.data.folder}</Mono>{' '}
              <CopyId value={data.data.folder} what={DATA_TEXT.pathOfFolder} />
            </p>
          </CardBody>
        </>
      ) : data.error ? (
        <ErrorPage error={data.error} onRetry={() => void data.refetch()} />
      ) : (
        <LoadingRows what="the data folder" rows={6} height={28} />
      )}
      <CardBody>
        <DataActions />
      </CardBody>
    </Card>
  );
}

function DataActions() {
  const cache = useQueryClient();
  const deletion = useEngineChange('data.deleteCaches');
  const [isAsked, setAsked] = useState(false);
  const confirm = (): void => {
    setAsked(false);
    deletion.mutate({}, { onSuccess: () => void cache.invalidateQueries({ queryKey: ['data.read'] }) });
  };
  return (
    <div className={styles.fields}>
      <div className={styles.line}>
        <ExportButton
          label={DATA_TEXT.exportAs('JSON lines')}
          file="jsonl"
          type="application/x-ndjson"
          format={jsonLinesOf}
        />
        <ExportButton label={DATA_TEXT.exportAs('CSV')} file="csv" type="text/csv" format={csvOf} />
        <Button
          loading={deletion.isPending}
          aria-expanded={isAsked}
          onClick={() => {
            setAsked(!isAsked);
            deletion.reset();
          }}
        >
          {DATA_TEXT.deleteCaches}
        </Button>
      </div>
      {isAsked ? (
        <div className={styles.line}>
          <span className={styles.grow}>{DATA_TEXT.ask}</span>
          <Button variant="default" onClick={() => setAsked(false)}>
            {DATA_TEXT.keep}
          </Button>
          <Button color="red" onClick={confirm}>
            {DATA_TEXT.confirm}
          </Button>
        </div>
      ) : null}
      <p className={styles.file}>{DATA_TEXT.about}</p>
      {deletion.data ? <p role="status">{DATA_TEXT.deleted(formatBytes(deletion.data.freedBytes))}</p> : null}
      {deletion.error ? <ErrorNotice error={deletion.error} /> : null}
    </div>
  );
}

interface ExportButtonProps {
  readonly label: string;
  /** The end of the name of the file. */
  readonly file: string;
  readonly type: string;
  readonly format: (entries: readonly JournalEntry[]) => string;
}

/** Saves the whole journal as a file. */
function ExportButton({ label, file, type, format }: ExportButtonProps) {
  const entries = useRef<JournalEntry[]>([]);
  const stream = useEngineStream('journal.export', {
    onEvent: (batch) => entries.current.push(...batch.entries),
  });
  const { current } = stream;
  const save = async (): Promise<void> => {
    entries.current = [];
    const end = await stream.start({});
    if (end === undefined) return;
    const day = new Date().toISOString().slice(0, 10);
    saveFile(`slipway-journal-${day}.${file}`, type, format(entries.current));
    entries.current = [];
  };
  return (
    <Button
      loading={current.state === 'running'}
      onClick={() => void save()}
      {...(current.state === 'failed' ? { title: current.error.message } : {})}
    >
      {current.state === 'failed' ? DATA_TEXT.retryExport : label}
    </Button>
  );
}
