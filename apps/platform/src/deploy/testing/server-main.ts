import { type Image, serveImage } from './serve-image.ts';
import type { ServerRun } from './server-process.ts';

/** The process of a server that outlives the command that started it. */
const [given = ''] = process.argv.slice(2);
const run = JSON.parse(given) as ServerRun & Image;
const { port, close } = await serveImage(run, run);
process.stdout.write(`listens on ${port}\n`);
process.on('SIGTERM', () => void close().then(() => process.exit()));
