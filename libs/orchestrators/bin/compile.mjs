#!/usr/bin/env node
import { runCommand } from './command.mjs';

await runCommand('compile', async () => (await import('../src/command/main.ts')).main);
