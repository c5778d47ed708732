import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { FleetMember } from '../../../../shared/model/fleet.ts';
import type { Repository } from '../../../../shared/model/image.ts';
import { repositoryOf } from '../../lib/deployable-reference.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { Mono } from '../../ui/mono.tsx';
import { RepositorySelect, useRepositories } from '../images/repository-select.tsx';
import { TagPicker } from '../images/tag-picker.tsx';
import { CandidateTable } from './candidate-table.tsx';
import styles from './fleet.module.css';
import type { FleetRequest } from './fleet-draft.ts';
import { type FleetDraft, NEW_DRAFT, stopConditionOf, wavesOf } from './fleet-draft.ts';
import { FLEET_TEXT, stopLabel } from './fleet-text.ts';
import { WaveRules } from './wave-rules.tsx';

interface FleetFormProps {
  readonly scope: Scope;
  /** The image that the page was opened with. */
  readonly image: string | undefined;
  readonly onPlan: (request: FleetRequest) => void;
}

/** What shall go where: an image, the services that get it, in which waves, and when to stop. */
export function FleetForm({ scope, image: given, onPlan }: FleetFormProps) {
  const { account, region } = scope;
  const repositories = useRepositories(scope);
  const [chosen, setChosen] = useState<Repository>();
  const [image, setImage] = useState(given);
  const [services, setServices] = useState<readonly FleetMember[]>([]);
  const [draft, setDraft] = useState<FleetDraft>(NEW_DRAFT);
  const repository =
    chosen ?? (given === undefined ? undefined : repositoryOf(given, repositories.data ?? []));
  const isComplete = image !== undefined && services.length > 0;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isComplete) return;
    const waves = wavesOf(draft, services);
    onPlan({ account, region, services, image, waves, ...stopConditionOf(draft) });
  };

  return (
    <form className={styles.form} onSubmit={submit}>
      <Card title={FLEET_TEXT.image}>
        <CardBody>
          <div className={styles.image}>
            <RepositorySelect
              scope={scope}
              value={repository?.name}
              onChange={(next) => {
                setChosen(next);
                setImage(undefined);
                setServices([]);
              }}
            />
            {image !== undefined && image === given ? (
              <div className={styles.line}>
                <Mono>{image}</Mono>
                <Button onClick={() => setImage(undefined)}>{FLEET_TEXT.changeImage}</Button>
              </div>
            ) : (
              repository && (
                <TagPicker key={repository.name} scope={scope} repository={repository} onChoose={setImage} />
              )
            )}
          </div>
        </CardBody>
      </Card>
      {repository && (
        <>
          <CandidateTable
            key={repository.uri}
            scope={scope}
            repository={repository}
            chosen={services}
            onChange={setServices}
            draft={draft}
            onDraft={setDraft}
          />
          <Card title={FLEET_TEXT.waves}>
            <CardBody>
              <WaveRules draft={draft} onChange={setDraft} />
              <div className={styles.line}>
                <p className={styles.note}>
                  {FLEET_TEXT.wavesHelp} {stopLabel(draft, services.length)}
                </p>
                <Button className={styles.end} type="submit" variant="filled" disabled={!isComplete}>
                  {FLEET_TEXT.review}
                </Button>
              </div>
            </CardBody>
          </Card>
        </>
      )}
    </form>
  );
}
