import { ROOT } from './checkout.mjs';
import { compileAhead } from './compiled-code.ts';

/** The second half of `npm run build`. */
const problem = await compileAhead(ROOT);
if (problem !== undefined) {
  process.stderr.write(`The first start of this build will compile its code: ${problem}\n`);
}
