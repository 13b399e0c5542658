import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes a model folder that a registry takes; nothing can run it. */
export async function modelFolder(folder: string, bytes: string, more: object = {}): Promise<string> {
  await mkdir(folder, { recursive: true });
  const columns = [{ name: 'x', type: 'float32' }];
  const manifest = { formatVersion: '1.0', signature: { inputs: columns, outputs: columns }, example: { x: 1 } };
  await writeFile(join(folder, 'model.json'), JSON.stringify({ ...manifest, ...more }));
  await writeFile(join(folder, 'model.onnx'), bytes);
  return folder;
}
