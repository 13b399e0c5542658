import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { ServedVersion } from './served-version.ts';

// The plugin's own policy upgrades to https, which breaks the page on every http host but localhost.
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; base-uri 'self'; frame-ancestors 'self'; img-src 'self' data:; object-src 'none'";

/** Serves `/openapi.json` and the page `/docs`; has to come before the routes that they describe. */
export async function registerDocs(app: FastifyInstance, { name, version }: ServedVersion): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: name, version, description: `Predictions of the model ${name}, version ${version}.` },
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: CONTENT_SECURITY_POLICY, theme: { title: name } });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
}
