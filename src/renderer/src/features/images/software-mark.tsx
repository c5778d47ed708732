import type { SoftwareChange } from '../../../../shared/model/revision.ts';
import { Tag } from '../../ui/tag.tsx';
import { softwareWords } from './image-words.ts';

/** The software change in words, such as `same software`; nothing where before and after say it all. */
export function SoftwareMark({ change }: { readonly change: SoftwareChange }) {
  const words = softwareWords(change);
  if (words === undefined) return null;
  return <Tag kind={change === 'tag-moved' ? 'warning' : 'idle'}>{words}</Tag>;
}
