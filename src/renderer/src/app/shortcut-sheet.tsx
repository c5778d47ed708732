import { Group, Kbd, Modal, Table } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { allShortcuts, useShortcuts } from '../lib/shortcuts.ts';

/** All keyboard shortcuts, opened by `?`. */
export function ShortcutSheet() {
  const [opened, { toggle, close }] = useDisclosure(false);
  useShortcuts({ sheet: toggle });
  return (
    <Modal opened={opened} onClose={close} title="Keyboard shortcuts">
      <ShortcutTable />
    </Modal>
  );
}

/** A component of its own, so that its rows are made only while the sheet is open. */
function ShortcutTable() {
  return (
    <Table withRowBorders={false} verticalSpacing={4}>
      <Table.Tbody>
        {allShortcuts().map(({ what, labels }) => (
          <Table.Tr key={what}>
            <Table.Td>
              <Group gap={4} wrap="nowrap">
                {labels.map((label) => (
                  <Kbd key={label} size="xs">
                    {label}
                  </Kbd>
                ))}
              </Group>
            </Table.Td>
            <Table.Td>{what}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
