import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as grpc from '@grpc/grpc-js';
import services from '@pulumi/pulumi/proto/language_grpc_pb.js';
import language from '@pulumi/pulumi/proto/language_pb.js';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import { servePlugin, unary } from './serve-plugin.ts';

/**
 * Stands in for `pulumi-language-nodejs`, which comes with Pulumi's installer alone: Pulumi's engine starts it, asks it
 * to run a program or a policy pack, and it starts the runners of `@pulumi/pulumi` as the real one does.
 */

const [engineAddress = ''] = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));

/** With this a program ends that has said itself what is wrong. */
const SAID_ALREADY = 32;

function run(call: { request: language.RunRequest }, answer: grpc.sendUnaryData<language.RunResponse>): void {
  const { request } = call;
  const child = spawn(process.execPath, [runner(request.getPwd(), 'run'), ...argumentsOf(request)], {
    env: { ...process.env, ...environmentOf(request) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  child.on('close', (code) => {
    const response = new language.RunResponse();
    if (code === SAID_ALREADY) response.setBail(true);
    else if (code !== 0) response.setError(`the program ended with ${code}`);
    answer(null, response);
  });
}

function argumentsOf(request: language.RunRequest): string[] {
  const info = request.getInfo();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    'root-directory': info?.getRootDirectory(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
  };
  const given = Object.entries(flags).flatMap(([flag, value]) => (value ? [`--${flag}`, value] : []));
  const program = info?.getEntryPoint() || request.getProgram() || '.';
  return [...given, ...(request.getDryrun() ? ['--dry-run'] : []), program, ...request.getArgsList()];
}

function environmentOf(request: language.RunRequest): NodeJS.ProcessEnv {
  const options = request.getInfo()?.getOptions()?.toJavaScript() as { typescript?: boolean } | undefined;
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries() as Iterable<[string, string]>)),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    PULUMI_NODEJS_TYPESCRIPT: String(options?.typescript ?? true),
  };
}

/** A policy pack: its runner reads the version from the package.json of the folder that it runs in. */
function runPlugin(call: grpc.ServerWritableStream<language.RunPluginRequest, language.RunPluginResponse>): void {
  const { request } = call;
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const [engine = ''] = request.getArgsList();
  const child = spawn(process.execPath, [runner(folder, 'run-policy-pack'), engine, folder], {
    cwd: folder,
    env: Object.fromEntries(request.getEnvList().map((pair) => pair.split(/=(.*)/s, 2))),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const write = (fill: (response: language.RunPluginResponse) => void) => {
    const response = new language.RunPluginResponse();
    fill(response);
    call.write(response);
  };
  child.stdout.on('data', (data: Buffer) => write((response) => response.setStdout(data)));
  child.stderr.on('data', (data: Buffer) => write((response) => response.setStderr(data)));
  child.on('close', (code) => {
    write((response) => response.setExitcode(code ?? 1));
    call.end();
  });
  call.on('cancelled', () => child.kill());
}

function runner(folder: string, name: string): string {
  return createRequire(join(realpathSync(folder), 'package.json')).resolve(`@pulumi/pulumi/cmd/${name}`);
}

servePlugin(services.LanguageRuntimeService, {
  run,
  runPlugin,
  getPluginInfo: unary(() => new plugin.PluginInfo()),
  getRequiredPackages: unary(() => new language.GetRequiredPackagesResponse()),
  getRequiredPlugins: unary(() => new language.GetRequiredPluginsResponse()),
});
