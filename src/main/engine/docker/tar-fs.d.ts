/** The part of tar-fs that is used here; the package has no types. */
declare module 'tar-fs' {
  import type { Readable } from 'node:stream';

  interface Header {
    readonly name: string;
    uid: number;
    gid: number;
  }

  export function pack(
    folder: string,
    options: {
      /** Gets absolute paths. */
      readonly ignore: (path: string) => boolean;
      readonly map: (header: Header) => Header;
      /** Taken off the modes of all entries; the umask of the process where it is left out. */
      readonly umask: number;
      readonly strict: boolean;
    },
  ): Readable;
}
