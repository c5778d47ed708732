declare global {
  /** Where `get-nonce` looks, which the scroll lock of dialogs asks for the nonce of its style element. */
  var __webpack_nonce__: string | undefined;
}

/** The nonce that the host put into the page, for style elements that libraries make at run time. */
export function cspNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

/** Hands the nonce to libraries that take it from a global. */
export function lendNonceToLibraries(): void {
  globalThis.__webpack_nonce__ = cspNonce();
}
