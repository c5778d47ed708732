/** The few globals that Node and browsers share, so that this folder needs the types of neither. */
interface AbortSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
declare const crypto: { randomUUID(): string };
declare const URL: { parse(address: string): { readonly protocol: string; readonly href: string } | null };
