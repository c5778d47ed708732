/** For tests: the ID token of an identity provider, whose signature nobody verifies. */
export function webIdentityToken(claims: Readonly<Record<string, unknown>>): string {
  const all = {
    iss: 'https://token.actions.githubusercontent.com',
    sub: 'repo:shop/web:ref:refs/heads/main',
    aud: 'sts.amazonaws.com',
    ...claims,
  };
  const parts = [JSON.stringify({ alg: 'RS256', typ: 'JWT' }), JSON.stringify(all), 'signature'];
  return parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
}
