import { formatBytes } from '../../lib/format.ts';

/** The sentences of builds. */
export const BUILD_TEXT = {
  context: ({ files, bytes }: { readonly files: number; readonly bytes: number }) =>
    `Sending the folder to Docker: ${files.toLocaleString('en')} ${files === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}`,
} as const;
