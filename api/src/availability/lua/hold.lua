-- Holds the best adjacent seats of a category, or the chosen ones. The rule is that of
-- `ticket_core::seating`, which is its oracle in tests.
--
-- ARGV 3 hold id, 4 owner, 5 category, 6 seats, 7 formula, 8 amount, 9 currency, 10 expires at,
--      11 tickets per person at most, 12 chosen row or '', 13 first chosen place
-- Answers {HELD, created 0|1, fields…} or {SOLD_OUT|TAKEN|INVALID|TOO_MANY|GONE|ORDERED}.

local other = other_epoch('epoch')
if other then return other end

local id, owner, c, k = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])
local key = base .. 'h:' .. id
local FIELDS = { 's', 'o', 'c', 'r', 'f', 'k', 'fm', 'a', 'cur', 'x', 'or' }

local function describe()
  local answer = { 'HELD', '0' }
  for i, value in ipairs(redis.call('HMGET', key, unpack(FIELDS))) do
    answer[i + 2] = value or ''
  end
  return answer
end

local state = redis.call('HGET', key, 's')
if state == 'x' then return { 'GONE' } end
if state then return describe() end
if redis.call('HEXISTS', base .. 'sold', id) == 1 then return { 'ORDERED' } end

local function first_run(seats, fits)
  local from = 1
  while true do
    local first, last = string.find(seats, '0+', from)
    if not first then return nil end
    if fits(last - first + 1) then return first - 1 end
    from = last + 1
  end
end

local function lowest(length)
  local row = redis.call('ZRANGE', base .. 'fit:' .. c .. ':' .. length, 0, 0)[1]
  return row and tonumber(row)
end

-- The run in that row, as {row, first place, the row's places, whether it is opened}.
local function run_in(row, fits)
  local seats, opened = read_row(c, row)
  return { row, first_run(seats, fits), seats, opened }
end

local function exact_gap()
  local row = lowest(k)
  return row and run_in(row, function(length) return length == k end)
end

local function roomy_run()
  local best
  for length = k + 2, FIT_MAX do
    local row = lowest(length)
    if row and (not best or row < best) then best = row end
  end
  return best and run_in(best, function(length) return length >= k + 2 end)
end

-- Opens fresh rows in order until one is worth using; those passed over stay opened.
local function fresh_row()
  local next = tonumber(redis.call('HGET', meta, 'next:' .. c))
  local found, from = nil, next
  while not found do
    local seats, opened = read_row(c, next)
    if not seats then break end
    if not opened then
      if #seats == k or #seats >= k + 2 then
        found = { next, 0, seats, false }
      else
        write_row(c, next, nil, seats)
      end
    end
    next = next + 1
  end
  if next ~= from then redis.call('HSET', meta, 'next:' .. c, next) end
  return found
end

local function tight_run()
  local row = lowest(k + 1)
  return row and run_in(row, function(length) return length == k + 1 end)
end

local function attempt()
  local tickets = tonumber(redis.call('HGET', base .. 'own', owner) or '0')
  if tickets + k > tonumber(ARGV[11]) then return 'TOO_MANY' end
  local run
  if ARGV[12] ~= '' then
    run = { tonumber(ARGV[12]), tonumber(ARGV[13]), read_row(c, ARGV[12]) }
  elseif redis.call('HGET', meta, 'free:' .. c) ~= '0' then
    run = exact_gap() or roomy_run() or fresh_row() or tight_run()
  end
  if not run then return 'SOLD_OUT' end
  local taken = change_read(c, run[1], run[3], run[4], run[2], string.rep('1', k), '0', '1')
  if type(taken) == 'string' then return taken end
  return run
end

sweep()
local run = attempt()
for _ = 1, SWEEP_ROUNDS_MAX do
  if type(run) ~= 'string' or run == 'INVALID' or sweep() == 0 then break end
  run = attempt()
end
if type(run) == 'string' then return { run } end

count('free:' .. c, -k)
count('held:' .. c, k)
count_tickets(owner, k)
redis.call('HSET', key, 's', 'h', 'o', owner, 'c', c, 'r', run[1], 'f', run[2], 'k', k,
  'fm', ARGV[7], 'a', ARGV[8], 'cur', ARGV[9], 'x', ARGV[10])
redis.call('ZADD', base .. 'exp', ARGV[10], id)
return { 'HELD', '1', 'h', owner, c, tostring(run[1]), tostring(run[2]), ARGV[6], ARGV[7], ARGV[8],
  ARGV[9], ARGV[10], '' }
