#!/usr/bin/env node
import { runCommand } from './command.mjs';

await runCommand('logs', async () => (await import('../src/command/logs.ts')).logs);
