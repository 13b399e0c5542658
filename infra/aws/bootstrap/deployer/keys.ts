import { allow, type Statement } from '../../components/access/statements.ts';
import { arnsIn, type DeployerPlace, taggedAs } from './place.ts';

/**
 * Keys have no names: those that are tagged as the environment's are its own. A tag takes minutes to count, so that what
 * follows on the making of a key, and harms none, is bound to no tag.
 * https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html
 */
export function keyStatements(place: DeployerPlace): Statement[] {
  const { arn, named } = arnsIn(place);
  const keys = [arn('kms', 'key/*')];
  const [asked, owned] = [taggedAs(place, 'RequestTag'), taggedAs(place, 'ResourceTag')];
  const setUp = ['CreateAlias', 'DeleteAlias', 'UpdateAlias', 'EnableKeyRotation', 'DescribeKey', 'GetKey*', 'List*'];
  const own = [
    'PutKeyPolicy',
    'UpdateKeyDescription',
    'ScheduleKeyDeletion',
    '*agResource',
    'Encrypt',
    'Decrypt',
    'GenerateDataKey*',
    'CreateGrant',
    'RevokeGrant',
  ];
  return [
    { ...allow('MakeKeys', ['kms:CreateKey'], ['*']), Condition: asked },
    {
      ...allow('TagNewKeys', ['kms:TagResource'], keys),
      Condition: { ...asked, Null: { 'aws:ResourceTag/stack': 'true' } },
    },
    allow(
      'SetUpKeys',
      setUp.map((action) => `kms:${action}`),
      [...keys, ...named('kms', 'alias/')],
    ),
    {
      ...allow(
        'OwnKeys',
        own.map((action) => `kms:${action}`),
        keys,
      ),
      Condition: owned,
    },
  ];
}
