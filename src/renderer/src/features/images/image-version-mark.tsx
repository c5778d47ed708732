import type { ImageVersionChange } from '../../../../shared/model/revision.ts';
import { Tag } from '../../ui/tag.tsx';
import { imageVersionLabel } from './image-labels.ts';

/** The label of the image change, such as `same image`; nothing where before and after say it all. */
export function ImageVersionMark({ change }: { readonly change: ImageVersionChange }) {
  const label = imageVersionLabel(change);
  if (label === undefined) return null;
  return <Tag kind={change === 'tag-moved' ? 'warning' : 'idle'}>{label}</Tag>;
}
