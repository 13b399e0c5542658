import { allow, type Statement } from '../../components/access/statements.ts';
import { arnsIn, type DeployerPlace } from './place.ts';

/** Repositories, and what `docker buildx imagetools` does to bring an image there by its digest. */
export function imageStatements(place: DeployerPlace): Statement[] {
  const repositories = arnsIn(place).each('ecr', (prefix) => `repository/${prefix}/*`);
  const settings = ['*Repositor*', '*LifecyclePolicy', '*agResource', 'ListTagsForResource', 'PutImage*'];
  const push = [
    'BatchCheckLayerAvailability',
    'InitiateLayerUpload',
    'UploadLayerPart',
    'CompleteLayerUpload',
    'PutImage',
    'BatchGetImage',
    'GetDownloadUrlForLayer',
    'DescribeImages',
  ];
  return [
    allow('EnterRegistry', ['ecr:GetAuthorizationToken'], ['*']),
    allow(
      'Repositories',
      settings.map((action) => `ecr:${action}`),
      repositories,
    ),
    allow(
      'PushImages',
      push.map((action) => `ecr:${action}`),
      repositories,
    ),
  ];
}
