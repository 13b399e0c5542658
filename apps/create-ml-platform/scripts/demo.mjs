/** From nothing to a served model, in a folder of its own: `npm run demo`, or `npm run demo -- --param ingest.rows=100000`. */
import { fileURLToPath } from 'node:url';
import { runMain } from '@ml-platform/errors';
import { demo } from '../src/demo/demo.ts';

await runMain(() => demo(fileURLToPath(new URL('../../../', import.meta.url)), process.argv.slice(2)));
