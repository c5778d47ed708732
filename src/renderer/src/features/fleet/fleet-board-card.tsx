import { Button, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { FleetBoard, FleetRow } from '../../../../shared/model/fleet.ts';
import { useEngineWatch } from '../../lib/streams.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { StateTag } from '../../ui/tag.tsx';
import { BoardActions } from './board-actions.tsx';
import styles from './fleet.module.css';
import { serviceLabel } from './fleet-draft.ts';
import { FLEET_TEXT, fleetStateLabel, ROW_STATES, ruleLabel, waveTitle } from './fleet-text.ts';

interface FleetBoardCardProps {
  readonly fleet: string;
  readonly onAnother: () => void;
}

/** How a fleet stands, service by service, while it is carried out and after it. */
export function FleetBoardCard({ fleet, onAnother }: FleetBoardCardProps) {
  const [board, setBoard] = useState<FleetBoard>();
  const watch = useEngineWatch('fleet.watch', { fleet }, { onEvent: setBoard, onEnd: setBoard });
  return (
    <>
      {board === undefined || watch.current.state !== 'failed' ? null : (
        <ErrorNotice error={watch.current.error} onRetry={watch.restart} />
      )}
      {board === undefined && watch.current.state === 'failed' ? (
        <Unread fleet={fleet} error={watch.current.error} onAnother={onAnother} onRetry={watch.restart} />
      ) : board ? (
        <Board board={board} onAnother={onAnother} onChanged={watch.restart} />
      ) : (
        <LoadingRows what="the release" rows={4} height={34} />
      )}
    </>
  );
}

interface UnreadProps {
  readonly fleet: string;
  readonly error: SlipwayError;
  readonly onAnother: () => void;
  readonly onRetry: () => void;
}

/** A fleet that could not be read: an id that is none is one that doesn't exist. */
function Unread({ fleet, error, onAnother, onRetry }: UnreadProps) {
  return (
    <EmptyState
      title={error.code === 'INVALID_INPUT' ? FLEET_TEXT.missing(fleet) : error.message}
      action={
        <Button.Group>
          <Button onClick={onAnother}>{FLEET_TEXT.newRelease}</Button>
          <Button onClick={onRetry}>{FLEET_TEXT.tryAgain}</Button>
        </Button.Group>
      }
    />
  );
}

interface BoardProps {
  readonly board: FleetBoard;
  readonly onAnother: () => void;
  readonly onChanged: () => void;
}

function Board({ board, onAnother, onChanged }: BoardProps) {
  const states = board.waves.flat().map(({ state }) => state);
  const { kind, word } = fleetStateLabel(board.state, states);
  const isOver = board.state === 'ended' || board.state === 'interrupted';
  return (
    <Card
      title={board.title}
      aside={
        <>
          <BoardActions board={board} onChanged={onChanged} />
          {isOver && <Button onClick={onAnother}>{FLEET_TEXT.newRelease}</Button>}
        </>
      }
    >
      <CardBody>
        <p className={styles.standing} role="status">
          <StateTag kind={kind}>{word}</StateTag> {board.sentence}
        </p>
        <p className={styles.note}>{ruleLabel(board)}</p>
      </CardBody>
      {board.waves.map((wave, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a wave is its place in the order
        <section key={index} className={styles.wave} aria-label={waveTitle(index, wave.length)}>
          <h3>{waveTitle(index, wave.length)}</h3>
          <Table>
            <Table.Tbody>
              {wave.map((row) => (
                <BoardRow key={serviceLabel(row)} board={board} row={row} />
              ))}
            </Table.Tbody>
          </Table>
        </section>
      ))}
    </Card>
  );
}

interface BoardRowProps {
  readonly board: FleetBoard;
  readonly row: FleetRow;
}

function BoardRow({ board: { account, region }, row }: BoardRowProps) {
  const { cluster, service, state, sentence, deploymentArn } = row;
  const { kind, word } = ROW_STATES[state];
  return (
    <Table.Tr>
      <Table.Td w={130}>
        <StateTag kind={kind}>{word}</StateTag>
      </Table.Td>
      <Table.Td w={260}>
        <Link
          to="/a/$account/$region/c/$cluster/s/$service"
          params={{ account, region, cluster, service }}
          search={deploymentArn === undefined ? {} : { deployment: deploymentArn }}
        >
          {cluster} / {service}
        </Link>
      </Table.Td>
      <Table.Td>{sentence}</Table.Td>
    </Table.Tr>
  );
}
