-- Holds the best adjacent seats of a category, or the chosen ones. The rule is that of
-- `ticket_core::seating`, which is its oracle in tests.
--
-- ARGV 3 hold id, 4 owner, 5 category, 6 seats, 7 formula, 8 amount, 9 currency, 10 expires at,
--      11 tickets per person at most, 12 chosen row or '', 13 first chosen place
-- Answers {HELD, created 0|1, fields…} or {SOLD_OUT|TAKEN|INVALID|TOO_MANY|GONE|ORDERED}.

local id, owner, c, k = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])
local key = base .. 'h:' .. id
local FIELDS = { 's', 'o', 'c', 'r', 'f', 'k', 'fm', 'a', 'cur', 'x', 'or' }
local counters

local function read_counters()
  counters = redis.call('HMGET', meta, 'epoch', 'free:' .. c, 'held:' .. c, 'next:' .. c)
end

read_counters()
if counters[1] ~= ARGV[1] then return other_epoch('epoch') end

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

-- The first run in the row of one of these lengths, as {row, first place, places, opened}.
local function run_in(row, least, most)
  local seats, opened = read_row(c, row)
  local from = 1
  while true do
    local first, last = string.find(seats, '0+', from)
    local length = last - first + 1
    if length >= least and length <= most then return { row, first - 1, seats, opened } end
    from = last + 1
  end
end

-- In the best opened row that fits.
local function best_run(fit, least, most)
  local row = redis.call('ZRANGE', base .. 'fit:' .. c .. ':' .. fit, 0, 0)[1]
  return row and run_in(tonumber(row), least, most)
end

-- Opens fresh rows in order until one is worth using; those passed over stay opened.
local function fresh_row()
  local next = tonumber(counters[4])
  local found
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
  if next ~= tonumber(counters[4]) then
    redis.call('HSET', meta, 'next:' .. c, next)
    counters[4] = next
  end
  return found
end

local function best_free()
  if counters[2] == '0' then return nil end
  return best_run(k, k, k)
    or best_run(k + 2 .. '+', k + 2, math.huge)
    or fresh_row()
    or best_run(k + 1, k + 1, k + 1)
end

-- Takes the places and counts them for their owner; answers the run, or the refusal.
local function attempt()
  local run
  if ARGV[12] ~= '' then
    run = { tonumber(ARGV[12]), tonumber(ARGV[13]), read_row(c, ARGV[12]) }
  else
    run = best_free()
  end
  if not run then return 'SOLD_OUT' end
  if redis.call('HINCRBY', base .. 'own', owner, k) > tonumber(ARGV[11]) then
    count_tickets(owner, -k)
    return 'TOO_MANY'
  end
  local taken = change_read(c, run[1], run[3], run[4], run[2], string.rep('1', k), '0', '1')
  if type(taken) == 'string' then
    count_tickets(owner, -k)
    return taken
  end
  return run
end

if sweep() > 0 then read_counters() end
local run = attempt()
for _ = 1, SWEEP_ROUNDS_MAX do
  if type(run) ~= 'string' or run == 'INVALID' or sweep() == 0 then break end
  read_counters()
  run = attempt()
end
if type(run) == 'string' then return { run } end

redis.call('HSET', meta, 'free:' .. c, tonumber(counters[2]) - k,
  'held:' .. c, tonumber(counters[3]) + k)
redis.call('HSET', key, 's', 'h', 'o', owner, 'c', c, 'r', run[1], 'f', run[2], 'k', k,
  'fm', ARGV[7], 'a', ARGV[8], 'cur', ARGV[9], 'x', ARGV[10])
redis.call('ZADD', base .. 'exp', ARGV[10], id)
return { 'HELD', '1', 'h', owner, c, tostring(run[1]), tostring(run[2]), ARGV[6], ARGV[7], ARGV[8],
  ARGV[9], ARGV[10], '' }
