import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { messageOf, PlatformError } from '@ml-platform/errors';

/** One event to be answered. */
export interface Invocation {
  readonly id: string;
  /** JSON. */
  readonly event: string;
  readonly traceId: string | undefined;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export interface RuntimeApi {
  /** Waits for the next event, for as long as it takes; undefined where `signal` ended the wait. */
  next(signal: AbortSignal): Promise<Invocation | undefined>;
  respond(invocation: Invocation, result: string): Promise<void>;
  /** Says that an event couldn't be answered; the type has the form `Runtime.Reason`. */
  fail(invocation: Invocation, thrown: unknown, type: string): Promise<void>;
  /** Says that no event can be answered; the process has to end. */
  failInit(thrown: unknown, type: string): Promise<void>;
  close(): void;
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * The runtime API at a host and port. A call that it refuses is thrown as PlatformError `environment`: the process then
 * has to end, and Lambda starts another.
 */
export function runtimeApi(hostAndPort: string): RuntimeApi {
  const agent = new Agent({ keepAlive: true });
  const call = (asked: Call) => send(new URL(`http://${hostAndPort}/2018-06-01/runtime/`), agent, asked);
  const post = async (path: string, body: string, headers = {}) => {
    await call({ method: 'POST', path, body, headers });
  };
  const postError = (path: string, thrown: unknown, type: string) =>
    post(path, JSON.stringify(describe(thrown, type)), { 'Lambda-Runtime-Function-Error-Type': type });
  return {
    async next(signal) {
      const answer = await call({ method: 'GET', path: 'invocation/next', signal }).catch((thrown: unknown) => {
        if (signal.aborted) return undefined;
        throw thrown;
      });
      return answer && readInvocation(answer);
    },
    respond: ({ id }, result) => post(`invocation/${id}/response`, result),
    fail: ({ id }, thrown, type) => postError(`invocation/${id}/error`, thrown, type),
    failInit: (thrown, type) => postError('init/error', thrown, type),
    close: () => agent.destroy(),
  };
}

function readInvocation({ headers, body }: Answer): Invocation {
  const id = headers['lambda-runtime-aws-request-id'];
  if (typeof id !== 'string') throw broken('sent an event without Lambda-Runtime-Aws-Request-Id');
  const traceId = headers['lambda-runtime-trace-id'];
  return { id, event: body, traceId: typeof traceId === 'string' ? traceId : undefined };
}

function describe(thrown: unknown, errorType: string): object {
  const hint = thrown instanceof PlatformError ? `; ${thrown.hint}` : '';
  const stack = thrown instanceof Error && !(thrown instanceof PlatformError) ? (thrown.stack ?? '') : '';
  const stackTrace = stack.split('\n').slice(1);
  return { errorMessage: `${messageOf(thrown)}${hint}`, errorType, stackTrace: stackTrace.map((line) => line.trim()) };
}

/** By node:http, which sets no limit to the wait: between two events Lambda may freeze the process for hours. */
function send(base: URL, agent: Agent, { method, path, body, headers, signal }: Call): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const fail = (thrown: unknown) =>
    reject(broken(`can't be asked for ${method} ${path}: ${messageOf(thrown)}`, thrown));
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const options = { method, agent, headers: { ...headers, ...length }, ...(signal && { signal }) };
  const asking = request(new URL(path, base), options, (answer) => {
    const { statusCode = 0 } = answer;
    text(answer).then((received) => {
      if (statusCode >= 200 && statusCode < 300) resolve({ headers: answer.headers, body: received });
      else reject(broken(`answered ${statusCode} to ${method} ${path}: ${received}`));
    }, fail);
  });
  asking.on('error', fail);
  asking.end(body);
  return promise;
}

function broken(what: string, cause?: unknown): PlatformError {
  return new PlatformError(`Lambda's runtime API ${what}`, {
    code: 'environment',
    hint: 'Lambda starts another process; away from Lambda, unset AWS_LAMBDA_RUNTIME_API',
    cause,
  });
}
