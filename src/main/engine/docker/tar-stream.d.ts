/** The part of tar-stream that is used here; the package has no types. */
declare module 'tar-stream' {
  import type { Readable, Writable } from 'node:stream';

  interface Header {
    readonly name: string;
    readonly type: 'file' | 'directory' | 'symlink';
    readonly mode: number;
    readonly mtime: Date;
    readonly uid: number;
    readonly gid: number;
    readonly size?: number;
    readonly linkname?: string;
  }

  interface Pack extends Readable {
    /** With its content, or with nothing for a folder or link. `done` is called when the next entry may follow. */
    entry(header: Header, content: Buffer, done: (error?: Error | null) => void): unknown;
    /** A file whose content is written to what this returns. */
    entry(header: Header, done: (error?: Error | null) => void): Writable;
    finalize(): void;
  }

  export function pack(): Pack;
}
