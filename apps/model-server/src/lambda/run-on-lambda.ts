import type { FastifyInstance, HTTPMethods } from 'fastify';
import type { Settings } from '../command-line.ts';
import { openApp } from '../serve.ts';
import { closeOnSignal } from '../shutdown.ts';
import { readHttpEvent } from './http-event.ts';
import { writeHttpResult } from './http-result.ts';
import { type Invocation, type RuntimeApi, runtimeApi } from './runtime-api.ts';

/**
 * Answers the events of Lambda one after another, until a signal ends the process.
 *
 * @throws PlatformError what kept the server from starting, after Lambda was told; `environment` where Lambda's runtime API
 * fails.
 */
export async function runOnLambda(hostAndPort: string, readSettings: () => Settings): Promise<void> {
  const api = runtimeApi(hostAndPort);
  try {
    const app = await openOrTell(api, readSettings);
    closeOnSignal(app);
    await answerEvents(app, api);
  } finally {
    api.close();
  }
}

async function openOrTell(api: RuntimeApi, readSettings: () => Settings): Promise<FastifyInstance> {
  try {
    const { source, ...limits } = readSettings();
    return await openApp(source, limits);
  } catch (thrown) {
    await api.failInit(thrown, 'Runtime.NotStarted');
    throw thrown;
  }
}

async function answerEvents(app: FastifyInstance, api: RuntimeApi): Promise<void> {
  const closing = new AbortController();
  app.addHook('onClose', async () => closing.abort());
  await app.ready();
  for (;;) {
    const invocation = await api.next(closing.signal);
    if (invocation === undefined) return;
    await answerEvent(app, api, invocation);
  }
}

async function answerEvent(app: FastifyInstance, api: RuntimeApi, invocation: Invocation): Promise<void> {
  // Where X-Ray's libraries look for it.
  process.env._X_AMZN_TRACE_ID = invocation.traceId ?? '';
  let result: string;
  try {
    result = await predict(app, invocation.event);
  } catch (thrown) {
    return api.fail(invocation, thrown, 'Runtime.InvalidEvent');
  }
  await api.respond(invocation, result);
}

async function predict(app: FastifyInstance, event: string): Promise<string> {
  const { method, url, headers, body } = readHttpEvent(event);
  return writeHttpResult(await app.inject({ method: method as HTTPMethods, url, headers, payload: body }));
}
