import type { ImageVersionChange } from '../../../../shared/model/revision.ts';
import { Tag } from '../../ui/tag.tsx';
import { imageVersionLabel } from './image-labels.ts';

/** The software change in words, such as `same software`; nothing where before and after say it all. */
export function ImageVersionMark({ change }: { readonly change: ImageVersionChange }) {
  const words = imageVersionLabel(change);
  if (words === undefined) return null;
  return <Tag kind={change === 'tag-moved' ? 'warning' : 'idle'}>{words}</Tag>;
}
