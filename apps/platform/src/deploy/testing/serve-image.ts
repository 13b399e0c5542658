import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@ml-platform/model-server';

/** What an image of a stand-in holds, and how it fails. */
export interface Image {
  /** The model's folder. */
  readonly model: string;
  /** An update that brings it fails. */
  readonly breaksUpdate?: boolean;
  /** It answers so much later. */
  readonly delayMs?: number;
  /** One of so many questions is answered by 500. */
  readonly failsEvery?: number;
  /** From so many questions on: what a smoke test doesn't see. */
  readonly failsAfter?: number;
  /** A folder for what it is asked and answers. */
  readonly logPredictions?: string;
}

export interface Served {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Runs an image: a real model server, behind something that fails as it was told to. */
export async function serveImage(
  image: Image,
  { name, port }: { readonly name: string; readonly port: number },
): Promise<Served> {
  const { model: modelDir, logPredictions } = image;
  const { app, listening } = await serve({ modelDir, model: name, host: '127.0.0.1', port: 0, logPredictions });
  const isFailing = failureOf(image);
  const front = createServer((incoming, outgoing) => {
    const isQuestion = incoming.method === 'POST';
    if (isQuestion && isFailing()) {
      incoming.resume();
      outgoing.writeHead(500).end('told to fail');
      return;
    }
    const { method = 'GET', url = '/', headers } = incoming;
    const forward = () => {
      const asking = request(new URL(url, listening.url), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      asking.on('error', () => outgoing.writeHead(502).end());
      incoming.pipe(asking);
    };
    setTimeout(forward, isQuestion ? (image.delayMs ?? 0) : 0);
  });
  await once(front.listen(port, '127.0.0.1'), 'listening');
  const close = async () => {
    front.closeAllConnections();
    front.close();
    await app.close();
  };
  return { port: (front.address() as AddressInfo).port, close };
}

/** Says of each question in turn whether it fails. */
function failureOf({ failsAfter, failsEvery }: Image): () => boolean {
  if (failsAfter === undefined && failsEvery === undefined) return () => false;
  let asked = 0;
  return () => {
    asked += 1;
    return asked > (failsAfter ?? 0) && asked % (failsEvery ?? 1) === 0;
  };
}
