-- Completion beside the server of the language: what both know is listed once, as that server has it.

local server = require('lsp-lint.server')

local M = {}

--- How long the others have for their answer, in milliseconds.
M.patience = 10000

--- Says whether others can know these completions too: the server sorts the members of a constant last.
local function can_be_known(items)
  for _, item in ipairs(items) do
    if vim.startswith(item.sortText or '', '~') then
      return true
    end
  end
  return false
end

--- Says whether a server completes.
local function completes(client)
  return client.server_capabilities and client.server_capabilities.completionProvider ~= nil
end

--- The other servers of a buffer that complete, each with the question that puts this one's to it.
local function others(client, params, buffer)
  -- A place elsewhere than at the cursor cannot be told in another server's columns without a look at the text.
  local here = vim.lsp.util.make_position_params(0, client.offset_encoding)
  if buffer ~= vim.api.nvim_get_current_buf() or not vim.deep_equal(here.position, params.position) then
    return {}
  end
  local asked = {}
  for _, other in ipairs((vim.lsp.get_clients or vim.lsp.get_active_clients)({ bufnr = buffer })) do
    if other.id ~= client.id and completes(other) then
      local question = vim.lsp.util.make_position_params(0, other.offset_encoding)
      question.context = params.context
      table.insert(asked, { client = other, params = question })
    end
  end
  return asked
end

--- What an item can be known by.
local function words(item)
  return { item.label, item.insertText, item.textEdit and item.textEdit.newText }
end

--- Asks the others, and hands over all words that they offer: at once when all have answered, else when time is up.
local function known(asked, buffer, done)
  local offered, waiting = {}, #asked
  local finished = false
  local function finish()
    if not finished then
      finished = true
      done(offered)
    end
  end
  local function answer(_, result)
    for _, item in ipairs(result and (result.items or result) or {}) do
      -- Words that were only seen in some text are nobody's knowledge.
      if item.kind ~= vim.lsp.protocol.CompletionItemKind.Text then
        for _, word in pairs(words(item)) do
          offered[word] = true
        end
      end
    end
    waiting = waiting - 1
    if waiting == 0 then
      finish()
    end
  end
  for _, other in ipairs(asked) do
    server.request(other.client, 'textDocument/completion', other.params, answer, buffer)
  end
  vim.defer_fn(finish, M.patience)
end

--- Leaves out of a server's completions what other servers of the same buffer offer.
---@param client table
function M.yield(client)
  local request = client.request
  client.request = function(...)
    local arguments, count = { ... }, select('#', ...)
    -- Neovim 0.11 calls it as a method, older ones as a function.
    local first = arguments[1] == client and 2 or 1
    local method, params, handler, buffer = unpack(arguments, first, first + 3)
    if method == 'textDocument/completion' and handler then
      buffer = (buffer == nil or buffer == 0) and vim.api.nvim_get_current_buf() or buffer
      local asked = others(client, params, buffer)
      arguments[first + 2] = function(fault, result, context, config)
        local items = result and (result.items or result) or {}
        if #asked == 0 or not can_be_known(items) then
          return handler(fault, result, context, config)
        end
        known(asked, buffer, function(offered)
          local own = vim.tbl_filter(function(item)
            return not offered[item.label]
          end, items)
          handler(fault, result.items and vim.tbl_extend('force', result, { items = own }) or own, context, config)
        end)
      end
    end
    return request(unpack(arguments, 1, count))
  end
end

return M
