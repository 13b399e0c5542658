import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@ml-platform/errors';

const TRIES = 3;
const ANSWER_MILLISECONDS = 5_000;

/** Posts a text as Slack, Mattermost and Teams take it; returns why it failed, without the address, which is a secret. */
export async function sendWebhook(url: string, text: string, pauseMilliseconds = 500): Promise<string | undefined> {
  let problem: string | undefined;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (attempt > 0) await sleep(pauseMilliseconds * 2 ** attempt);
    problem = await post(url, text);
    if (problem === undefined) return undefined;
  }
  return problem;
}

async function post(url: string, text: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
      signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `it answered ${response.status}`;
  } catch (error) {
    return messageOf(error).replaceAll(url, 'its address');
  }
}
