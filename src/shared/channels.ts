/** The three channels between a renderer and the engine. All that the preload may see. */
export const CALL = 'slipway:call';
export const EVENT = 'slipway:event';
export const CANCEL = 'slipway:cancel';
