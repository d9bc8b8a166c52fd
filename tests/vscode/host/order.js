// What the driver asks of the tests in this window. The editor clears NODE_PATH, so tools are found by their folder.
'use strict';
const { createRequire } = require('node:module');
const path = require('node:path');

/** `{ tests, results, tools, server, patience, only }`: paths, milliseconds, and a part of the names of the tests to run. */
exports.order = JSON.parse(process.env.LSP_LINT_TEST_ORDER);

/** `require` for the packages that are installed for the tests. */
exports.tool = createRequire(path.join(exports.order.tools, 'here.js'));
