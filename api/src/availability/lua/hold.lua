-- Holds the best adjacent seats of a category, or the chosen ones: for several requests that came
-- together, one after the other, each answered on its own. The rule is that of
-- `ticket_core::seating`, which is its oracle in tests.
--
-- ARGV 3 tickets per person at most, then ten per request: hold id, owner, category, seats, formula,
-- amount, currency, expires at, chosen row or '', first chosen place.
-- Answers a list: per request {HELD, created 0|1, fields…} or {SOLD_OUT|TAKEN|INVALID|TOO_MANY|
-- GONE|ORDERED}.

local other = other_epoch('epoch')
if other then return other end

local STRIDE = 10
local FIELDS = { 's', 'o', 'c', 'r', 'f', 'k', 'fm', 'a', 'cur', 'x', 'or' }
local tickets_max = tonumber(ARGV[3])
local answers = {}

-- Counters of the categories asked for, as read once; what changed is written before anybody else
-- counts and at the end.
local counters = {}

local function counters_of(c)
  local known = counters[c]
  if not known then
    local seen = redis.call('HMGET', meta, 'free:' .. c, 'held:' .. c, 'next:' .. c)
    known = { free = tonumber(seen[1]) or 0, held = tonumber(seen[2]) or 0,
      next = tonumber(seen[3]) or 0 }
    counters[c] = known
  end
  return known
end

local function write_counters()
  for c, known in pairs(counters) do
    if known.changed then
      redis.call('HSET', meta, 'free:' .. c, known.free, 'held:' .. c, known.held,
        'next:' .. c, known.next)
    end
  end
  counters = {}
end

local function describe(key)
  local answer = { 'HELD', '0' }
  for i, value in ipairs(redis.call('HMGET', key, unpack(FIELDS))) do
    answer[i + 2] = value or ''
  end
  return answer
end

-- The first run in the row of one of these lengths, as {row, first place, places, opened}.
local function run_in(c, row, least, most)
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
local function best_run(c, fit, least, most)
  local row = redis.call('ZRANGE', base .. 'fit:' .. c .. ':' .. fit, 0, 0)[1]
  return row and run_in(c, tonumber(row), least, most)
end

-- Opens fresh rows in order until one is worth using; those passed over stay opened.
local function fresh_row(c, k)
  local known = counters_of(c)
  local found
  while not found do
    local seats, opened = read_row(c, known.next)
    if not seats then break end
    if not opened then
      if #seats == k or #seats >= k + 2 then
        found = { known.next, 0, seats, false }
      else
        write_row(c, known.next, nil, seats)
      end
    end
    known.next = known.next + 1
    known.changed = true
  end
  return found
end

local function best_free(c, k)
  if counters_of(c).free == 0 then return nil end
  return best_run(c, k, k, k)
    or best_run(c, k + 2 .. '+', k + 2, math.huge)
    or fresh_row(c, k)
    or best_run(c, k + 1, k + 1, k + 1)
end

-- Takes the places and counts them for their owner; answers the run, or the refusal.
local function attempt(owner, c, k, row, first)
  local run
  if row ~= '' then
    run = { tonumber(row), tonumber(first), read_row(c, row) }
  else
    run = best_free(c, k)
  end
  if not run then return 'SOLD_OUT' end
  if redis.call('HINCRBY', base .. 'own', owner, k) > tickets_max then
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

-- Counting is others' business while holds are swept.
local function sweep_more()
  write_counters()
  return sweep(SWEEP_BATCH)
end

local function hold(id, owner, c, seats, formula, amount, currency, expires_at, row, first)
  local key, k = base .. 'h:' .. id, tonumber(seats)
  local state = redis.call('HGET', key, 's')
  if state == 'x' then return { 'GONE' } end
  if state then return describe(key) end
  if redis.call('HEXISTS', base .. 'sold', id) == 1 then return { 'ORDERED' } end

  local run = attempt(owner, c, k, row, first)
  for _ = 1, SWEEP_ROUNDS_MAX do
    if type(run) ~= 'string' or run == 'INVALID' or sweep_more() == 0 then break end
    run = attempt(owner, c, k, row, first)
  end
  if type(run) == 'string' then return { run } end

  local known = counters_of(c)
  known.free, known.held, known.changed = known.free - k, known.held + k, true
  redis.call('HSET', key, 's', 'h', 'o', owner, 'c', c, 'r', run[1], 'f', run[2], 'k', k,
    'fm', formula, 'a', amount, 'cur', currency, 'x', expires_at)
  redis.call('ZADD', base .. 'exp', expires_at, id)
  return { 'HELD', '1', 'h', owner, c, tostring(run[1]), tostring(run[2]), seats, formula, amount,
    currency, expires_at, '' }
end

sweep(SWEEP_BATCH + (#ARGV - 3) / STRIDE)
for i = 4, #ARGV, STRIDE do
  answers[#answers + 1] = hold(unpack(ARGV, i, i + STRIDE - 1))
end
write_counters()
return answers
