import * as grpc from '@grpc/grpc-js';
import protobuf from 'google-protobuf/google/protobuf/empty_pb.js';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';

export type Handler<Request, Response> = (request: Request) => Response;

/** A call that is answered at once; what the handler throws is the error that the engine prints. */
export function unary<Request, Response>(handler: Handler<Request, Response>) {
  return (call: { request: Request }, answer: grpc.sendUnaryData<Response>) => {
    try {
      answer(null, handler(call.request));
    } catch (error) {
      answer({ code: grpc.status.UNKNOWN, details: (error as Error).message });
    }
  };
}

export function nothing() {
  return new protobuf.Empty();
}

/** What is undefined isn't there. */
export function toStruct(properties: Record<string, unknown>): struct.Struct {
  const plain = JSON.parse(JSON.stringify(properties)) as Record<string, struct.JavaScriptValue>;
  return struct.Struct.fromJavaScript(plain);
}

export function fromStruct(properties: struct.Struct | undefined): Record<string, unknown> {
  return properties?.toJavaScript() ?? {};
}

/** Serves a plugin as Pulumi's engine expects it: at a free port, which is the first line that it prints. */
export function servePlugin(service: grpc.ServiceDefinition, handlers: grpc.UntypedServiceImplementation): void {
  const server = new grpc.Server();
  server.addService(service, handlers);
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}
