import { expect, test } from 'vitest';
import { declareSection, placeComponent } from './place-component.ts';

const PROGRAM = `import * as aws from '@pulumi/aws/provider.js';
import { Keys } from './components/keys/keys.ts';
import { readSettings } from './config/settings.ts';

export default async function stack() {
  const keys = new Keys('keys');
  // What the stack says of itself.
  return { keys: keys.arns };
}
`;

test('a component comes before what the program returns, once', () => {
  const placed = placeComponent(PROGRAM, 'index.ts', 'audit-log');
  expect(placed).toBe(`import * as aws from '@pulumi/aws/provider.js';
import { AuditLog } from './components/audit-log/audit-log.ts';
import { Keys } from './components/keys/keys.ts';
import { readSettings } from './config/settings.ts';

export default async function stack() {
  const keys = new Keys('keys');
  // What the stack says of itself.
  if (settings.auditLog.enabled) {
    new AuditLog(named('audit-log'), { ...settings.auditLog, ...base }, options);
  }

  return { keys: keys.arns };
}
`);
  expect(placeComponent(placed, 'index.ts', 'audit-log')).toBe(placed);
});

test.each([
  ['sections: {}', 'sections: { auditLog: auditLogConfig }'],
  ['sections: { keys: keysConfig }', 'sections: { keys: keysConfig, auditLog: auditLogConfig }'],
  ['sections: {\n    keys: keysConfig,\n  }', 'sections: {\n    keys: keysConfig,\n    auditLog: auditLogConfig,\n  }'],
])('%j gets one more section, once', (before, after) => {
  const text = (sections: string) => `export const CONFIG = defineConfig({\n  ${sections},\n});\n`;
  const declared = declareSection(text(before), 'settings.ts', 'audit-log');
  expect(declared).toBe(`import { auditLogConfig } from '../components/audit-log/config.ts';\n${text(after)}`);
  expect(declareSection(declared, 'settings.ts', 'audit-log')).toBe(declared);
});

test('a program that has no place for it is left to the one who wrote it', () => {
  expect(() => placeComponent('export const a = 1;\n', 'infra/aws/index.ts', 'audit-log')).toThrow(
    'infra/aws/index.ts',
  );
  expect(() => declareSection('export const a = 1;\n', 'infra/aws/config/settings.ts', 'x')).toThrow(
    'list of sections',
  );
});
