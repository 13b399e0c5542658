/**
 * Types that AWS bills nothing for, by module: what they configure, connect or name is billed where it is. A type that is
 * neither here nor has a pricer is listed as not priced.
 */
const MODULES: Readonly<Record<string, string>> = {
  accessanalyzer: 'archiveRule',
  acm: 'certificate certificateValidation',
  apigateway:
    'account apiKey authorizer basePathMapping deployment domainName integration integrationResponse method methodResponse ' +
    'methodSettings model requestValidator resource response restApi restApiPolicy usagePlan usagePlanKey vpcLink',
  apigatewayv2: 'apiMapping authorizer deployment domainName integration route stage vpcLink',
  appautoscaling: 'policy scheduledAction target',
  athena: 'namedQuery preparedStatement',
  backup: 'plan selection vaultLockConfiguration vaultNotifications vaultPolicy',
  batch: 'jobDefinition jobQueue schedulingPolicy',
  budgets: 'budget',
  cloudfront:
    'cachePolicy function keyGroup originAccessControl originRequestPolicy publicKey responseHeadersPolicy vpcOrigin',
  cloudwatch:
    'eventBusPolicy eventConnection eventPermission eventRule eventTarget logAnomalyDetector ' +
    'logDeliveryDestination logDeliverySource logResourcePolicy logStream logSubscriptionFilter queryDefinition',
  codedeploy: 'application deploymentConfig deploymentGroup',
  computeoptimizer: 'enrollmentStatus',
  costexplorer: 'anomalyMonitor anomalySubscription costAllocationTag',
  ec2:
    'defaultSecurityGroup internetGateway networkAcl route routeTable routeTableAssociation securityGroup subnet vpc ' +
    'vpcBlockPublicAccessOptions',
  ecr: 'lifecyclePolicy pullThroughCacheRule repositoryPolicy',
  ecs: 'cluster clusterCapacityProviders taskDefinition',
  eks: 'accessEntry accessPolicyAssociation addon podIdentityAssociation',
  elasticache: 'subnetGroup user userGroup',
  glue: 'catalogDatabase catalogTable resourcePolicy securityConfiguration trigger',
  iam:
    'instanceProfile openIdConnectProvider policy role rolePoliciesExclusive rolePolicy rolePolicyAttachment ' +
    'rolePolicyAttachmentsExclusive serviceLinkedRole',
  kms: 'alias grant keyPolicy',
  lambda: 'alias eventSourceMapping functionEventInvokeConfig functionUrl layerVersion permission',
  lb: 'listener listenerCertificate listenerRule targetGroup targetGroupAttachment',
  lakeformation: 'dataLakeSettings permissions resource',
  msk: 'clusterPolicy configuration',
  rds: 'clusterParameterGroup parameterGroup proxyDefaultTargetGroup proxyTarget subnetGroup',
  route53: 'record',
  s3:
    'accountPublicAccessBlock bucketLifecycleConfiguration bucketLogging bucketMetric bucketNotification bucketObjectv2 ' +
    'bucketOwnershipControls bucketPolicy bucketPublicAccessBlock bucketServerSideEncryptionConfiguration bucketVersioning',
  sagemaker:
    'endpointConfiguration mlflowApp model modelCard modelPackageGroup modelPackageGroupPolicy monitoringSchedule ' +
    'userProfile',
  scheduler: 'scheduleGroup',
  secretsmanager: 'secretPolicy secretRotation secretVersion',
  sfn: 'activity alias',
  sns: 'topicPolicy topicSubscription',
  sqs: 'queuePolicy redriveAllowPolicy redrivePolicy',
  vpc: 'securityGroupEgressRule securityGroupIngressRule',
  wafv2: 'ipSet regexPatternSet webAclAssociation webAclLoggingConfiguration',
};

/** As Pulumi writes them: `aws:kms/alias:Alias`. */
export const FREE: readonly string[] = Object.entries(MODULES).flatMap(([module, names]) => {
  return names.split(' ').map((name) => `aws:${module}/${name}:${name.charAt(0).toUpperCase()}${name.slice(1)}`);
});
