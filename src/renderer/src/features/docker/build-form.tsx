import { Button, Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { BuildFolder } from '../../../../shared/model/docker.ts';
import { shortCommit } from '../../lib/image-labels.ts';
import { refusedProps, usePushRefusals } from '../../lib/refusals.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { Mono } from '../../ui/mono.tsx';
import { RefusalNote } from '../../ui/refusal-note.tsx';
import { Tag } from '../../ui/tag.tsx';
import { RepositorySelect } from '../images/repository-select.tsx';
import {
  areValid,
  BUILD_OPTIONS,
  type ChosenOptions,
  chosenOptions,
  NO_OPTIONS,
  withoutSecrets,
} from './build-options.ts';
import { BuildOptionsFields } from './build-options-fields.tsx';
import { BUILD_TEXT } from './docker-text.ts';
import { RuleNote, ruleProps } from './rule-note.tsx';
import { type DeployTarget, useRuleRefusals } from './rule-refusals.ts';
import { isTag, TagField } from './tag-field.tsx';
import { asTagPattern } from './tag-pattern.ts';
import { useProposedTag } from './use-proposed-tag.ts';

/** What a person has chosen to build, and where to push it. */
export interface BuildChoice extends ChosenOptions {
  readonly dockerfile: string;
  readonly repository: string;
  readonly tag: string;
  /** A second tag to push the image under. */
  readonly alsoTag?: string;
}

interface BuildFormProps {
  readonly scope: Scope;
  /** What the image is built for. */
  readonly deployTo: DeployTarget;
  /** Where the options are kept until they were used, and with `.tag` the tag. */
  readonly draftKey: string;
  readonly offer: BuildFolder;
  readonly repository: string | undefined;
  readonly wantedPlatform: string | undefined;
  readonly running: boolean;
  readonly onStart: (choice: BuildChoice) => void;
  readonly onStop: () => void;
}

/** What to build and where to push it, proposed from what the folder offers. */
export function BuildForm(props: BuildFormProps) {
  const { scope, deployTo, draftKey, offer, repository, wantedPlatform, running, onStart, onStop } = props;
  const [dockerfile, setDockerfile] = useState(offer.dockerfiles[0]);
  const [chosen, setChosen] = useState<string>();
  // The proposal may come after the person has begun.
  const pushedTo = chosen ?? repository;
  const proposed = useProposedTag(deployTo, offer, pushedTo, `${draftKey}.tag`);
  const { tag } = proposed;
  const [options, setOptions] = useDraft({
    key: draftKey,
    shape: BUILD_OPTIONS,
    initial: NO_OPTIONS,
    stored: withoutSecrets,
  });
  const refusals = usePushRefusals(scope, pushedTo);
  const rules = useRuleRefusals(deployTo, pushedTo, tag);
  const isComplete = dockerfile !== undefined && pushedTo !== undefined && isTag(tag) && areValid(options);

  return (
    <>
      <GitLine offer={offer} />
      <Group grow align="flex-start" gap="md">
        <Select
          label={BUILD_TEXT.dockerfile}
          data={offer.dockerfiles}
          value={dockerfile ?? null}
          onChange={(next) => setDockerfile(next ?? undefined)}
          allowDeselect={false}
          disabled={running}
        />
        <RepositorySelect
          scope={scope}
          value={pushedTo}
          onChange={({ name }) => setChosen(name)}
          disabled={running}
          canCreate
        />
        <Select
          label={BUILD_TEXT.tagFrom}
          placeholder={BUILD_TEXT.typedTag}
          data={[
            ...proposed.proposals.filter(({ pattern }) => pattern !== 'env'),
            { pattern: 'env' as const, tag: undefined },
          ].map(({ pattern, tag: value }) => ({
            value: pattern,
            label: BUILD_TEXT.tagPattern(pattern, value),
          }))}
          value={proposed.pattern ?? null}
          description={proposed.isDeclared ? BUILD_TEXT.declaredTag : undefined}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          onChange={(value) => {
            const pattern = asTagPattern(value ?? undefined);
            if (pattern !== undefined) proposed.pick(pattern);
          }}
          comboboxProps={{ width: 340, position: 'bottom-start' }}
          maxDropdownHeight={360}
          onDropdownOpen={proposed.read}
          nothingFoundMessage={proposed.isReading ? BUILD_TEXT.readingTags : BUILD_TEXT.noTagPatterns}
          allowDeselect={false}
          disabled={running}
        />
        {proposed.variable === undefined ? null : (
          <TextInput
            label={BUILD_TEXT.variable}
            placeholder={BUILD_TEXT.variableExample}
            value={proposed.variable.name}
            error={proposed.variable.problem}
            onChange={(event) => proposed.variable?.rename(event.currentTarget.value.trim())}
            disabled={running}
            spellCheck={false}
            autoComplete="off"
          />
        )}
        <TagField
          scope={scope}
          repository={pushedTo}
          commit={commitOf(offer)}
          value={tag}
          onChange={proposed.type}
          disabled={running}
        />
      </Group>
      <BuildOptionsFields
        options={options}
        wantedPlatform={wantedPlatform}
        onChange={setOptions}
        disabled={running}
      />
      <RefusalNote refusals={refusals} />
      <RuleNote refusals={rules} />
      <Group>
        {running ? (
          <Button onClick={onStop}>{BUILD_TEXT.stop}</Button>
        ) : (
          <Button
            disabled={!isComplete}
            {...refusedProps(refusals, 'push')}
            {...ruleProps(rules)}
            onClick={() => {
              if (isComplete && !refusals.isRefused('push') && !rules.isRefused) {
                proposed.keep();
                onStart({
                  dockerfile,
                  repository: pushedTo,
                  tag,
                  ...chosenOptions(options),
                  ...(options.alsoTag === '' ? {} : { alsoTag: options.alsoTag }),
                });
              }
            }}
          >
            {BUILD_TEXT.start}
          </Button>
        )}
      </Group>
    </>
  );
}

function commitOf({ git }: BuildFolder): string | undefined {
  return git?.dirty === true ? `${git.commit}-dirty` : git?.commit;
}

function GitLine({ offer: { git, gitProblem } }: { readonly offer: BuildFolder }) {
  if (!git) {
    return <span style={{ color: 'var(--soft)' }}>{gitProblem ?? BUILD_TEXT.noGit}</span>;
  }
  return (
    <span style={{ color: 'var(--soft)' }}>
      {BUILD_TEXT.commit} <Mono>{shortCommit(git.commit)}</Mono>
      {git.branch !== undefined && BUILD_TEXT.onBranch(git.branch)}{' '}
      {git.dirty && <Tag kind="warning">{BUILD_TEXT.uncommitted}</Tag>}
    </span>
  );
}
