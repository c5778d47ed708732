import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageReferenceProblem } from './image-reference-problem.ts';
import { parseImageReference } from './model/image-reference.ts';

it('there is a problem for exactly the texts that are no image reference', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zA-Z0-9._:/@ -]{0,24}$/), (text) => {
      expect(imageReferenceProblem(text) === undefined).toBe(parseImageReference(text) !== undefined);
    }),
  );
});

describe('what keeps a text from being a reference is named with its place:', () => {
  it.each([
    ['', 'it is empty'],
    ['0a'.repeat(32), 'it is the ID of a local image, which no registry knows'],
    ['shop/Web:1', '“W” is a capital letter, which a repository may not have (character 6)'],
    ['a.example/shop web', '“ ” is a character that a repository may not have (character 15)'],
    ['shop//web', '“/” has no letter or digit on each of its sides (character 5)'],
    ['web-', '“-” has no letter or digit on each of its sides (character 4)'],
    ['a.example/:1', 'the repository is missing (character 11)'],
    ['a'.repeat(256), 'the repository has 256 characters, and may have 255'],
    ['-host.example/web', '“-host.example” is not the host of a registry'],
    ['web:', 'the tag is missing after the colon (character 4)'],
    ['a.example/web:1:2', '“:” is a character that a tag may not have (character 16)'],
    ['web:-1', 'a tag may not begin with “-” (character 5)'],
    [`web:${'1'.repeat(129)}`, 'the tag has 129 characters, and may have 128'],
    ['web:1\u202e', '“\\u202e” is a character that a tag may not have (character 6)'],
    [
      'web@sha256:abc',
      '“sha256:abc” is not a digest such as sha256: and 64 digits of 0 to 9 and a to f (from character 5)',
    ],
  ])('%j', (text, problem) => {
    expect(imageReferenceProblem(text)).toBe(problem);
  });
});
