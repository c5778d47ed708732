import { Button, Checkbox, NumberInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { FleetMember } from '../../../../shared/model/fleet.ts';
import type { Repository } from '../../../../shared/model/image.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { RepositorySelect } from '../images/repository-select.tsx';
import { TagPicker } from '../images/tag-picker.tsx';
import { CandidateTable } from './candidate-table.tsx';
import styles from './fleet.module.css';
import type { FleetWish } from './fleet-page.tsx';

interface FleetFormProps {
  readonly scope: Scope;
  readonly onPlan: (wish: FleetWish) => void;
}

/** What shall go where: an image, the services that get it, how many at a time, and when to stop. */
export function FleetForm({ scope, onPlan }: FleetFormProps) {
  const { account, region } = scope;
  const [repository, setRepository] = useState<Repository>();
  const [image, setImage] = useState<string>();
  const [services, setServices] = useState<readonly FleetMember[]>([]);
  const [size, setSize] = useState(1);
  const [stopAfterFailures, setStopAfterFailures] = useState(1);
  const [rollBackOnStop, setRollBackOnStop] = useState(false);
  const isComplete = image !== undefined && services.length > 0;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isComplete) return;
    const waves = { size };
    onPlan({ account, region, services, image, waves, stopAfterFailures, rollBackOnStop });
  };

  return (
    <form className={styles.form} onSubmit={submit}>
      <Card title="Image">
        <CardBody>
          <div className={styles.image}>
            <RepositorySelect
              scope={scope}
              value={repository?.name}
              onChange={(chosen) => {
                setRepository(chosen);
                setImage(undefined);
                setServices([]);
              }}
            />
            {repository && (
              <TagPicker key={repository.name} scope={scope} repository={repository} onChoose={setImage} />
            )}
          </div>
        </CardBody>
      </Card>
      {repository && (
        <CandidateTable
          key={repository.uri}
          scope={scope}
          repository={repository}
          chosen={services}
          onChange={setServices}
        />
      )}
      {repository && (
        <Card title="Waves">
          <CardBody>
            <div className={styles.line}>
              <NumberInput
                label="Services in a wave"
                min={1}
                max={500}
                value={size}
                onChange={(value) => setSize(wholeOr(value, size))}
              />
              <NumberInput
                label="Stop after so many have failed"
                min={1}
                max={500}
                value={stopAfterFailures}
                onChange={(value) => setStopAfterFailures(wholeOr(value, stopAfterFailures))}
              />
              <Checkbox
                label="Then roll back those that have it"
                checked={rollBackOnStop}
                onChange={(event) => setRollBackOnStop(event.currentTarget.checked)}
              />
              <Button className={styles.end} type="submit" variant="filled" disabled={!isComplete}>
                Plan
              </Button>
            </div>
            <p className={styles.note}>
              A wave begins when the one before is over.{' '}
              {stopAfterFailures === 1
                ? 'Each has to succeed as a whole.'
                : `With fewer than ${stopAfterFailures} failed services it goes on.`}
            </p>
          </CardBody>
        </Card>
      )}
    </form>
  );
}

function wholeOr(value: string | number, otherwise: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : otherwise;
}
