import { Button } from '@mantine/core';
import { useState } from 'react';
import type { FleetBoard } from '../../../../shared/model/fleet.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { AskTwice, type Question } from './ask-twice.tsx';
import { boardChoices } from './board-choices.ts';
import styles from './fleet.module.css';
import { services } from './fleet-labels.ts';

interface BoardActionsProps {
  readonly board: FleetBoard;
  /** Something was begun, so that the board is to be watched again. */
  readonly onChanged: () => void;
}

/** What can be done with a fleet as it stands: go on, stop, or take all of it back. */
export function BoardActions({ board, onChanged }: BoardActionsProps) {
  const { id: fleet, state } = board;
  const goOn = useEngineChange('fleet.goOn');
  const stop = useEngineChange('fleet.stop');
  const [question, setQuestion] = useState<Question>();
  const may = boardChoices(board);
  const isSending = goOn.isPending || stop.isPending;
  const send = (rollBack: boolean): void => stop.mutate({ fleet, rollBack }, { onSettled: onChanged });
  const sendGoOn = (): void => goOn.mutate({ fleet }, { onSettled: onChanged });
  const error = goOn.error ?? stop.error;

  /** It has stopped for a reason. */
  const askGoOn = (): void =>
    setQuestion({
      title: 'Go on after all?',
      meaning: `${board.sentence} ${services(may.waiting)} will get the image, wave by wave. What has failed so far does not count any more.`,
      action: `Deploy to ${services(may.waiting)}`,
      act: sendGoOn,
    });
  const askStop = (): void =>
    setQuestion({
      title: 'Stop here?',
      meaning: `${services(may.waiting)} will not be begun. What was sent goes on to its end.`,
      action: `Hold back ${services(may.waiting)}`,
      act: () => send(false),
    });
  const askBack = (): void =>
    setQuestion({
      title: 'Roll back all?',
      meaning: `${backLabel(may.back)} No further service is begun.`,
      action: `Roll back ${services(may.back)}`,
      act: () => send(true),
    });

  return (
    <>
      {may.goOn && (
        <Button
          variant={state === 'ended' ? 'default' : 'filled'}
          disabled={isSending}
          onClick={state === 'ended' ? askGoOn : sendGoOn}
        >
          {state === 'paused'
            ? 'Continue with the next wave'
            : `Go on with ${services(may.waiting)}${state === 'ended' ? '…' : ''}`}
        </Button>
      )}
      {may.stop && (
        <Button disabled={isSending} onClick={askStop}>
          {state === 'interrupted' ? 'Stop here…' : 'Stop…'}
        </Button>
      )}
      {may.back > 0 && (
        <Button c="var(--bad)" disabled={isSending} onClick={askBack}>
          {state === 'running' || state === 'paused' ? 'Stop and roll back…' : 'Roll back all…'}
        </Button>
      )}
      {error && (
        <div className={styles.wide}>
          <ErrorNotice error={error} />
        </div>
      )}
      <AskTwice question={question} onClose={() => setQuestion(undefined)} />
    </>
  );
}

function backLabel(count: number): string {
  return count === 1
    ? '1 service that has the image, or is on its way to it, goes back to what it ran before.'
    : `${count} services that have the image, or are on their way to it, go back to what they ran before.`;
}
