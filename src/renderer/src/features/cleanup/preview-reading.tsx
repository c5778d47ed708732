import type { SlipwayError } from '../../../../shared/errors.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { PREVIEW_TEXT } from './cleanup-text.ts';

interface PreviewReadingProps {
  /** Such as `web` or `3 families`. */
  readonly what: string;
  /** How far it is. */
  readonly progress: string;
}

/** While a preview is made: how far it is. */
export function PreviewReading({ what, progress }: PreviewReadingProps) {
  return (
    <Card title={PREVIEW_TEXT.checking(what)} aside={<span role="status">{progress}</span>}>
      <LoadingRows what={PREVIEW_TEXT.use(what)} rows={8} height={28} />
    </Card>
  );
}

interface PreviewRefusedProps {
  readonly error: SlipwayError;
  readonly onRetry: () => void;
}

/** Something that may be in use could not be read, and so nothing goes. */
export function PreviewRefused({ error, onRetry }: PreviewRefusedProps) {
  return (
    <Card title={PREVIEW_TEXT.refused}>
      <ErrorNotice error={error} onRetry={onRetry} />
    </Card>
  );
}
