import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

interface About {
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

// The plugin's own policy upgrades to https, which breaks the page on every http host but localhost.
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; base-uri 'self'; frame-ancestors 'self'; img-src 'self' data:; object-src 'none'";

/** Serves `/openapi.json` and the page `/docs`; has to come before the routes that they describe. */
export async function registerDocs(app: FastifyInstance, about: About): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: about.name, version: about.version, description: about.description },
    },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: CONTENT_SECURITY_POLICY,
    theme: { title: about.name },
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
}
