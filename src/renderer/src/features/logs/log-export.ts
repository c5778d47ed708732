import { notifications } from '@mantine/notifications';
import { saveFile } from '../../lib/save-file.ts';
import type { LogFilter } from './log-filter.ts';
import { entriesAsJson, entriesAsText } from './log-marks.ts';
import type { LogEntry } from './log-store.ts';
import { momentAddress, searchOf } from './logs-search.ts';
import { LOGS_TEXT } from './logs-text.ts';

/** Puts the lines on the clipboard, as they were written. */
export function copyEntries(entries: readonly LogEntry[]): void {
  if (entries.length > 0) copy(entriesAsText(entries), LOGS_TEXT.copied(countOf(entries)));
}

/** Puts an address on the clipboard that opens the logs at the moment of a line, with the same filter. */
export function copyLinkTo(entry: LogEntry, filter: LogFilter): void {
  const link = new URL(window.location.href);
  link.search = new URLSearchParams({ tab: 'logs' }).toString();
  for (const [name, value] of Object.entries(searchOf(momentAddress(filter, entry.time)))) {
    link.searchParams.set(name, value ?? '');
  }
  copy(link.href, LOGS_TEXT.copiedLink);
}

const FORMATS = {
  text: { extension: 'txt', type: 'text/plain', contentOf: entriesAsText },
  json: { extension: 'jsonl', type: 'application/jsonl', contentOf: entriesAsJson },
} as const;

/** Saves the lines as a file that is named after the service. */
export function saveEntries(
  entries: readonly LogEntry[],
  service: string,
  format: keyof typeof FORMATS,
): void {
  const { extension, type, contentOf } = FORMATS[format];
  const file = `${service}-logs.${extension}`;
  saveFile(file, type, `${contentOf(entries)}\n`);
  notifications.show({ message: LOGS_TEXT.exported(countOf(entries), file) });
}

function copy(text: string, message: string): void {
  navigator.clipboard.writeText(text).then(
    () => notifications.show({ message }),
    () => notifications.show({ message: LOGS_TEXT.notCopied }),
  );
}

function countOf(entries: readonly LogEntry[]): number {
  return entries.reduce((sum, { attached }) => sum + 1 + attached.length, 0);
}
