/** A new object, as EventBridge tells. */
export function createdEvent(bucket: string, key: string, object: { size: number; etag: string; versionId?: string }) {
  const { size, etag, versionId } = object;
  return {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '111111111111',
    time: '2026-01-31T10:07:30Z',
    region: 'eu-central-1',
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size, etag, ...(versionId !== undefined && { 'version-id': versionId }), sequencer: '00' },
      reason: 'PutObject',
    },
  };
}

/** An alarm that began, as EventBridge tells. */
export function alarmEvent(alarmName: string) {
  return {
    version: '0',
    id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92',
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    account: '111111111111',
    time: '2026-01-31T10:07:30Z',
    region: 'eu-central-1',
    resources: [`arn:aws:cloudwatch:eu-central-1:111111111111:alarm:${alarmName}`],
    detail: {
      alarmName,
      state: { value: 'ALARM', reason: 'Threshold Crossed', timestamp: '2026-01-31T10:07:30.000+0000' },
      previousState: { value: 'OK', reason: 'all is well', timestamp: '2026-01-31T09:07:30.000+0000' },
    },
  };
}
