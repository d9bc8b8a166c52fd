// Runs inside the extension host of a real editor: the tests of one window, whose results go to a file.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { order, tool } = require('./order');
const { recorder } = require('./recorder');

/** The entry that the editor calls. It throws when a test failed, which is the exit code that the editor reports. */
exports.run = async () => {
  const { Mocha } = tool('mocha');
  const record = (event) => fs.appendFileSync(order.results, JSON.stringify(event) + '\n');
  const mocha = new Mocha({ ui: 'bdd', timeout: order.patience, fgrep: order.only, reporter: recorder(Mocha, record) });
  for (const file of fs.readdirSync(order.tests).sort()) {
    if (file.endsWith('.js')) mocha.addFile(path.join(order.tests, file));
  }
  const failures = await new Promise((done) => mocha.run(done));
  if (failures > 0) throw new Error(`${failures} failed`);
};
