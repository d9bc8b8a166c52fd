'use strict';
const { found, open } = require('../../host/asking');
const { told } = require('../../host/output');

describe('the package with a server', () => {
  it('starts the server that it brings', async () => {
    const { document } = await open('shop.py');
    await found(document.uri, 'bare-status-operand');
    await told(/lsp-lint \d+\.\d+\.\d+ runs: \S+extensions\S+server\/lsp-lint, from this extension\./);
  });
});
