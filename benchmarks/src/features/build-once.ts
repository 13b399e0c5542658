/** Builds the table once, in a process of its own: the flights' file, the folder to write, and perhaps a memory limit. */
import { buildFeatures } from '@ml-platform/features';
import { airportRates } from './airport-rates.ts';

const [source = '', into = '', memory] = process.argv.slice(2);
await buildFeatures(airportRates, { source, into, ...(memory !== undefined && { memory }) });
process.stdout.write(`${JSON.stringify({ peak: process.resourceUsage().maxRSS * 1024 })}\n`);
