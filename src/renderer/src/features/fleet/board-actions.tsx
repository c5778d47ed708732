import { Button, Group, Modal } from '@mantine/core';
import { useState } from 'react';
import type { FleetBoard } from '../../../../shared/model/fleet.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { boardChoices } from './board-choices.ts';
import styles from './fleet.module.css';
import { ACTION_TEXT } from './fleet-text.ts';

interface BoardActionsProps {
  readonly board: FleetBoard;
  /** Something was begun, so that the board is to be watched again. */
  readonly onChanged: () => void;
}

/** What can be done with a fleet as it stands: go on, stop, or take all of it back. */
export function BoardActions({ board, onChanged }: BoardActionsProps) {
  const { id: fleet, state } = board;
  const resume = useEngineChange('fleet.resume');
  const stop = useEngineChange('fleet.stop');
  const [question, setQuestion] = useState<Question>();
  const may = boardChoices(board);
  const isSending = resume.isPending || stop.isPending;
  const send = (rollBack: boolean): void => stop.mutate({ fleet, rollBack }, { onSettled: onChanged });
  const sendResume = (): void => resume.mutate({ fleet }, { onSettled: onChanged });
  const error = resume.error ?? stop.error;

  /** It has stopped for a reason. */
  const askResume = (): void =>
    setQuestion({
      title: ACTION_TEXT.resumeTitle,
      meaning: ACTION_TEXT.resumeMeaning(board.sentence, may.waiting),
      action: ACTION_TEXT.resumeAction(may.waiting),
      act: sendResume,
    });
  const askStop = (): void =>
    setQuestion({
      title: ACTION_TEXT.stopTitle,
      meaning: ACTION_TEXT.stopMeaning(may.waiting),
      action: ACTION_TEXT.stopAction,
      act: () => send(false),
    });
  const askBack = (): void =>
    setQuestion({
      title: ACTION_TEXT.rollBackTitle,
      meaning: ACTION_TEXT.rollBackMeaning(may.back),
      action: ACTION_TEXT.rollBackAction(may.back),
      act: () => send(true),
    });

  return (
    <>
      {may.resume && (
        <Button
          variant={state === 'ended' ? 'default' : 'filled'}
          disabled={isSending}
          onClick={state === 'ended' ? askResume : sendResume}
        >
          {state === 'paused'
            ? ACTION_TEXT.nextWave
            : `${ACTION_TEXT.resume(may.waiting)}${state === 'ended' ? '…' : ''}`}
        </Button>
      )}
      {may.stop && (
        <Button disabled={isSending} onClick={askStop}>
          {ACTION_TEXT.stop}
        </Button>
      )}
      {may.back > 0 && (
        <Button c="var(--bad)" disabled={isSending} onClick={askBack}>
          {state === 'running' || state === 'paused' ? ACTION_TEXT.stopAndRollBack : ACTION_TEXT.rollBackAll}
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

interface AskTwiceProps {
  /** What is asked, or nothing while nothing is. */
  readonly question: Question | undefined;
  readonly onClose: () => void;
}

interface Question {
  readonly title: string;
  /** What it means, with how many services. */
  readonly meaning: string;
  readonly action: string;
  readonly act: () => void;
}

/** Asks a second time before many services are changed. Enter alone cancels. */
function AskTwice({ question, onClose }: AskTwiceProps) {
  return (
    <Modal opened={question !== undefined} onClose={onClose} title={question?.title} size="sm">
      <p className={styles.question}>{question?.meaning}</p>
      <Group justify="flex-end" gap="xs">
        <Button data-autofocus onClick={onClose}>
          {ACTION_TEXT.cancel}
        </Button>
        <Button
          variant="filled"
          color="red"
          onClick={() => {
            question?.act();
            onClose();
          }}
        >
          {question?.action}
        </Button>
      </Group>
    </Modal>
  );
}
