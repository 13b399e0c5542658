/** Serves steps to the process that forks it: no command for a person. */
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// Keeps compiled code from one start to the next.
module.enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/node', import.meta.url)));
const { serveSteps } = await import('../src/runner/serve-steps.ts');
serveSteps();
