import { ascending } from './roc-curve.ts';

/** Keeps the logarithm finite for a probability of 0 or 1, as scikit-learn does for doubles. */
const EPSILON = Number.EPSILON;

/**
 * Area under the ROC curve: the chance that a positive scores above a negative, ties counting half (the Mann-Whitney
 * statistic, from mean ranks). NaN where one of the classes is absent.
 *
 * @param labels 0 or 1 per row.
 * @param scores Any increasing score per row.
 */
export function areaUnderRoc(labels: ArrayLike<number>, scores: Float64Array): number {
  const order = ascending(scores);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let tied = 0;
    for (; end < order.length && at(scores, at(order, end)) === at(scores, at(order, start)); end++)
      tied += at(labels, at(order, end));
    rankSum += tied * ((start + 1 + end) / 2);
    positives += tied;
    start = end;
  }
  const negatives = order.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Mean negative log likelihood, in nats. */
export function logLoss(labels: ArrayLike<number>, probabilities: Float64Array): number {
  let sum = 0;
  for (const [index, probability] of probabilities.entries()) {
    const ofLabel = at(labels, index) === 1 ? probability : 1 - probability;
    sum -= Math.log(Math.min(1 - EPSILON, Math.max(EPSILON, ofLabel)));
  }
  return sum / probabilities.length;
}

/** Mean squared difference between probability and label. */
export function brierScore(labels: ArrayLike<number>, probabilities: Float64Array): number {
  let sum = 0;
  for (const [index, probability] of probabilities.entries()) sum += (probability - at(labels, index)) ** 2;
  return sum / probabilities.length;
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN;
}
