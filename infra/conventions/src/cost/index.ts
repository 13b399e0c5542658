export {
  type Charge,
  type Commitment,
  type CostBook,
  HOURS_PER_MONTH,
  type Pricer,
  type PricingFacts,
} from './cost-book.ts';
export { costReport } from './cost-report.ts';
export { type CostLine, type Estimate, estimate } from './estimate.ts';
export { type PriceTable, type Prices, pricesIn, readPriceTable } from './price-table.ts';
