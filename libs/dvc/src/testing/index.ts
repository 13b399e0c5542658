export { dvcEnvironment } from './dvc-environment.ts';
