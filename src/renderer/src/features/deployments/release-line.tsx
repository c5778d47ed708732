import type { ReleaseFacts } from '../../../../shared/model/history.ts';
import type { ImageDifference } from '../../../../shared/model/revision.ts';
import { shortDigest } from '../../lib/format.ts';
import { Bytes } from '../../ui/bytes.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Age } from '../../ui/relative-time.tsx';
import { ImageVersionLine } from '../revisions/image-version-line.tsx';
import styles from './deployment-row.module.css';

/** The image version of a release, a line for each container that changed, or else the first one's. */
export function ReleaseImageVersion({ facts }: { readonly facts: ReleaseFacts }) {
  const changed = facts.images.filter(({ change }) => change !== 'unchanged');
  const shown = changed.length > 0 ? changed : facts.images.slice(0, 1);
  return shown.map((image) => <ContainerLine key={image.container} image={image} all={facts.images} />);
}

interface ContainerLineProps {
  readonly image: ImageDifference;
  readonly all: readonly ImageDifference[];
}

function ContainerLine({ image, all }: ContainerLineProps) {
  const side = image.after;
  const { sizeBytes, builtAt } = side?.facts ?? {};
  return (
    <div className={styles.container}>
      <Mono>
        {all.length > 1 && <span className={styles.soft}>{image.container} </span>}
        <ImageVersionLine difference={image} />
      </Mono>
      <span className={styles.facts}>
        {side?.digest !== undefined && <Mono>{shortDigest(side.digest)}</Mono>}
        {sizeBytes !== undefined && <Bytes value={sizeBytes} />}
        {builtAt !== undefined && (
          <span>
            built <Age at={builtAt} /> ago
          </span>
        )}
      </span>
    </div>
  );
}
