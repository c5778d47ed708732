import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import { repositoryOf } from '../../lib/deployable-reference.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { Mono } from '../../ui/mono.tsx';
import { RepositorySelect, useRepositories } from '../images/repository-select.tsx';
import { TagPicker } from '../images/tag-picker.tsx';
import { CandidateTable } from './candidate-table.tsx';
import styles from './fleet.module.css';
import type { FleetRequest } from './fleet-draft.ts';
import { stopConditionOf, wavesOf } from './fleet-draft.ts';
import { FLEET_TEXT, stopLabel } from './fleet-text.ts';
import type { FleetContent } from './use-fleet-draft.ts';
import { WaveRules } from './wave-rules.tsx';

interface FleetFormProps {
  readonly scope: Scope;
  /** The image that the page was opened with. */
  readonly given: string | undefined;
  /** The filter of the services that the address holds. */
  readonly filter: string;
  readonly content: FleetContent;
  readonly onChange: (changed: Partial<FleetContent>) => void;
  readonly onPlan: (request: FleetRequest) => void;
}

/** What shall go where: an image, the services that get it, in which waves, and when to stop. */
export function FleetForm({ scope, given, filter, content, onChange, onPlan }: FleetFormProps) {
  const { account, region } = scope;
  const repositories = useRepositories(scope);
  /** Whether the picker is open: a restored image is named until another one is looked for. */
  const [isPicking, setPicking] = useState(content.image === undefined);
  const { image, services, rules } = content;
  const listed = repositories.data ?? [];
  const named = image ?? given;
  const repository =
    listed.find(({ name }) => name === content.repository) ??
    (named === undefined ? undefined : repositoryOf(named, listed));
  const isComplete = image !== undefined && services.length > 0;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isComplete) return;
    const waves = wavesOf(rules, services);
    onPlan({ account, region, services, image, waves, ...stopConditionOf(rules) });
  };

  return (
    <form className={styles.form} onSubmit={submit}>
      <Card title={FLEET_TEXT.image}>
        <CardBody>
          <div className={styles.image}>
            <RepositorySelect
              scope={scope}
              value={repository?.name}
              onChange={({ name }) => {
                setPicking(true);
                onChange({ repository: name, image: undefined, services: [] });
              }}
            />
            {image !== undefined && !isPicking ? (
              <div className={styles.line}>
                <Mono>{image}</Mono>
                <Button onClick={() => setPicking(true)}>{FLEET_TEXT.changeImage}</Button>
              </div>
            ) : (
              repository && (
                <TagPicker
                  key={repository.name}
                  scope={scope}
                  repository={repository}
                  chosen={image}
                  onChoose={(next) => onChange({ image: next })}
                />
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
            filter={filter}
            chosen={services}
            onChange={(next) => onChange({ services: next })}
            draft={rules}
            onDraft={(next) => onChange({ rules: next })}
          />
          <Card title={FLEET_TEXT.waves}>
            <CardBody>
              <WaveRules draft={rules} onChange={(next) => onChange({ rules: next })} />
              <div className={styles.line}>
                <p className={styles.note}>
                  {FLEET_TEXT.wavesHelp} {stopLabel(rules, services.length)}
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
