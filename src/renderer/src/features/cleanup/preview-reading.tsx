import type { SlipwayError } from '../../../../shared/errors.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';

interface PreviewReadingProps {
  /** Such as `web` or `3 families`. */
  readonly what: string;
  /** How far it is. */
  readonly progress: string;
}

/** While a preview is made: how far it is. */
export function PreviewReading({ what, progress }: PreviewReadingProps) {
  return (
    <Card title={`Checking what uses ${what}`} aside={<span role="status">{progress}</span>}>
      <LoadingRows what={`what uses ${what}`} rows={8} height={28} />
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
    <Card title="Nothing can be removed">
      <ErrorNotice error={error} onRetry={onRetry} />
    </Card>
  );
}
