import { expect, test } from 'vitest';
import { openSpark } from './open-spark.ts';

const ROLE = 'arn:aws:iam::123456789012:role/spark';

test.each([
  ['emr-serverless', '--spark is', 'one of emr-serverless://APPLICATION?role=ARN'],
  ['spark://host', "--spark is 'spark://host', expected the address of a Spark service", 'one of emr'],
  ['glue://', "--spark is 'glue://'", 'glue://JOB'],
  [`glue://spark?regoin=eu-west-1`, "there is no setting 'regoin'", "did you mean 'region'?"],
  ['emr-serverless://00f1?role=spark&region=eu-west-1', 'role: expected the ARN of a role', 'as in emr-serverless://'],
  ['glue://spark?workers=1&region=eu-west-1', 'workers: Too small', 'as in glue://'],
  ['dataproc://acme', '--spark dataproc://acme names no region', 'as in dataproc://PROJECT/REGION'],
  ['synapse://acme', '--spark synapse://acme names no Spark pool', 'as in synapse://WORKSPACE/POOL'],
  ['synapse://acme/pool?memory=28', 'memory: expected such as 28g', 'as in synapse://'],
])('%s is refused', (place, message, hint) => {
  const open = () => openSpark(place);
  expect(open).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }));
  expect(open).toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }));
});

test('a service reads the store of its cloud alone', () => {
  const emr = openSpark(`emr-serverless://00f1?role=${ROLE}&region=eu-west-1`);
  expect(emr.address('s3://lake/runs')).toBe('s3://lake/runs');
  expect(() => emr.address('gs://lake/runs')).toThrow(
    'EMR Serverless reads s3://, and this lies elsewhere: gs://lake/runs',
  );
  expect(() => openSpark('dataproc://acme/europe-west4').address('az://lake')).toThrow(
    'Dataproc Serverless reads gs://',
  );
});
