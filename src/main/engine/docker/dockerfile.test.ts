import { describe, expect, it } from 'vitest';
import { readDockerfile } from './dockerfile.ts';

describe('what only BuildKit builds of a Dockerfile', () => {
  it.each([
    ['RUN <<EOF\necho hello\nEOF', 'a here-document in RUN'],
    ['RUN python3 <<-"END"\n\tprint(1)\n\tEND', 'a here-document in RUN'],
    ['RUN echo "it is" > a && cat <<EOF >> a\necho\nEOF', 'a here-document in RUN'],
    ['COPY <<a.txt <<b.txt /\none\na.txt\ntwo\nb.txt', 'a here-document in COPY'],
    ['run --mount=type=cache,target=/root/.cache make', 'RUN --mount'],
    ['RUN \\\n  # why\n  --mount=type=secret,id=x make', 'RUN --mount'],
    ['RUN --network=none make', 'RUN --network'],
    ['COPY --link a b', 'COPY --link'],
    ['COPY --chown=1 --chmod=755 a b', 'COPY --chmod'],
    ['ADD --checksum=sha256:0 https://x.example/a /', 'ADD --checksum'],
    ['FROM --platform=$BUILDPLATFORM golang AS go', 'FROM with $BUILDPLATFORM'],
    ['FROM base-$TARGETARCH', 'FROM with $TARGETARCH'],
  ])('is found in %j', (line, feature) => {
    expect(readDockerfile(`FROM scratch\n${line}\n`).onlyBuildKit).toEqual([feature]);
  });

  it.each([
    'RUN echo "1 << 2"',
    'RUN cat <<<text',
    'RUN ["sh", "-c", "cat <<EOF"]',
    'RUN echo "<<EOF"',
    `RUN echo 'write cat <<EOF there'`,
    'RUN cat<<EOF',
    'CMD echo <<EOF',
    '# RUN --mount=type=cache make',
    'RUN echo --mount',
    'COPY --from=0 --chown=1 a b',
    'FROM --platform=linux/amd64 nginx',
  ])('is not found in %j', (line) => {
    expect(readDockerfile(`FROM scratch\n${line}\n`).onlyBuildKit).toEqual([]);
  });

  it('is not looked for inside of a here-document, and is found behind it', () => {
    const text = 'FROM scratch\nRUN <<EOF\nFROM inside.example/x\nEOF\nCOPY --link a b\n';
    expect(readDockerfile(text)).toMatchObject({
      images: [],
      onlyBuildKit: ['a here-document in RUN', 'COPY --link'],
    });
  });
});

describe('the images of a Dockerfile', () => {
  it('are those of FROM, COPY --from, RUN --mount and the syntax, without stages', () => {
    const text = [
      '# syntax=docker/dockerfile:1',
      'ARG REGISTRY=one.example',
      'ARG VERSION',
      `FROM $REGISTRY/base:$\{VERSION:-7} AS Build`,
      'COPY --from=two.example/tools:1 /a /a',
      'RUN --mount=type=bind,from=three.example/files,target=/x make',
      'FROM scratch',
      'COPY --from=build /a /a',
      'COPY --from=0 /b /b',
    ].join('\n');
    expect(readDockerfile(text).images).toEqual([
      'one.example/base:7',
      'two.example/tools:1',
      'three.example/files',
      'docker/dockerfile:1',
    ]);
    expect(readDockerfile(text, { REGISTRY: 'four.example', VERSION: '8' }).images[0]).toBe(
      'four.example/base:8',
    );
  });

  it.each([
    ['ARG REGISTRY=one.example\nARG BASE=%{REGISTRY}/base:1\nFROM %{BASE}', 'one.example/base:1'],
    ['ARG REGISTRY=one.example\nFROM %{REGISTRY:+%{REGISTRY}/}node:20', 'one.example/node:20'],
    ['ARG REGISTRY\nFROM %{REGISTRY:+%{REGISTRY}/}node:20', 'node:20'],
    ['ARG REGISTRY=\nFROM %{REGISTRY:-two.example}/node', 'two.example/node'],
    ['ARG REGISTRY=\nFROM %{REGISTRY-two.example}node', 'node'],
    ['ARG REGISTRY\nFROM %{REGISTRY-two.example}/node', 'two.example/node'],
    ['ARG REGISTRY=\nFROM %{REGISTRY+one.example/}node', 'one.example/node'],
    ['ARG A\nARG B=three.example\nFROM %{A:-%{B:-two.example}}/node', 'three.example/node'],
    ['ARG V=20\nFROM "one.example/node:$V"', 'one.example/node:20'],
    ['ARG V="20"\nARG T="$V-slim"\nFROM node:%{T}', 'node:20-slim'],
    ["ARG V=20\nARG T='$V'\nFROM node-%{T}", 'node-$V'],
    ['FROM %{MISSING', ''],
  ])('are those that the builder reads in %j, where %% stands for a dollar', (text, image) => {
    expect(readDockerfile(text.replaceAll('%', '$')).images).toEqual(image === '' ? [] : [image]);
  });

  it('are read with the escape character that the file names, and with its syntax', () => {
    const text = '#syntax = docker/dockerfile:1\n# escape=`\nFROM `\n  one.example/x\n';
    expect(readDockerfile(text)).toMatchObject({
      syntax: 'docker/dockerfile:1',
      images: ['one.example/x', 'docker/dockerfile:1'],
    });
    expect(readDockerfile('# a comment\n# syntax=x\nFROM scratch\n').syntax).toBeUndefined();
  });
});

it('a Dockerfile whose first lines have many spaces is read at once', () => {
  // A pattern that looked for the end of the value took minutes for this. The last one does not end a line in a Dockerfile.
  const spaces = ' '.repeat(20_000);
  const text = `# syntax =${spaces}one.example/x${spaces}\n# escape=${spaces}x${spaces}\u2028y\nFROM scratch\n`;
  expect(readDockerfile(text).syntax).toBe('one.example/x');
});

it('a Dockerfile declares build arguments one by one and several on a line', () => {
  const { buildArguments } = readDockerfile('FROM scratch\nARG TARGETARCH\nARG A=1 B="two words"\n');
  expect([...buildArguments]).toEqual(['TARGETARCH', 'A', 'B']);
});
