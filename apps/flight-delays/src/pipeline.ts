import { definePipeline } from '@ml-platform/pipeline';
import { evaluate } from './steps/evaluate.ts';
import { features } from './steps/features.ts';
import { ingest } from './steps/ingest.ts';
import { registerModel } from './steps/register.ts';
import { train } from './steps/train.ts';
import { validate } from './steps/validate.ts';

/** Will this flight arrive more than 15 minutes late? From what is known at its departure. */
export default definePipeline(
  'flight-delays',
  ({ add }) => {
    const raw = add(ingest);
    const checked = add(validate, { flights: raw.flights, airports: raw.airports });
    const tables = add(features, { flights: checked.flights, airports: raw.airports });
    const trained = add(train, { features: tables.training });
    const evaluated = add(evaluate, {
      model: trained.model,
      training: tables.training,
      test: tables.test,
      airports: raw.airports,
    });
    const { metrics } = evaluated;
    const better = metrics.get('auc').above(metrics.get('baselineAuc'));
    add(registerModel, { model: trained.model, metrics }, { when: better });
  },
  { description: 'Predicts whether a flight arrives more than 15 minutes late' },
);
