import { type PredictionLog, withPredictionLog } from '@ml-platform/serving';
import type { ServedVersion } from './served-version.ts';

/** The same version, whose predictions are kept under its name. */
export function logPredictionsOf({ name, version, model }: ServedVersion, log: PredictionLog): ServedVersion {
  return { name, version, model: withPredictionLog({ name, version }, model, log) };
}
