// How the services are reached, for libraries that read them in other ways than as queues.
export { type AzureLogin, azureLogin } from './azure/azure-login.ts';
export { azureReason } from './azure/azure-reason.ts';
export { awsReason } from './channels/aws.ts';
export type { GroupOptions } from './kafka/group-member.ts';
export { readTopic, type TopicEvent, type TopicReader } from './kafka/read-topic.ts';
export { explained, MessagingError, type ReasonOf } from './messaging-error.ts';
export { type PubsubClient, pubsubClient } from './pubsub/pubsub-client.ts';
export { type PubsubMessage, type Subscription, subscriptionOf } from './pubsub/pull.ts';
