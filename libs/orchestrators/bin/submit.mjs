#!/usr/bin/env node
import { runCommand } from './command.mjs';

await runCommand('submit', async () => (await import('../src/command/submit.ts')).submit);
