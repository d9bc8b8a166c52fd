-- Asks what is known about status codes: a server that runs, else the program itself, which knows the same.

local plugin = require('lsp-lint')

local M = {}

--- Tells the user.
---@param message string
---@param level integer? of `vim.log.levels`; a warning unless it is given
function M.say(message, level)
  vim.notify('lsp-lint: ' .. message, level or vim.log.levels.WARN)
end

--- The servers of ours that run.
---@param filter table? as `vim.lsp.get_clients` takes it
---@return table[]
function M.clients(filter)
  local list = vim.lsp.get_clients or vim.lsp.get_active_clients
  return list(vim.tbl_extend('force', { name = plugin.name }, filter or {}))
end

--- The server that a buffer is attached to, or nil.
---@param buffer integer
---@return table?
function M.client(buffer)
  return M.clients({ bufnr = buffer })[1]
end

--- The server that runs for a project, or nil.
---@param root string? the project's folder
---@return table?
function M.client_of(root)
  for _, client in ipairs(M.clients()) do
    if root and client.config.root_dir == root then
      return client
    end
  end
end

--- The program, or nil and what is missing.
---@return string?, string?
function M.program()
  local command = plugin.config().cmd
  -- A function connects to a server in a way of its own; the program may still be there.
  local program = type(command) == 'table' and command[1] or 'lsp-lint'
  if vim.fn.executable(program) == 0 then
    return nil, ('there is no program `%s`; see :checkhealth lsp-lint'):format(program)
  end
  return program
end

--- Puts a question to a server, in the way of this Neovim.
---@param client table
---@param method string
---@param params table
---@param handler fun(fault: table?, result: any)
---@param buffer integer? the buffer that the question is about
function M.request(client, method, params, handler, buffer)
  if vim.fn.has('nvim-0.11') == 1 then
    client:request(method, params, handler, buffer)
  else
    client.request(method, params, handler, buffer)
  end
end

--- How long a server may take where the user waits for it, in milliseconds.
M.patience = 2000

--- Asks a server about a buffer and waits for what it answers; nil when it takes too long.
---@param client table
---@param method string
---@param params table
---@param buffer integer
function M.wait_for(client, method, params, buffer)
  local reply
  if vim.fn.has('nvim-0.11') == 1 then
    reply = client:request_sync(method, params, M.patience, buffer)
  else
    reply = client.request_sync(method, params, M.patience, buffer)
  end
  return reply and reply.result
end

--- Has a server carry out one of its commands.
---@param client table
---@param command string
---@param arguments table
---@param done fun(result: any, fault: string?)
function M.command(client, command, arguments, done)
  local params = { command = 'lsp-lint.' .. command, arguments = arguments }
  M.request(client, 'workspace/executeCommand', params, function(fault, result)
    done(result, fault and fault.message)
  end)
end

--- Runs the program in a folder.
---@param arguments string[]
---@param folder string
---@param done fun(output: string[]?, fault: string?) the lines of standard output
function M.run(arguments, folder, done)
  local program, missing = M.program()
  if not program then
    return done(nil, missing)
  end
  local output, faults = {}, {}
  vim.fn.jobstart(vim.list_extend({ program }, arguments), {
    cwd = folder,
    stdin = 'null',
    stdout_buffered = true,
    stderr_buffered = true,
    on_stdout = function(_, lines)
      output = lines
    end,
    on_stderr = function(_, lines)
      faults = lines
    end,
    on_exit = function(_, status)
      if status > 1 then
        return done(nil, (faults[1] or ''):gsub('^error: ', ''))
      end
      done(output)
    end,
  })
end

local words

--- The codes that are known (numbers) and the names of rules, for completion; empty without the program.
---@return { codes: string[], rules: string[] }
function M.words()
  local program = M.program()
  if words or not program then
    return words or { codes = {}, rules = {} }
  end
  local function ask(...)
    return vim.fn.json_decode(vim.fn.system({ program, ... }))
  end
  words = { codes = {}, rules = {} }
  for class = 1, 5 do
    for _, code in ipairs(ask('explain', class .. 'xx', '--json').codes) do
      table.insert(words.codes, tostring(code.code))
    end
  end
  for _, rule in ipairs(ask('rules', '--json').rules) do
    table.insert(words.rules, rule.rule)
  end
  return words
end

--- What can be typed for a class of codes.
M.classes = { '1xx', '2xx', '3xx', '4xx', '5xx' }

--- The words that begin with what is typed.
---@param lists string[][]
---@param start string
---@return string[]
function M.matching(lists, start)
  local found = {}
  for _, list in ipairs(lists) do
    for _, word in ipairs(list) do
      if vim.startswith(word, start:lower()) then
        table.insert(found, word)
      end
    end
  end
  return found
end

return M
