#!/usr/bin/env node
import { runCommand } from './command.mjs';

await runCommand('status', async () => (await import('../src/command/status.ts')).status);
