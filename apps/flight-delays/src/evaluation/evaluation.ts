import { areaUnderRoc, brierScore, logLoss } from './classification-metrics.ts';
import { type CalibrationBin, calibrationBins, calibrationError } from './calibration.ts';
import { type RocPoint, rocCurve } from './roc-curve.ts';
import { type Slice, slicesBy } from './slices.ts';

/** The test rows in one order: what happened, what the model says, what the baseline says. */
export interface ScoredFlights {
  readonly late: ArrayLike<number>;
  readonly probability: Float64Array;
  readonly baseline: Float64Array;
  readonly origin: ArrayLike<string>;
  readonly hour: ArrayLike<number>;
}

/** Flights of similar probability, by equal width. */
export interface HistogramBin {
  readonly from: number;
  readonly to: number;
  readonly late: number;
  readonly onTime: number;
}

export interface Evaluation {
  readonly metrics: {
    readonly rows: number;
    readonly lateRate: number;
    readonly auc: number;
    readonly logLoss: number;
    readonly brier: number;
    readonly calibrationError: number;
    readonly baselineAuc: number;
    readonly baselineLogLoss: number;
  };
  readonly roc: readonly RocPoint[];
  readonly baselineRoc: readonly RocPoint[];
  readonly calibration: readonly CalibrationBin[];
  readonly histogram: readonly HistogramBin[];
  readonly byOrigin: readonly Slice<string>[];
  readonly byHour: readonly Slice<number>[];
}

const HISTOGRAM_BINS = 40;

/** Everything that is said about a model on the test rows; a pure function of them. */
export function evaluateFlights(flights: ScoredFlights, bins: number): Evaluation {
  const { late, probability, baseline } = flights;
  const calibration = calibrationBins(late, probability, bins);
  return {
    metrics: {
      rows: late.length,
      lateRate: calibration.reduce((sum, bin) => sum + (bin.lateRate * bin.rows) / late.length, 0),
      auc: areaUnderRoc(late, probability),
      logLoss: logLoss(late, probability),
      brier: brierScore(late, probability),
      calibrationError: calibrationError(calibration),
      baselineAuc: areaUnderRoc(late, baseline),
      baselineLogLoss: logLoss(late, baseline),
    },
    roc: rocCurve(late, probability),
    baselineRoc: rocCurve(late, baseline),
    calibration,
    histogram: histogramOf(late, probability),
    byOrigin: slicesBy(flights.origin, late, probability),
    byHour: slicesBy(flights.hour, late, probability).sort((a, b) => a.key - b.key),
  };
}

function histogramOf(late: ArrayLike<number>, probability: ArrayLike<number>): HistogramBin[] {
  const counts = Array.from({ length: HISTOGRAM_BINS }, () => ({ late: 0, onTime: 0 }));
  for (let row = 0; row < late.length; row++) {
    const bin = counts[Math.min(HISTOGRAM_BINS - 1, Math.floor((probability[row] ?? 0) * HISTOGRAM_BINS))];
    if (bin) bin[late[row] === 1 ? 'late' : 'onTime']++;
  }
  return counts.map((count, bin) => ({ from: bin / HISTOGRAM_BINS, to: (bin + 1) / HISTOGRAM_BINS, ...count }));
}
