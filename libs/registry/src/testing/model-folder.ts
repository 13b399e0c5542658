import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes a model folder that a registry takes; nothing can run it. */
export async function modelFolder(parent: string, bytes: string, more: object = {}): Promise<string> {
  const folder = path.join(parent, `source-${bytes}`);
  await mkdir(folder, { recursive: true });
  const columns = [{ name: 'x', type: 'float32' }];
  const manifest = { formatVersion: '1.0', signature: { inputs: columns, outputs: columns }, example: { x: 1 } };
  await writeFile(path.join(folder, 'model.json'), JSON.stringify({ ...manifest, ...more }));
  await writeFile(path.join(folder, 'model.onnx'), bytes);
  return folder;
}
