import { Kbd, Modal, Table } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { paletteKeys } from '../lib/platform.ts';

const shortcuts = (): readonly (readonly [keys: string, what: string])[] => [
  [paletteKeys(), 'Search services, clusters and actions'],
  ['/', 'Filter the services'],
  ['j  k', 'Next and previous service (also the arrow keys)'],
  ['Enter', 'Open the service'],
  ['D', 'Deploy the open service'],
  ['R', 'Roll back the open service'],
  ['S', 'Scale the open service'],
  ['M', 'Open a bulk release'],
  ['1 to 5', 'Switch between the tabs of the open service'],
  ['?', 'Show keyboard shortcuts'],
  ['Esc', 'Close the open dialog'],
];

/** All keys, opened by `?`. */
export function ShortcutSheet() {
  const [opened, { toggle, close }] = useDisclosure(false);
  // Some keyboards have a key of its own for it.
  useHotkeys([
    ['shift+?', toggle],
    ['?', toggle],
  ]);
  return (
    <Modal opened={opened} onClose={close} title="Keyboard shortcuts">
      <Table withRowBorders={false} verticalSpacing={4}>
        <Table.Tbody>
          {shortcuts().map(([keys, what]) => (
            <Table.Tr key={keys}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <Kbd size="xs">{keys}</Kbd>
              </Table.Td>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
