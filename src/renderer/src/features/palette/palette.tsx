import { useMantineColorScheme } from '@mantine/core';
import { Spotlight } from '@mantine/spotlight';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useEngine } from '../../lib/engine.ts';
import { usePlace } from '../../lib/place.ts';
import { engineQuery } from '../../lib/queries.ts';
import { rememberedScope } from '../../lib/remembered-place.ts';
import { hotkeyOf, useShortcuts } from '../../lib/shortcuts.ts';
import { paletteStore } from './open-palette.ts';
import styles from './palette.module.css';
import { findActions, type PaletteAction } from './palette-actions.ts';

const MOST_SHOWN = 40;
const FAMILIES_STALE_MS = 60_000;

/** The command palette: reaches accounts, clusters, services, task definitions, every view, and what can be done with the open one. */
export function Palette() {
  const router = useRouter();
  const cache = useQueryClient();
  const place = usePlace();
  const { setColorScheme } = useMantineColorScheme();
  const [actions, setActions] = useState<readonly PaletteAction[]>([]);

  const engine = useEngine();

  const gather = (): void => setActions(findActions({ router, cache, place, setColorScheme }));
  const open = (): void => {
    gather();
    if (place.scope === undefined) return;
    // The families come a moment later; without them the palette is as useful as before.
    const families = engineQuery(engine, 'families.all', place.scope, { staleMs: FAMILIES_STALE_MS });
    void cache.prefetchQuery(families).then(gather);
  };
  // With an account open the key means its own; without one, the last that was.
  const scope = place.scope ?? rememberedScope();
  useShortcuts({
    bulkRelease: () => {
      if (scope) void router.navigate({ to: '/a/$account/$region/fleet', params: scope, search: {} });
    },
  });
  const groups = Map.groupBy(actions, (action) => action.group);
  return (
    <Spotlight
      store={paletteStore}
      shortcut={hotkeyOf('palette')}
      onSpotlightOpen={open}
      actions={[...groups].map(([group, members]) => ({
        group,
        actions: members.map(({ id, label, description, run }) => ({ id, label, description, onClick: run })),
      }))}
      limit={MOST_SHOWN}
      maxHeight={420}
      scrollable
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      transitionProps={{ duration: 0 }}
      highlightQuery
      attributes={{ content: { 'aria-label': 'Command palette' } }}
      classNames={{
        action: styles.action,
        actionLabel: styles.label,
        actionDescription: styles.description,
        actionsGroup: styles.group,
      }}
      nothingFound="No matches. Services appear once their cluster has been opened."
      searchProps={{ placeholder: 'Search services, clusters and actions', 'aria-label': 'Search' }}
    />
  );
}
