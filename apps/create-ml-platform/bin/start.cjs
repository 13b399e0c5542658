'use strict';
import('../lib/main.mjs');
