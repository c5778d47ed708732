// @ts-check
import { runWithTools } from './checkout.mjs';

await runWithTools('../packaging/package-app.ts');
