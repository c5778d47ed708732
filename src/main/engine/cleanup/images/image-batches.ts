/** The limit of BatchDeleteImage, which deletes from one repository. */
export const MOST_IMAGES_AT_ONCE = 100;

/** How many calls it takes to delete this number of images of one repository. */
export function batchesFor(images: number): number {
  return Math.ceil(images / MOST_IMAGES_AT_ONCE);
}
