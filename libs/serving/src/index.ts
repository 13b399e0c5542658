export { type OutputCell, type Prediction, predictionRows } from './decode-output.ts';
export type { Columns, Row } from './encode-input.ts';
export { readJsonLines, writeJsonLines } from './json-lines.ts';
export {
  DATATYPES,
  type Datatype,
  type InferenceRequest,
  type InferenceResponse,
  inferenceRequestSchema,
  inferenceResponse,
  type ModelIdentity,
  type ModelMetadata,
  modelMetadata,
  readInferenceRequest,
  type TensorMetadata,
} from './open-inference.ts';
export {
  openPredictionLog,
  type PredictionLog,
  type PredictionLogCounts,
  type PredictionLogOptions,
  withPredictionLog,
} from './prediction-log.ts';
export { type CsvOptions, type CsvTable, readCsv } from './read-csv.ts';
export { type LoadOptions, loadModel, type ServedModel } from './served-model.ts';
export { writeCsv } from './write-csv.ts';
