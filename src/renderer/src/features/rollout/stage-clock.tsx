import type { Stage } from '../../../../shared/model/deployment.ts';
import { useTimeText } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/format.ts';

/** The stage of a deployment, with the bake time that is left of it, counting down. */
export function StageClock({ stage }: { readonly stage: Stage }) {
  const { name, until } = stage;
  return (
    <>
      {stageLabel(name)}
      {until !== undefined && <TimeLeft until={until} />}
    </>
  );
}

function TimeLeft({ until }: { readonly until: string }) {
  const text = useTimeText((now) => {
    const left = Date.parse(until) - now;
    return left > 0 ? `, ${formatDuration(left)} remaining` : ', ending soon';
  });
  return <span>{text}</span>;
}

/** ECS's word for a lifecycle stage as people read it: `SCALE_UP` is `scale up`. */
export function stageLabel(stage: string): string {
  return stage.toLowerCase().replaceAll('_', ' ');
}
