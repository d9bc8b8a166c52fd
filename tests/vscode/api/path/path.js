'use strict';
const { found, open } = require('../../host/asking');
const { told } = require('../../host/output');

describe('the package without a server', () => {
  it('starts the one on the PATH', async () => {
    const { document } = await open('shop.py');
    await found(document.uri, 'bare-status-operand');
    await told(/lsp-lint \d+\.\d+\.\d+ runs: \S+\/lsp-lint, from the PATH\./);
  });
});
