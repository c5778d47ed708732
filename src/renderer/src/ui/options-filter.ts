import type { OptionsFilter } from '@mantine/core';

/** What was chosen is no search: whoever opens the list again wants to see the others. */
export const allUnlessTyped: OptionsFilter = ({ options, search, limit }) => {
  const labelled = options.filter((option) => 'label' in option);
  const isChosen = labelled.some(({ label }) => label === search);
  const shown = isChosen ? labelled : labelled.filter(({ label }) => label.includes(search.trim()));
  return shown.slice(0, limit);
};
