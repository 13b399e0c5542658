import { expect, test } from 'vitest';
import { runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { trackingConfig } from './config.ts';
import { Tracking, type TrackingArgs } from './tracking.ts';

const { dev, prod } = trackingConfig.defaults;

const run = (args: Partial<TrackingArgs>) =>
  runComponent((options) => {
    const facts = { lakeBucketName: 'lake-1', lakeBucketArn: 'arn:aws:s3:::lake-1', dataKeyArn: 'arn:aws:kms:key' };
    const { arn, serverName } = new Tracking(
      'acme-dev-tracking',
      { ...prod, context: TEST_CONTEXT, ...facts, ...args },
      options,
    );
    return arn && { arn, ...(serverName && { serverName }) };
  });

const actionsOf = (policy: unknown) =>
  (JSON.parse(String(policy)).Statement as { Action: string[] }[]).flatMap(({ Action }) => Action);

test('in dev there is none', async () => {
  const { resources } = await run(dev);
  expect(resources.filter(({ isCustom }) => isCustom)).toHaveLength(1);
});

test('an app keeps artifacts in the lake, and is protected where it is to stay', async () => {
  const { one, outputs } = await run({ context: { ...TEST_CONTEXT, isProtected: true } });
  const app = one('aws:sagemaker/mlflowApp:MlflowApp');
  expect(app.inputs).toMatchObject({
    artifactStoreUri: 's3://lake-1/models/mlflow/',
    modelRegistrationMode: 'AutoModelRegistrationEnabled',
  });
  expect(app.options.protect).toBe(true);
  expect(outputs.arn).toContain(':mlflow-app/');
  expect(outputs.serverName).toBeUndefined();
});

test('a server has a size; its role writes artifacts, and registers nothing unless told to', async () => {
  const { one, outputs } = await run({ kind: 'server', registersModels: false });
  expect(outputs.serverName).toBe('acme-dev-tracking');
  expect(one('aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer').inputs).toMatchObject({
    trackingServerName: 'acme-dev-tracking',
    trackingServerSize: 'Small',
    automaticModelRegistration: false,
  });
  const { policy } = one('aws:iam/rolePolicy:RolePolicy').inputs;
  expect(actionsOf(policy).filter((action) => action.startsWith('sagemaker:'))).toEqual([]);
  expect(String(policy)).toContain('arn:aws:s3:::lake-1/models/mlflow/*');
  const registering = await run({ kind: 'server' });
  expect(actionsOf(registering.one('aws:iam/rolePolicy:RolePolicy').inputs.policy)).toContain(
    'sagemaker:CreateModelPackage',
  );
});
