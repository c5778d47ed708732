import { Image } from '../../../../shared/model/image.ts';
import { lazyObject } from '../../../../shared/model/lazy-objects.ts';
import type { ImageLookup } from '../../images/image-lookup.ts';
import type { CachedAnswers } from './cached-answers.ts';

const KEPT_MS = 10 * 60 * 1000;

/** What the registry said, or that it has no such image. */
const Finding = lazyObject(() => ({ image: Image.optional() }));

/**
 * A lookup that takes what the registry said within the last ten minutes. For long lists, where a tag that has moved
 * meanwhile does no harm; what is decided on asks the registry.
 */
export function keepImageFacts(images: ImageLookup, answers: CachedAnswers): Pick<ImageLookup, 'manyFacts'> {
  return {
    async manyFacts(scope, wanted, signal) {
      const keys = wanted.map(({ reference, digest = '' }) => `image ${reference} ${digest}`);
      const kept = new Map<string, Image | undefined>();
      for (const key of keys) {
        const finding = answers.read(key, Finding, KEPT_MS);
        if (finding !== undefined) kept.set(key, finding.image);
      }
      const missing = [...new Map(wanted.map((image, place) => [keys[place] ?? '', image]))].filter(
        ([key]) => !kept.has(key),
      );
      if (missing.length > 0) {
        const found = await images.manyFacts(
          scope,
          missing.map(([, image]) => image),
          signal,
        );
        for (const [place, [key]] of missing.entries()) {
          answers.write(key, { image: found[place] });
          kept.set(key, found[place]);
        }
      }
      return keys.map((key) => kept.get(key));
    },
  };
}
