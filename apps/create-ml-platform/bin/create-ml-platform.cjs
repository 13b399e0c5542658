#!/usr/bin/env node
'use strict';
// Old syntax only: this file has to run on any Node, to say that it is too old.
var version = process.versions.node;
var enableCompileCache;
if (Number(version.split('.')[0]) < 20) {
  process.stderr.write(
    'error: Node ' +
      version +
      ' is too old: create-ml-platform needs Node 20 or newer\n' +
      'hint:  install the current Node from https://nodejs.org\n',
  );
  process.exitCode = 5;
} else {
  // Node 22 and newer keep the compiled code for the next run.
  enableCompileCache = require('node:module').enableCompileCache;
  if (enableCompileCache) enableCompileCache();
  require('../lib/main.cjs');
}
