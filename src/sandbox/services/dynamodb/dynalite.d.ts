declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** The tables of one region, in memory unless it has a path. */
  function dynalite(options?: {
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }): Server;

  export = dynalite;
}
