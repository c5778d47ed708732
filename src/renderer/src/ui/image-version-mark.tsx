import type { ImageVersionChange } from '../../../shared/model/revision.ts';
import { imageVersionLabel } from '../lib/image-labels.ts';
import { Tag } from './tag.tsx';

/** The label of the image change, such as `same image`; nothing where before and after say it all. */
export function ImageVersionMark({ change }: { readonly change: ImageVersionChange }) {
  const label = imageVersionLabel(change);
  if (label === undefined) return null;
  return <Tag kind={change === 'tag-moved' ? 'warning' : 'idle'}>{label}</Tag>;
}
