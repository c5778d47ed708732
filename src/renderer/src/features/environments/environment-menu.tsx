import { Menu, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import type { Guard, GuardedPlace } from '../../../../shared/model/environment.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { EnvironmentBadge } from '../../ui/environment-badge.tsx';
import { choiceLabel, environmentLabel, reasonLabel } from './environment-text.ts';

const CHOICES = ['production', 'staging', 'development'] as const;

interface EnvironmentMenuProps {
  readonly place: GuardedPlace;
  readonly guard: Guard;
}

/** The environment of the place. It opens a menu that says why it is that, and lets a person say what it is. */
export function EnvironmentMenu({ place, guard }: EnvironmentMenuProps) {
  const cache = useQueryClient();
  const classify = useEngineChange('environments.classify');

  function choose(environment: (typeof CHOICES)[number]): void {
    classify.mutate(
      { ...place, environment },
      {
        // What a place is decides how plans and lists show it.
        onSuccess: () => void cache.invalidateQueries(),
        onError: ({ message }) => notifications.show({ message, color: 'red' }),
      },
    );
  }

  return (
    <Menu position="bottom-start" width={300}>
      <Menu.Target>
        <UnstyledButton display="flex" aria-label={environmentLabel(guard)} title={environmentLabel(guard)}>
          <EnvironmentBadge
            environment={guard.environment}
            {...(guard.name === undefined ? {} : { name: guard.name })}
            {...(guard.color === undefined ? {} : { color: guard.color })}
          />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{reasonLabel(guard)}</Menu.Label>
        {CHOICES.map((environment) => (
          <Menu.Item
            key={environment}
            disabled={guard.from === 'rule' && guard.environment === environment}
            onClick={() => choose(environment)}
          >
            {choiceLabel(place, environment)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
