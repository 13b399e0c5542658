import { PlatformError } from '@ml-platform/errors';
import { afterRelease, keptIn, type Release } from '@ml-platform/registry/release';
import type { Stack } from '../stack.ts';
import { type Image, type Served, serveImage } from './serve-image.ts';

export interface MemoryStack extends Stack {
  /** By digest. */
  readonly images: Map<string, Image>;
  readonly close: () => Promise<void>;
}

/** A stack of this process: its cloud is one real model server. */
export function memoryStack(): MemoryStack {
  const images = new Map<string, Image>();
  let kept = keptIn({});
  let server: Served | undefined;
  const close = async () => {
    await server?.close();
    server = undefined;
  };
  return {
    name: 'dev',
    images,
    close,
    read: async () => ({ ...kept, ...(server && { url: `http://127.0.0.1:${server.port}` }) }),
    history: async () => [],
    up: async (release: Release | undefined) => {
      const image = release && images.get(release.image.digest);
      if (image?.breaksUpdate) throw new PlatformError('the update broke', { code: 'step', hint: 'as it was told to' });
      await close();
      kept = afterRelease(kept, release);
      if (image) server = await serveImage(image, { name: release.model.name, port: 0 });
    },
  };
}
