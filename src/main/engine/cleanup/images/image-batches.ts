/** BatchDeleteImage takes no more, and it is for one repository. */
export const MOST_IMAGES_AT_ONCE = 100;

/** A look at what is in use and a deletion. What looking takes depends on the account: this is a small one. */
const BATCH_MS = 1000;

/** Milliseconds at least that the deletion of images takes. */
export function expectedImageMs(images: number): number {
  return batchesFor(images) * BATCH_MS;
}

/** How many calls the deletion of so many images of one repository takes. */
export function batchesFor(images: number): number {
  return Math.ceil(images / MOST_IMAGES_AT_ONCE);
}
