'use strict';
const { eventually, found, hover, open, place } = require('../../host/asking');

describe('a window with several folders', () => {
  it('judges a file by the lsp-lint.toml of its own folder', async () => {
    const shop = (await open('cart.py', 0)).document;
    const office = (await open('desk.py', 1)).document;
    await found(shop.uri, 'bare-status-operand');
    await found(office.uri, 'constant-status-test');
  });

  it('explains a code by the lsp-lint.toml of its own folder', async () => {
    for (const [root, file, name] of [[0, 'cart.py', 'Checkout Expired'], [1, 'desk.py', 'Client Closed Connection']]) {
      const { document } = await open(file, root);
      const position = place(document, '460', true);
      await eventually(name, async () => (await hover(document.uri, position)).includes(name));
    }
  });
});
