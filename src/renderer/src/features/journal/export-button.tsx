import { Button } from '@mantine/core';
import { useRef } from 'react';
import type { JournalEntry, JournalSearch } from '../../../../shared/model/journal.ts';
import { useEngineStream } from '../../lib/streams.ts';
import { saveFile } from './save-file.ts';

/** Saves all changes that a search finds as one JSON file. */
export function ExportButton({ search }: { readonly search: JournalSearch }) {
  const entries = useRef<JournalEntry[]>([]);
  const stream = useEngineStream('journal.export', {
    onEvent: (batch) => entries.current.push(...batch.entries),
  });
  const save = async (): Promise<void> => {
    entries.current = [];
    const end = await stream.start(search);
    if (end === undefined) return;
    const day = new Date().toISOString().slice(0, 10);
    saveFile(
      `slipway-journal-${day}.json`,
      'application/json',
      JSON.stringify(entries.current, undefined, 2),
    );
  };
  return (
    <Button
      loading={stream.current.state === 'running'}
      onClick={() => void save()}
      {...(stream.current.state === 'failed' ? { title: stream.current.error.message } : {})}
    >
      {stream.current.state === 'failed' ? 'Retry export' : 'Export as JSON'}
    </Button>
  );
}
