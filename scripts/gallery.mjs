// @ts-check
import { runWithTools } from './checkout.mjs';

await runWithTools('gallery.ts');
