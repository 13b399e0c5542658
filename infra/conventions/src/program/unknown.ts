/** What stands for a value that isn't known before the cloud has answered, as Pulumi writes it on the wire. */
export const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
