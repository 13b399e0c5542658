import type { PredictionLog } from '@ml-platform/serving';
import type { FastifyInstance } from 'fastify';

/** https://prometheus.io/docs/instrumenting/exposition_formats */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** `GET /metrics`: what became of the rows that the prediction log was given. */
export function metricsRoute(app: FastifyInstance, log: PredictionLog): void {
  app.get('/metrics', { schema: { summary: 'Metrics for Prometheus', tags: ['health'] } }, async (_, reply) => {
    const { written, dropped, waiting } = log.counts();
    return reply
      .type(CONTENT_TYPE)
      .send(
        [
          '# HELP prediction_log_rows_total Rows of predictions: written to the log, or dropped.',
          '# TYPE prediction_log_rows_total counter',
          `prediction_log_rows_total{outcome="written"} ${written}`,
          `prediction_log_rows_total{outcome="dropped"} ${dropped}`,
          '# HELP prediction_log_rows_waiting Rows of predictions that are not written yet.',
          '# TYPE prediction_log_rows_waiting gauge',
          `prediction_log_rows_waiting ${waiting}`,
          '',
        ].join('\n'),
      );
  });
}
