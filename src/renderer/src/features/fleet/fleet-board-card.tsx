import { Button, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { FleetBoard, FleetRow } from '../../../../shared/model/fleet.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { useEngineWatch } from '../../lib/streams.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { StateTag } from '../../ui/tag.tsx';
import styles from './fleet.module.css';
import { fleetStateWords, ROW_STATES } from './fleet-words.ts';

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
      {watch.current.state === 'failed' && (
        <ErrorNotice error={watch.current.error} onRetry={watch.restart} />
      )}
      {board ? (
        <Board board={board} onAnother={onAnother} />
      ) : (
        <LoadingRows what="the release" rows={4} height={34} />
      )}
    </>
  );
}

function Board({ board, onAnother }: { readonly board: FleetBoard; readonly onAnother: () => void }) {
  const { kind, word } = fleetStateWords(
    board.state,
    board.waves.flat().map(({ state }) => state),
  );
  const isUnderWay = board.state === 'running' || board.state === 'stopping';
  return (
    <Card
      title={board.title}
      aside={
        isUnderWay ? <StopButtons board={board} /> : <Button onClick={onAnother}>Another release</Button>
      }
    >
      <CardBody>
        <p className={styles.standing} role="status">
          <StateTag kind={kind}>{word}</StateTag> {board.sentence}
        </p>
      </CardBody>
      {board.waves.map((wave, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a wave is its place in the order
        <section key={index} className={styles.wave} aria-label={`Wave ${index + 1}`}>
          <h3>Wave {index + 1}</h3>
          <Table>
            <Table.Tbody>
              {wave.map((row) => (
                <BoardRow key={`${row.cluster}/${row.service}`} board={board} row={row} />
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

function BoardRow({ board: { account, region }, row: { cluster, service, state, sentence } }: BoardRowProps) {
  const { kind, word } = ROW_STATES[state];
  return (
    <Table.Tr>
      <Table.Td w={130}>
        <StateTag kind={kind}>{word}</StateTag>
      </Table.Td>
      <Table.Td w={240}>
        <Link to="/a/$account/$region/c/$cluster/s/$service" params={{ account, region, cluster, service }}>
          {cluster} / {service}
        </Link>
      </Table.Td>
      <Table.Td>{sentence}</Table.Td>
    </Table.Tr>
  );
}

function StopButtons({ board: { id, state } }: { readonly board: FleetBoard }) {
  const stop = useEngineChange('fleet.stop');
  return (
    <>
      {stop.isError && <span className={styles.problem}>{stop.error.message}</span>}
      <Button
        title="No further wave begins. What is under way goes on."
        disabled={state === 'stopping' || stop.isPending}
        onClick={() => stop.mutate({ fleet: id, rollBack: false })}
      >
        Stop
      </Button>
      <Button
        c="var(--bad)"
        title="No further wave begins. What is under way is stopped, and what succeeded is rolled back."
        disabled={stop.isPending}
        onClick={() => stop.mutate({ fleet: id, rollBack: true })}
      >
        Stop and roll back
      </Button>
    </>
  );
}
