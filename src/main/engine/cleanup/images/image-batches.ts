/** BatchDeleteImage takes no more, and it is for one repository. */
export const MOST_IMAGES_AT_ONCE = 100;

/** How many calls the deletion of so many images of one repository takes. */
export function batchesFor(images: number): number {
  return Math.ceil(images / MOST_IMAGES_AT_ONCE);
}
