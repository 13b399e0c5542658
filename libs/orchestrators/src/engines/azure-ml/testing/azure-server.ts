import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const WORKSPACE = '/subscriptions/s/resourceGroups/acme/providers/Microsoft.MachineLearningServices/workspaces/ml';

/** A job of a step. */
export interface ChildJob {
  readonly name: string;
  readonly step: string;
  readonly status: string;
  readonly log?: string;
}

/** What Azure's SDK finds on this machine in place of Azure. */
export interface AzureServer {
  /** Environment variables that lead the SDK here, and make it believe that it runs on a machine of Azure's. */
  readonly env: Readonly<Record<string, string>>;
  /** Bodies of what was put, by the path below the workspace; of what was uploaded, by its path in the store. */
  readonly put: Map<string, string>;
  /** The pipeline job, once it was put. */
  status: string;
  children: readonly ChildJob[];
  readonly close: () => Promise<void>;
}

interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * As much of Azure as a pipeline job takes: its resource manager, the history of runs, a store, and the identity of a
 * machine. What is asked of it is made by Azure's own SDK alone.
 */
export async function azureServer(): Promise<AzureServer> {
  const folder = await mkdtemp(join(tmpdir(), 'azure-server-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = 'subjectAltName=DNS:localhost,DNS:acme.blob.localhost';
  const subject = ['-subj', '/CN=localhost', '-addext', names];
  await execa('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject]);
  let port = 0;
  const base = () => `https://localhost:${port}`;

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '', base());
    let body = '';
    for await (const chunk of request) body += chunk;
    const isStore = request.headers.host?.startsWith('acme.blob') ?? false;
    const asked = { method: request.method ?? '', url, body };
    const { status = 200, json, text = '', headers } = isStore ? store(asked) : answer(asked);
    const type = { 'content-type': 'application/json', connection: 'close' };
    response.writeHead(status, { ...(json !== undefined && type), ...headers });
    response.end(json === undefined ? text : JSON.stringify(json));
  };

  function answer({ method, url, body }: Asked): Answer {
    const { pathname: path, searchParams } = url;
    if (path === '/metadata') return { json: [cloud(base(), port)] };
    if (path === '/token') return { json: token(searchParams.get('resource') ?? '') };
    if (path === '/discovery') return { json: { api: base(), history: base(), experimentation: base() } };
    if (path.endsWith('/children')) return { json: { value: server.children.map(runOf) } };
    if (path.endsWith('/rundata')) return { json: { runMetadata: { ...JSON.parse(body), outputs: {} } } };
    const below = path.startsWith(WORKSPACE) ? path.slice(WORKSPACE.length + 1) : undefined;
    if (below === undefined) return missing(path);
    if (below === '') return { json: workspace(base()) };
    if (method === 'PUT') return put(below, body);
    if (below.startsWith('jobs/')) return job(below);
    if (below.startsWith('datastores')) return { json: datastore(below) };
    return missing(path);
  }

  function put(below: string, body: string): Answer {
    server.put.set(below, body);
    const { properties } = JSON.parse(body) as { properties: object };
    return { status: 201, json: resource(below, properties) };
  }

  function job(below: string): Answer {
    const child = server.children.find(({ name }) => below === `jobs/${name}`);
    const shown = { experimentName: 'sales', isArchived: false, services: {} };
    if (child) {
      const command = { jobType: 'Command', command: 'run-step', environmentId: 'azureml:steps:1' };
      return { json: resource(below, { ...shown, ...command, displayName: child.step, status: child.status }) };
    }
    if (!server.put.has(below)) return missing(below);
    return { json: resource(below, { ...shown, jobType: 'Pipeline', jobs: {}, status: server.status }) };
  }

  function store({ method, url, body }: Asked): Answer {
    const [, child = ''] = /dcid\.([\w-]+)/.exec(decodeURIComponent(url.href)) ?? [];
    const log = server.children.find(({ name }) => name === child)?.log ?? '';
    const headers = { etag: '"1"', 'last-modified': 'Sat, 31 Jan 2026 06:30:00 GMT', 'x-ms-blob-type': 'BlockBlob' };
    if (method === 'PUT') {
      if (body !== '') server.put.set(url.pathname, body);
      return { status: url.searchParams.has('comp') ? 200 : 201, headers };
    }
    if (url.searchParams.get('comp') === 'list')
      return { text: blobs(child, log.length), headers: { 'content-type': 'application/xml' } };
    if (method === 'HEAD' && child === '') return { status: 404, headers: { 'x-ms-error-code': 'BlobNotFound' } };
    const range = { 'content-length': String(log.length), 'content-range': `bytes 0-${log.length - 1}/${log.length}` };
    return {
      status: method === 'HEAD' ? 200 : 206,
      text: method === 'HEAD' ? '' : log,
      headers: { ...headers, ...range },
    };
  }

  const secure = createServer({ key: await readFile(key), cert: await readFile(cert) }, handle);
  const plain = createHttpServer(handle);
  port = await listen(secure);
  const plainPort = await listen(plain);
  const server: AzureServer = {
    env: {
      AZUREML_CURRENT_CLOUD: 'Test',
      ARM_CLOUD_METADATA_URL: `${base()}/metadata`,
      REQUESTS_CA_BUNDLE: cert,
      IDENTITY_ENDPOINT: `http://127.0.0.1:${plainPort}/token`,
      IDENTITY_HEADER: 'sesame',
      PYTHONPATH: fileURLToPath(new URL('.', import.meta.url)),
    },
    put: new Map(),
    status: 'Running',
    children: [],
    close: async () => {
      for (const one of [secure, plain]) await new Promise<void>((closed) => one.close(() => closed()));
      await rm(folder, { recursive: true });
    },
  };
  return server;
}

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

function missing(path: string): Answer {
  return { status: 404, json: { error: { code: 'NotFound', message: `there is no ${path}` } } };
}

function cloud(base: string, port: number) {
  const authentication = { loginEndpoint: base, audiences: [base] };
  return {
    name: 'Test',
    portal: base,
    resourceManager: `${base}/`,
    authentication,
    suffixes: { storage: `localhost:${port}` },
  };
}

/** The SDK reads who a token is for. */
function token(resource: string) {
  const parts = [
    { alg: 'none', typ: 'JWT' },
    { tid: 't', oid: 'o', aud: resource },
  ];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const expires = String(Math.floor(Date.now() / 1000) + 7200);
  return { access_token: `${text}.c2ln`, expires_on: expires, resource, token_type: 'Bearer' };
}

function workspace(base: string) {
  const properties = { discoveryUrl: `${base}/discovery`, workspaceId: 'w' };
  return { id: WORKSPACE, name: 'ml', location: 'westeurope', properties };
}

function resource(below: string, properties: object) {
  const systemData = { createdAt: '2026-01-31T06:30:00Z', createdByType: 'User' };
  return { id: `${WORKSPACE}/${below}`, name: below.split('/').at(-1), properties, systemData };
}

function datastore(below: string) {
  if (below.endsWith('/listSecrets')) return { secretsType: 'Sas', sasToken: 'sig=x' };
  const place = { datastoreType: 'AzureBlob', accountName: 'acme', containerName: 'ml', protocol: 'https' };
  const one = (name: string) =>
    resource(`datastores/${name}`, { ...place, isDefault: true, credentials: { credentialsType: 'Sas' } });
  const [, name] = below.split('/');
  return name === undefined ? { value: [one('workspaceblobstore')] } : one(name);
}

function runOf({ name, step, status }: ChildJob) {
  return {
    runId: name,
    rootRunId: 'root',
    parentRunId: 'root',
    status,
    displayName: step,
    runType: 'azureml.StepRun',
    properties: {},
  };
}

function blobs(child: string, length: number): string {
  const properties = `<Properties><Content-Length>${length}</Content-Length><BlobType>BlockBlob</BlobType></Properties>`;
  const blob = `<Blob><Name>ExperimentRun/dcid.${child}/user_logs/std_log.txt</Name>${properties}</Blob>`;
  return `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="ml"><Blobs>${blob}</Blobs><NextMarker/></EnumerationResults>`;
}
