-- Shared by every script of the inventory; put before each of them.
--
-- KEYS[1] is the event's `…:meta`; the event's other keys are named from it and share its hash
-- tag, so they live on the same node of a cluster. ARGV[1] is the epoch the caller knows,
-- ARGV[2] the caller's time in milliseconds. See keys.rs for the families.

local meta = KEYS[1]
local base = string.sub(meta, 1, -5)
local now = tonumber(ARGV[2])

-- The indexes of rows by what fits in them: a free run of exactly so many places (what a formula
-- of one to four fills, or leaves a single of), or of at least so many (room for a formula that
-- leaves no single). A set of indexes is a number, a bit each in this order.
local FITS = { '1', '2', '3', '4', '5', '3+', '4+', '5+', '6+' }
-- By length of run up to six; longer ones are alike.
local RUN_FITS = { 0x001, 0x002, 0x024, 0x068, 0x0f0, 0x1e0 }
local RUN_MAX = 6
-- A released hold is remembered so long, so that a late repetition of its request stays refused.
local GONE_MS = 120000
local SWEEP_BATCH = 16
local SWEEP_ROUNDS_MAX = 64

local function count(field, by)
  redis.call('HINCRBY', meta, field, by)
end

-- A row as a string of 0 (free) and 1; false when the category has no such row. The second value
-- tells whether the row is opened (has a string of its own).
local function read_row(c, row)
  local seats = redis.call('HGET', base .. 'rows:' .. c, row)
  if seats then return seats, true end
  local length = redis.call('GETRANGE', base .. 'lay:' .. c, row, row)
  if length == '' then return false, false end
  return string.rep('0', string.byte(length)), false
end

local function fits_of(seats)
  local fits, from = 0, 1
  while true do
    local first, last = string.find(seats, '0+', from)
    if not first then return fits end
    fits = bit.bor(fits, RUN_FITS[math.min(last - first + 1, RUN_MAX)])
    from = last + 1
  end
end

-- Stores a row and what fits in it now. `before` is what it was, nil for a row opened by this.
local function write_row(c, row, before, after)
  redis.call('HSET', base .. 'rows:' .. c, row, after)
  local has = fits_of(after)
  local changed = before and bit.bxor(fits_of(before), has) or has
  if changed == 0 then return end
  for i, fit in ipairs(FITS) do
    local this = bit.lshift(1, i - 1)
    if bit.band(changed, this) ~= 0 then
      local key = base .. 'fit:' .. c .. ':' .. fit
      if bit.band(has, this) ~= 0 then
        redis.call('ZADD', key, row, row)
      else
        redis.call('ZREM', key, row)
      end
    end
  end
end

-- The places where the mask says 1, changed; nil when one of them is not in the state `from`.
local function masked(part, mask, from, to)
  if not string.find(mask, '0', 1, true) then
    return part == string.rep(from, #mask) and string.rep(to, #mask) or nil
  end
  local places = {}
  for i = 1, #mask do
    local place = string.sub(part, i, i)
    if string.sub(mask, i, i) == '1' then
      if place ~= from then return nil end
      place = to
    end
    places[i] = place
  end
  return table.concat(places)
end

-- Changes the places of a row (as read) where the mask says 1, all or none. Returns how many, or
-- a refusal: INVALID (no such place), TAKEN (a place is not in the state `from`).
local function change_read(c, row, seats, opened, first, mask, from, to)
  if not seats or first < 0 or first + #mask > #seats then return 'INVALID' end
  local part = masked(string.sub(seats, first + 1, first + #mask), mask, from, to)
  if not part then return 'TAKEN' end
  local after = string.sub(seats, 1, first) .. part .. string.sub(seats, first + #mask + 1)
  write_row(c, row, opened and seats or nil, after)
  local _, changed = string.gsub(mask, '1', '')
  return changed
end

local function change(c, row, first, mask, from, to)
  local seats, opened = read_row(c, row)
  return change_read(c, row, seats, opened, first, mask, from, to)
end

local function count_tickets(owner, by)
  if redis.call('HINCRBY', base .. 'own', owner, by) <= 0 then
    redis.call('HDEL', base .. 'own', owner)
  end
end

-- Frees an unpaid hold's seats and leaves its tombstone.
local function free_hold(id)
  local key = base .. 'h:' .. id
  local h = redis.call('HMGET', key, 'c', 'r', 'f', 'k', 'o')
  redis.call('ZREM', base .. 'exp', id)
  if not h[1] then return end
  local k = tonumber(h[4])
  if change(h[1], h[2], tonumber(h[3]), string.rep('1', k), '1', '0') == k then
    count('held:' .. h[1], -k)
    count('free:' .. h[1], k)
  end
  count_tickets(h[5], -k)
  redis.call('DEL', key)
  redis.call('HSET', key, 's', 'x')
  redis.call('PEXPIRE', key, GONE_MS)
end

-- Frees some holds whose moment has passed, at most so many; returns how many.
local function sweep(most)
  local due = redis.call('ZRANGE', base .. 'exp', '-inf', ARGV[2], 'BYSCORE', 'LIMIT', 0, most)
  for _, id in ipairs(due) do free_hold(id) end
  return #due
end

-- An entry of `…:sold`: category, row, first place, mask of places, owner, order, when.
local function read_sold(id)
  local entry = redis.call('HGET', base .. 'sold', id)
  if not entry then return nil end
  local c, row, first, mask, owner, order, at =
    string.match(entry, '^(%d+) (%d+) (%d+) ([01]+) (%S+) (%S+) (%d+)$')
  return { c = c, row = row, first = first, mask = mask, owner = owner, order = order, at = at }
end

local function write_sold(id, e)
  redis.call('HSET', base .. 'sold', id, table.concat(
    { e.c, e.row, e.first, e.mask, e.owner, e.order, e.at }, ' '))
end

-- Takes free seats as sold: OK, TAKEN or INVALID.
local function take_sold(id, e)
  local taken = change(e.c, e.row, tonumber(e.first), e.mask, '0', '1')
  if type(taken) == 'string' then return taken end
  count('free:' .. e.c, -taken)
  count('taken:' .. e.c, taken)
  count_tickets(e.owner, taken)
  write_sold(id, e)
  return 'OK'
end

-- Whoever comes with another epoch than the one in force is told so and changes nothing.
local function other_epoch(field)
  if redis.call('HGET', meta, field) == ARGV[1] then return nil end
  local seen = redis.call('HMGET', meta, 'epoch', 'loading', 'loading_at')
  return { 'EPOCH', seen[1] or '', seen[2] or '', seen[3] or '' }
end
