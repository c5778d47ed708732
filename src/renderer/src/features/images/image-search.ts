import type { Image } from '../../../../shared/model/image.ts';

/** The images with a tag, a digest or a commit that holds the text. */
export function searchImages(images: readonly Image[], text: string): readonly Image[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return images;
  return images.filter(({ tags, digest, commit }) =>
    [...tags, digest, commit ?? ''].some((word) => word.toLowerCase().includes(wanted)),
  );
}

/** The tag that an image is deployed by unless the person chooses another: the first that is not `latest`. */
export function preferredTag({ tags }: Image): string | undefined {
  return tags.find((tag) => tag !== 'latest') ?? tags[0];
}
