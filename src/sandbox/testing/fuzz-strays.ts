import { digestOf } from '../registry/digest.ts';
import type { FuzzRequest } from './fuzz-calls.ts';
import type { FuzzValues } from './fuzz-values.ts';
import type { Random } from './random.ts';

const METHODS = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'CONNECT',
  'QUERY',
] as const;
// biome-ignore format: one target a line would be pages
const TARGETS = [
  '/', '//', '///x', '/?', '/?a=%', '*', '?', '/..', '/../..', '/.//..//', '/%', '/%00', '/%ff', '/%2f', '/v2', '/v2/', '/v2//',
  '/v2/_catalog', '/v2/%2e%2e/', '/v2/web/tags/list?n=-1&last=%', '/layers/', '/layers/x?token=..', '/layers/%', '/service/x/operation/y',
  '/device', '/device?user_code=%', '/authorize', '/authorize?client_id=%00&redirect_uri=//x', '/start?a', '/schedules', '/schedules/%', '/schedule-groups/a', 'http://[::1', 'http://[::1]/v2/', 'http://localhost/v2/', 'http://evil.example/',
  'http://localhost:99999/', 'https://localhost/', 'localhost:80', '/\\', '/#a', '/a?b#c', `/${'a/'.repeat(500)}`, `/v2/${'a/tags/'.repeat(500)}`,
] as const;

// biome-ignore format: one header a line would be pages
const HEADERS: readonly (readonly [string, string])[] = [
  ['host', 'evil.example'], ['host', '[::1'], ['origin', 'https://evil.example'], ['origin', 'null'], ['sec-fetch-site', 'cross-site'],
  ['authorization', 'Basic Og=='], ['authorization', 'Bearer x'], ['authorization', `AWS4-HMAC-SHA256 ${' '.repeat(3000)}`],
  ['authorization', `AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/ecs/aws4_request, SignedHeaders=${'a;'.repeat(500)}, Signature=${'a'.repeat(64)}`],
  ['x-amz-date', '20260101T000000Z'], ['x-amz-date', '99999999T999999Z'], ['content-type', ''], ['content-type', ';;;'],
  ['content-type', 'application/x-www-form-urlencoded'], ['content-type', 'application/x-amz-json-1.1'], ['smithy-protocol', 'rpc-v2-cbor'],
  ['x-amz-target', '.'], ['x-amz-target', 'AmazonEC2ContainerServiceV20141113.ListClusters'], ['x-amz-target', '__proto__.__proto__'],
  ['expect', '100-continue'], ['expect', '200-ok'], ['upgrade', 'websocket'], ['upgrade', 'h2c'], ['range', 'bytes=-0'], ['range', 'bytes=9-1'],
  ['range', `bytes=${'9'.repeat(400)}-`], ['content-range', '5-1'], ['content-range', `${'9'.repeat(400)}-0`], ['x-amz-content-sha256', 'x'],
  ['x-amz-security-token', 'x'], ['accept-encoding', 'gzip;q=a'], ['cookie', '='.repeat(2000)], ['constructor', 'x'],
];

/** For tests: requests of any shape, which name no operation, or one by chance. */
export function createStrays(random: Random): () => FuzzRequest {
  return () => {
    const headers: Record<string, string> = {};
    for (let count = random.below(5); count > 0; count -= 1) {
      const [name = 'a', value = 'b'] = random.pickFrom(HEADERS) ?? [];
      headers[name] = value;
    }
    return {
      method: random.pick(METHODS),
      target: random.pick(TARGETS),
      headers,
      body: random.chance(0.5) ? Buffer.alloc(0) : random.bytes(random.below(200)),
    };
  };
}

/**
 * For tests: requests to the registry with its password: uploads, manifests and what is nearly such.
 *
 * @param uploads paths of uploads in progress, which the caller adds to
 */
export function createRegistryStrays(
  random: Random,
  values: FuzzValues,
  authorization: string,
  uploads: readonly string[],
): () => FuzzRequest {
  const repository = () =>
    random.chance(0.8)
      ? random.pick(['web', 'checkout', 'api'])
      : encodeURIComponent(values.text('repositoryName').toWellFormed());
  const blob = () => Buffer.from(`blob ${random.below(20)}`);
  const reference = () => {
    if (random.chance(0.3)) return digestOf(blob());
    return random.chance(0.3)
      ? `sha256:${'0'.repeat(random.below(70))}`
      : encodeURIComponent(values.text('imageTag').toWellFormed());
  };
  const manifest = () => {
    const descriptor = () => {
      const bytes = blob();
      return {
        mediaType: 'application/vnd.oci.image.layer.v1.tar',
        digest: digestOf(bytes),
        size: random.chance(0.95) ? bytes.length : random.pick([-1, 1e20]),
      };
    };
    const layers = Array.from({ length: random.below(4) }, descriptor);
    const image = {
      schemaVersion: 2,
      config: descriptor(),
      layers,
      subject: random.chance(0.2) ? descriptor() : undefined,
    };
    const json = JSON.stringify(
      random.chance(0.7)
        ? image
        : { schemaVersion: 2, manifests: layers, config: random.pick([null, [], 1]) },
    );
    return Buffer.from(random.chance(0.9) ? json : json.slice(random.below(json.length)));
  };

  return () => {
    const uploadPath = () => `${random.pickFrom(uploads) ?? `/v2/${repository()}/blobs/uploads/none`}`;
    const bytes = blob();
    const digest = random.chance(0.7) ? digestOf(bytes) : reference();
    const query = random.pick([
      '',
      `?digest=${digest}`,
      `?digest=${digest}`,
      `?digest=${digest}`,
      `?mount=${digest}&from=web`,
      '?digest=',
      '?n=9999999999&last=a',
      '?artifactType=%',
    ]);
    const [method, target, body] = random.pick<readonly [string, string, Buffer]>([
      ['POST', `/v2/${repository()}/blobs/uploads/${query}`, random.chance(0.5) ? bytes : Buffer.alloc(0)],
      ['PATCH', uploadPath(), bytes],
      ['PUT', `${uploadPath()}${query}`, bytes],
      ['GET', uploadPath(), Buffer.alloc(0)],
      ['DELETE', uploadPath(), Buffer.alloc(0)],
      [
        random.pick(METHODS),
        `/v2/${repository()}/manifests/${reference()}`,
        random.chance(0.5) ? manifest() : bytes,
      ],
      ['PUT', `/v2/${repository()}/manifests/${reference()}`, manifest()],
      [random.pick(METHODS), `/v2/${repository()}/blobs/${reference()}`, Buffer.alloc(0)],
      ['GET', `/v2/${repository()}/tags/list${query}`, Buffer.alloc(0)],
      ['GET', `/v2/${repository()}/referrers/${reference()}${query}`, Buffer.alloc(0)],
    ]);
    const [name, value] = random.pickFrom(HEADERS) ?? ['a', 'b'];
    const headers = {
      authorization,
      ...(random.chance(0.1) && name !== 'host' && { [name]: value }),
    };
    return { method, target, headers, body };
  };
}
