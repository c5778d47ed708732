/** The nonce that the host put into the page, for style elements that libraries make at run time. */
export function cspNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}
