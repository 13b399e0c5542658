import type { TopLevelSpec } from 'vega-lite';
import type { Evaluation, HistogramBin } from '../evaluation/evaluation.ts';
import type { RocPoint } from '../evaluation/roc-curve.ts';

const BLUE = '#2563eb';
const GREY = '#9aa5b1';
const ORANGE = '#ea8a1f';
const WIDTH = 420;
const HEIGHT = 280;

const percent = { format: '.0%' } as const;
const unit = { domain: [0, 1] };

/** Both ROC curves over the diagonal of a coin toss. */
export function rocChart({ roc, baselineRoc }: Evaluation): TopLevelSpec {
  const curve = (name: string, points: readonly RocPoint[]) => points.map((point) => ({ ...point, name }));
  return {
    width: WIDTH,
    height: HEIGHT,
    layer: [
      diagonal('falsePositiveRate', 'truePositiveRate'),
      {
        data: { values: [...curve('model', roc), ...curve('baseline', baselineRoc)] },
        mark: { type: 'line', strokeWidth: 2 },
        encoding: {
          x: { field: 'falsePositiveRate', type: 'quantitative', title: 'false positive rate', scale: unit },
          y: { field: 'truePositiveRate', type: 'quantitative', title: 'true positive rate', scale: unit },
          order: { field: 'falsePositiveRate' },
          color: { field: 'name', type: 'nominal', scale: { domain: ['model', 'baseline'], range: [BLUE, GREY] } },
        },
      },
    ],
  };
}

/** What came true against what was predicted, per bin of equal size. */
export function calibrationChart({ calibration }: Evaluation): TopLevelSpec {
  const most = Math.max(...calibration.flatMap(({ meanProbability, lateRate }) => [meanProbability, lateRate]));
  const scale = { domain: [0, Math.min(1, Math.ceil(most * 10) / 10)] };
  return {
    width: WIDTH,
    height: HEIGHT,
    layer: [
      diagonal('meanProbability', 'lateRate', scale.domain[1]),
      {
        data: { values: [...calibration] },
        mark: { type: 'line', point: { filled: true, size: 45 }, color: BLUE },
        encoding: {
          x: { field: 'meanProbability', type: 'quantitative', title: 'predicted', scale, axis: percent },
          y: { field: 'lateRate', type: 'quantitative', title: 'were late', scale, axis: percent },
        },
      },
    ],
  };
}

/** How the probabilities of late flights and of the others are spread, each as a share of its class. */
export function histogramChart({ histogram }: Evaluation): TopLevelSpec {
  const shares = (name: string, count: (bin: HistogramBin) => number) => {
    const total = histogram.reduce((sum, bin) => sum + count(bin), 0);
    return histogram.map((bin) => ({ name, from: bin.from, to: bin.to, share: count(bin) / total }));
  };
  return {
    width: WIDTH,
    height: HEIGHT,
    data: { values: [...shares('on time', (bin) => bin.onTime), ...shares('late', (bin) => bin.late)] },
    mark: { type: 'bar', opacity: 0.6 },
    encoding: {
      x: { field: 'from', bin: { binned: true }, type: 'quantitative', title: 'probability of a delay', axis: percent },
      x2: { field: 'to' },
      y: { field: 'share', type: 'quantitative', stack: null, title: 'share of its class', axis: percent },
      color: { field: 'name', type: 'nominal', scale: { domain: ['on time', 'late'], range: [BLUE, ORANGE] } },
    },
  };
}

/** The late rate and the mean prediction by hour of departure. */
export function hourChart({ byHour }: Evaluation): TopLevelSpec {
  const line = (name: string, rate: (hour: Evaluation['byHour'][number]) => number) =>
    byHour.map((hour) => ({ name, hour: hour.key, rate: rate(hour) }));
  return {
    width: WIDTH,
    height: HEIGHT,
    data: {
      values: [...line('predicted', (hour) => hour.meanProbability), ...line('were late', (hour) => hour.lateRate)],
    },
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: 'hour', type: 'quantitative', title: 'hour of departure', axis: { grid: false } },
      y: { field: 'rate', type: 'quantitative', title: 'share of flights', axis: percent },
      color: { field: 'name', type: 'nominal', scale: { domain: ['predicted', 'were late'], range: [BLUE, ORANGE] } },
    },
  };
}

export function hourAucChart({ byHour }: Evaluation): TopLevelSpec {
  return {
    width: WIDTH,
    height: HEIGHT,
    data: { values: byHour.filter(({ auc }) => auc !== null) },
    mark: { type: 'bar', color: BLUE },
    encoding: {
      x: { field: 'key', type: 'ordinal', title: 'hour of departure', axis: { labelAngle: 0 } },
      y: { field: 'auc', type: 'quantitative', title: 'AUC', scale: { domain: [0.4, 1], clamp: true } },
    },
  };
}

/** Horizontal bars, in the order given. */
export function barChart(bars: readonly { label: string; value: number }[], title: string, least = 0): TopLevelSpec {
  const most = Math.max(...bars.map(({ value }) => value));
  return {
    width: WIDTH,
    height: { step: 20 },
    data: { values: [...bars] },
    mark: { type: 'bar', color: BLUE },
    encoding: {
      y: { field: 'label', type: 'nominal', sort: null, title: null, axis: { labelLimit: 230 } },
      x: {
        field: 'value',
        type: 'quantitative',
        title,
        scale: { domain: [least, Math.max(most, least)], clamp: true },
      },
    },
  };
}

function diagonal(x: string, y: string, end = 1) {
  return {
    data: {
      values: [
        { [x]: 0, [y]: 0 },
        { [x]: end, [y]: end },
      ],
    },
    mark: { type: 'line' as const, color: GREY, strokeDash: [4, 4], strokeWidth: 1 },
    encoding: {
      x: { field: x, type: 'quantitative' as const },
      y: { field: y, type: 'quantitative' as const },
    },
  };
}
