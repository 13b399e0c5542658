import { PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import { askJson, type Rest } from '../http/rest-client.ts';

const HINT = 'set AIRFLOW_API_TOKEN, or AIRFLOW_USERNAME and AIRFLOW_PASSWORD';
const token = z.object({ access_token: z.string() });

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Airflow's API for somebody: a token as it is, or one that a name and a password are changed for.
 *
 * @throws PlatformError `environment` where neither is there, or Airflow doesn't know them.
 */
export async function signIn(url: string, env: Environment = process.env): Promise<Rest> {
  const rest = { service: 'Airflow', url, signIn: HINT };
  const { AIRFLOW_API_TOKEN, AIRFLOW_USERNAME, AIRFLOW_PASSWORD } = env;
  if (AIRFLOW_API_TOKEN) return signed(rest, AIRFLOW_API_TOKEN);
  if (!AIRFLOW_USERNAME || !AIRFLOW_PASSWORD) {
    throw new PlatformError(`Airflow at ${url} asks who you are`, { code: 'environment', hint: HINT });
  }
  const body = { username: AIRFLOW_USERNAME, password: AIRFLOW_PASSWORD };
  const answer = await askJson(rest, { method: 'POST', path: '/auth/token', body });
  return signed(rest, token.parse(answer).access_token);
}

function signed(rest: Rest, value: string): Rest {
  return { ...rest, headers: { authorization: `Bearer ${value}` } };
}
