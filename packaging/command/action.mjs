// The entry of the GitHub action: its inputs become the arguments of the command. No shell reads them.
const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();

const options = [
  'env',
  'profile',
  'region',
  'cluster',
  'service',
  'image',
  'confirm',
  'why',
  'timeout',
  'sandbox',
];
const more = input('args')
  .split(/\r?\n/)
  .map((line) => line.trim())
  .filter(Boolean);
process.argv.splice(
  2,
  Infinity,
  input('verb') || 'deploy',
  ...options.flatMap((name) => (input(name) === '' ? [] : [`--${name}=${input(name)}`])),
  ...more,
);
await import('./main/cli.js');
