import { RegistryError } from './registry-error.ts';
import type { RepositoryRequest } from './registry-request.ts';

const TAGS_PER_PAGE = 1000;

/** GET of `/v2/<name>/tags/list`, in lexical order with pages as in the OCI specification. */
export function answerTagList({ request, response, url, repository }: RepositoryRequest, rest: string): void {
  if (rest !== 'list' || request.method !== 'GET') {
    throw new RegistryError('UNSUPPORTED', `The registry has nothing at ${url.pathname}.`);
  }
  const last = url.searchParams.get('last') ?? '';
  const asked = Number(url.searchParams.get('n') ?? TAGS_PER_PAGE);
  const count = Number.isSafeInteger(asked) && asked >= 0 ? Math.min(asked, TAGS_PER_PAGE) : TAGS_PER_PAGE;

  const remaining = [...repository.tags.keys()].toSorted().filter((tag) => tag > last);
  const tags = remaining.slice(0, count);
  const final = tags.at(-1);
  if (final !== undefined && tags.length < remaining.length) {
    const next = new URLSearchParams({ n: String(count), last: final });
    response.setHeader('link', `</v2/${repository.name}/tags/list?${next.toString()}>; rel="next"`);
  }
  const body = JSON.stringify({ name: repository.name, tags });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
