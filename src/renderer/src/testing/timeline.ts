import type { ImageDifference, TimelineEntry } from '../../../shared/model/revision.ts';

/** A revision of web whose only container runs the same image as the one before, unless told otherwise. */
export function anEntry(number: number, image: Partial<ImageDifference> = {}): TimelineEntry {
  const side = { image: 'acme/web:1.8.3' };
  return {
    revision: {
      arn: `arn:aws:ecs:us-east-1:111111111111:task-definition/web:${number}`,
      name: `web:${number}`,
      family: 'web',
      number,
      status: 'ACTIVE',
      containers: [{ container: 'app', image: image.after?.image ?? side.image }],
    },
    images: [{ container: 'app', change: 'unchanged', before: side, after: side, ...image }],
    otherDifferences: 0,
    summary: '',
    running: false,
  };
}
