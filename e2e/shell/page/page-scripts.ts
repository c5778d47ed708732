import { createBridge } from './bridge.ts';
import { createCodec } from './codec.ts';
import { createIsolatedWorld } from './isolated-world.ts';

/** Electron's name for the world of preload scripts with context isolation. */
export const ISOLATED_WORLD = 'Electron Isolated Context';

/** How the isolated world speaks to the main process, and is spoken to. The page's world has neither. */
export const POST = 'postToMainProcess';
export const RECEIVE = 'receiveFromMainProcess';

export interface PageScripts {
  /** For the page's world; runs first. */
  readonly page: string;
  /** For the isolated world, in the main frame alone, as without `nodeIntegrationInSubFrames`. */
  readonly isolated: string;
}

/** The scripts that every document of a window starts with. */
export function pageScripts(preload: { readonly path: string; readonly source: string }): PageScripts {
  const secret = JSON.stringify(`bridge-${crypto.randomUUID()}`);
  const scope = 'require, process, exports, module, Buffer, global, setImmediate, clearImmediate';
  return {
    page: `if (window === window.top) (${String(createBridge)})(${secret}, 'page');`,
    isolated: `if (window === window.top) {
  const bridge = (${String(createBridge)})(${secret}, 'isolated');
  const world = (${String(createIsolatedWorld)})((${String(createCodec)})(), bridge, globalThis.${POST});
  globalThis.${RECEIVE} = world.receive;
  world.run(${JSON.stringify(preload.path)}, function (${scope}) {
${preload.source}
  });
}`,
  };
}
