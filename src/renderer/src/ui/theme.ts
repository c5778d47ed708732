import {
  Badge,
  Button,
  type CheckboxProps,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  type MantineColorsTuple,
  Modal,
  Notification,
  Select,
  Table,
  TextInput,
  Tooltip,
} from '@mantine/core';
import dialogStyles from './dialog.module.css';
import tableStyles from './table.module.css';

/**
 * Dialogs and menus have the background of a pane, not that of the page. The error of a field has enough contrast
 * in both themes.
 */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#55606a',
    '--mantine-color-error': 'var(--bad)',
  },
  dark: { '--mantine-color-body': '#151a1e', '--mantine-color-error': 'var(--bad)' },
});

const GO: MantineColorsTuple = [
  '#eaf2fe',
  '#d3e3fc',
  '#a6c6f8',
  '#84b4ff',
  '#6aa5ff',
  '#3a84f5',
  '#1a63d6',
  '#1657bd',
  '#114a9f',
  '#0c3a7e',
];

const RED: MantineColorsTuple = [
  '#fdf0f1',
  '#fbe7e8',
  '#f5c4c8',
  '#ff9aa1',
  '#ff7d86',
  '#d9404d',
  '#bd2735',
  '#a11f2c',
  '#861924',
  '#6b131c',
];

const GRAY: MantineColorsTuple = [
  '#f6f7f8',
  '#f1f4f6',
  '#e9edf0',
  '#e3e6e9',
  '#d5dade',
  '#5c6770',
  '#55606a',
  '#49535b',
  '#343c43',
  '#1b2126',
];

const DARK: MantineColorsTuple = [
  '#e4e8eb',
  '#c6cdd3',
  '#9aa5ae',
  '#8b969f',
  '#2a3238',
  '#1f262b',
  '#151a1e',
  '#0f1316',
  '#0b0e10',
  '#070909',
];

/** Dialogs open at once. Their title line is no banner of the page, whatever its element says. */
const dialog = {
  transitionProps: { duration: 0 },
  closeButtonProps: { 'aria-label': 'Close' },
  attributes: { header: { role: 'presentation' } },
} as const;

const small = { defaultProps: { size: 'xs' } } as const;

/** Small sizes and quiet greys: the state of things is what has colour. */
export const theme = createTheme({
  primaryColor: 'go',
  primaryShade: { light: 6, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  colors: { go: GO, red: RED, gray: GRAY, dark: DARK },
  black: '#1b2126',
  fontFamily: 'Inter, "Segoe UI", system-ui, -apple-system, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.1875rem' },
  defaultRadius: 'sm',
  radius: { sm: '6px' },
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { size: 'xs', variant: 'default' },
      // Mantine reckons the contrast for the light theme only.
      vars: (_theme, { variant }) => ({
        root: variant === 'filled' ? { '--button-color': 'var(--on-filled)' } : {},
      }),
    }),
    TextInput: TextInput.extend(small),
    Select: Select.extend(small),
    // By their names alone: what the first page does not show is not loaded for its size.
    NativeSelect: small,
    NumberInput: small,
    Textarea: small,
    Checkbox: { defaultProps: { size: 'xs', radius: 3 } satisfies CheckboxProps },
    Table: Table.extend({ classNames: { table: tableStyles.table, th: tableStyles.th, td: tableStyles.td } }),
    Badge: Badge.extend({ defaultProps: { radius: 'sm', variant: 'light' } }),
    Modal: Modal.extend({ defaultProps: dialog, classNames: { title: dialogStyles.title } }),
    Drawer: Drawer.extend({ defaultProps: dialog }),
    Notification: Notification.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
    }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: false } }),
  },
});
