import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findProject } from './find-project.ts';
import { layOut } from './testing/lay-out.ts';

test('the nearest folder with platform.json, without Git', () => {
  const folder = layOut({ 'platform.json': '', 'apps/sales/x': '' });
  expect(findProject(join(folder, 'apps/sales'))).toBe(realpathSync(folder));
  expect(() => findProject(layOut({}))).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringMatching(/^no platform\.json in /) }),
  );
});
