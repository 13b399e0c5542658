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
