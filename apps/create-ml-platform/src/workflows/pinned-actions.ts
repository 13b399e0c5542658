/**
 * Every action of others that our workflows use, by the commit of the tag that they name in a comment. Each was read from
 * that action's own repository: `git rev-parse 'v7.0.1^{commit}'`.
 */
export const PINNED_ACTIONS: Readonly<Record<string, { readonly tag: string; readonly commit: string }>> = {
  'actions/attest': { tag: 'v4.2.2', commit: '1e69f48acb82d1966a394da916b4c1698aa569d6' },
  'actions/cache': { tag: 'v5.0.5', commit: '27d5ce7f107fe9357f9df03efb73ab90386fccae' },
  'actions/checkout': { tag: 'v7.0.1', commit: '3d3c42e5aac5ba805825da76410c181273ba90b1' },
  'actions/download-artifact': { tag: 'v8.0.1', commit: '3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c' },
  'actions/setup-go': { tag: 'v7.0.0', commit: 'b7ad1dad31e06c5925ef5d2fc7ad053ef454303e' },
  'actions/setup-node': { tag: 'v7.0.0', commit: '820762786026740c76f36085b0efc47a31fe5020' },
  'actions/upload-artifact': { tag: 'v7.0.0', commit: 'bbbca2ddaa5d8feaa63e36b76fdaad77386f024f' },
  'anchore/sbom-action': { tag: 'v0.24.0', commit: 'e22c389904149dbc22b58101806040fa8d37a610' },
  'anchore/scan-action': { tag: 'v7.4.0', commit: 'e1165082ffb1fe366ebaf02d8526e7c4989ea9d2' },
  'aws-actions/configure-aws-credentials': { tag: 'v6.2.3', commit: 'e6de054238d6b7531b4efff3b6587d9aade6a06c' },
  'changesets/action': { tag: 'v2.1.1', commit: '8488615a623b1b9c987934bb89eae8af6a946ac1' },
  'docker/build-push-action': { tag: 'v7.3.0', commit: '53b7df96c91f9c12dcc8a07bcb9ccacbed38856a' },
  'docker/login-action': { tag: 'v4.1.0', commit: '4907a6ddec9925e35a0a9e82d7399ccc52663121' },
  'docker/setup-buildx-action': { tag: 'v4.3.0', commit: '37fe631027851001ddb9b187196cc803df7f5f0e' },
  'pulumi/actions': { tag: 'v7.0.0', commit: '8e5e406f4007fca908480587cb9893c07090f58d' },
  'sigstore/cosign-installer': { tag: 'v4.1.2', commit: '6f9f17788090df1f26f669e9d70d6ae9567deba6' },
};
