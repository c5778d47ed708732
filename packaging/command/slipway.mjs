#!/usr/bin/env node
// Nothing of the command is loaded before: an older Node.js would end with an error of its own module loader.
const { node } = process.versions;
if (Number(node.split('.')[0]) >= 24) {
  await import('./main/cli.js');
} else {
  process.stderr.write(
    `slipway needs Node.js 24 or later, and this is ${node} (${process.execPath}). Install it, or run slipway with another one: /path/to/node ${process.argv[1]}\n`,
  );
  process.exitCode = 2;
}
