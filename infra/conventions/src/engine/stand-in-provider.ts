import { parseArgs } from 'node:util';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import services from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import provider from '@pulumi/pulumi/proto/provider_pb.js';
import type { StandIn } from '../program/run-program.ts';
import { fromStruct, nothing, servePlugin, toStruct, unary } from './serve-plugin.ts';
import { StandInCloud } from './stand-in-cloud.ts';

/** Stands in for a cloud's `pulumi-resource-…`, which Pulumi's engine starts: `--module`, `--export`, `--store`. */

const text = { type: 'string', default: '' } as const;
const { values } = parseArgs({ options: { module: text, export: text, store: text }, strict: false });
const module = (await import(String(values.module))) as Record<string, StandIn>;
const standIn = module[String(values.export)];
if (!standIn) throw new Error(`${values.module} exports no ${values.export}`);
const cloud = new StandInCloud(standIn, String(values.store));

function configure() {
  const response = new provider.ConfigureResponse();
  response.setAcceptsecrets(true);
  response.setAcceptoutputs(true);
  response.setSupportspreview(true);
  return response;
}

function check(request: provider.CheckRequest) {
  const response = new provider.CheckResponse();
  response.setInputs(toStruct(cloud.check(fromStruct(request.getNews()))));
  return response;
}

function diff(request: provider.DiffRequest) {
  const { changed, replaces } = cloud.diff(
    request.getUrn(),
    fromStruct(request.getOlds()),
    fromStruct(request.getNews()),
  );
  const response = new provider.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList(changed);
  response.setReplacesList(replaces);
  return response;
}

function create(request: provider.CreateRequest) {
  const inputs = fromStruct(request.getProperties());
  const response = new provider.CreateResponse();
  if (request.getPreview()) {
    response.setProperties(toStruct(cloud.previewCreate(request.getUrn(), inputs)));
  } else {
    const { id, outputs } = cloud.create(request.getUrn(), inputs);
    response.setId(id);
    response.setProperties(toStruct(outputs));
  }
  return response;
}

function read(request: provider.ReadRequest) {
  const response = new provider.ReadResponse();
  const found = cloud.read(request.getId(), request.getUrn());
  if (found) {
    response.setId(request.getId());
    response.setInputs(toStruct(found.inputs));
    response.setProperties(toStruct(found.outputs));
  }
  return response;
}

function update(request: provider.UpdateRequest) {
  const [olds, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
  const urn = request.getUrn();
  const response = new provider.UpdateResponse();
  const isPreview = request.getPreview();
  response.setProperties(
    toStruct(isPreview ? cloud.previewUpdate(urn, olds, news) : cloud.update(request.getId(), urn, olds, news)),
  );
  return response;
}

function remove(request: provider.DeleteRequest) {
  cloud.delete(request.getId(), request.getUrn());
  return nothing();
}

function getPluginInfo() {
  const response = new plugin.PluginInfo();
  // Later than what any SDK asks for.
  response.setVersion('999.0.0');
  return response;
}

servePlugin(services.ResourceProviderService, {
  configure: unary(configure),
  check: unary(check),
  diff: unary(diff),
  create: unary(create),
  read: unary(read),
  update: unary(update),
  delete: unary(remove),
  getPluginInfo: unary(getPluginInfo),
  cancel: unary(nothing),
});
