/**
 * For `node --import`: ends the process, as `kill -9` does, when it is about to make one of the calls STRIKE_CALLS on the folder
 * STRIKE_IN for the STRIKE_AT-th time, counted from 0. However fast the machine is, that hits the moment between two files.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { STRIKE_CALLS = '', STRIKE_IN = '', STRIKE_AT } = process.env;
let count = 0;

for (const name of STRIKE_CALLS.split(',')) {
  const real = fs[name];
  fs[name] = (path, ...rest) => {
    if (String(path).startsWith(STRIKE_IN) && count++ === Number(STRIKE_AT)) process.kill(process.pid, 'SIGKILL');
    return real(path, ...rest);
  };
}
syncBuiltinESMExports();
