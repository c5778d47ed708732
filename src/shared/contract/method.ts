import { z } from 'zod';

/**
 * `query` reads and may be asked again at any time. `change` alters something. `stream` sends events until it
 * answers; it ends early when it is cancelled.
 */
type MethodKind = 'query' | 'change' | 'stream';

export interface Method {
  readonly kind: MethodKind;
  /** What `slipway methods` prints. */
  readonly about: string;
  readonly input: z.ZodType;
  readonly event?: z.ZodType;
  readonly output: z.ZodType;
}

export type Methods = Readonly<Record<string, Method>>;

export const Nothing = z.strictObject({});
export const Done = z.object({});
