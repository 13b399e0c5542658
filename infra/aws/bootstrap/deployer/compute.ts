import { allow, type Statement } from '../../components/access/statements.ts';
import { arnsIn, type DeployerPlace, verbs } from './place.ts';

/** Functions, workflows, what starts and scales them. */
export function computeStatements(place: DeployerPlace): Statement[] {
  const { arn, named } = arnsIn(place);
  return [
    allow(
      'Functions',
      [
        ...verbs('lambda', 'Function', 'Alias', 'Permission', 'Concurrency', 'agResource'),
        'lambda:ListTags',
        'lambda:GetPolicy',
        'lambda:PublishVersion',
      ],
      named('lambda', 'function:'),
    ),
    allow('FunctionSources', ['lambda:*EventSourceMapping*'], [arn('lambda', 'event-source-mapping:*')]),
    allow(
      'StateMachines',
      ['states:*StateMachine*', 'states:*agResource', 'states:ListTagsForResource'],
      named('states', 'stateMachine:'),
    ),
    allow(
      'Schedules',
      verbs('scheduler', 'Schedule', 'TagsForResource', 'agResource'),
      named('scheduler', 'schedule/*/', 'schedule-group/'),
    ),
    allow(
      'Rules',
      ['events:*Rule*', 'events:*Targets*', 'events:*Archive*', 'events:*agResource', 'events:ListTagsForResource'],
      named('events', 'rule/', 'archive/'),
    ),
    allow(
      'Releases',
      [
        'codedeploy:*Application*',
        'codedeploy:*Deployment*',
        'codedeploy:*agResource',
        'codedeploy:ListTagsForResource',
      ],
      [...named('codedeploy', 'application:', 'deploymentgroup:'), arn('codedeploy', 'deploymentconfig:*')],
    ),
    allow('Scaling', verbs('application-autoscaling', 'ScalableTarget', 'Scaling', 'cheduledAction', 'agResource'), [
      arn('application-autoscaling', 'scalable-target/*'),
    ]),
  ];
}
