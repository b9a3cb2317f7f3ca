-- Holds the best adjacent seats of a category, or the chosen ones: for several requests that came
-- together, one after the other, each answered on its own. The rule is that of
-- `ticket_core::seating`, which is its oracle in tests.
--
-- ARGV 3 tickets per person at most, then one per request: owner (16), expires at (6), hold id (16),
-- cents (4), currency (1), expires at again (6), category (1), places (1), is chosen (1), chosen row
-- (4), first place (1). So what is stored stands together.
-- Answers a list: per request `+` (made by this) or `=` (there already) and the entry, or SOLD_OUT,
-- TAKEN, INVALID, TOO_MANY, GONE, ORDERED.

local other = other_epoch('epoch')
if other then return other end

local tickets_max = tonumber(ARGV[3])

-- Rows of an index that are looked at together.
local PORTION = 16

-- The best stored row of an index that this script has not looked at otherwise; of those that it
-- has, the index may be behind.
local function best_indexed(hall, fit)
  local index = hall.indexes[fit]
  if not index then
    index = { at = 1, next = 0 }
    hall.indexes[fit] = index
  end
  while true do
    local row = index[index.at]
    if not row then
      if index.ended then return nil end
      local rows = call('ZRANGE', hall.fit .. FITS[fit], whole(index.next),
        whole(index.next + PORTION - 1))
      for i = 1, PORTION do index[i] = rows[i] and tonumber(rows[i]) end
      index.at, index.next, index.ended = 1, index.next + PORTION, #rows < PORTION
      row = index[1]
      if not row then return nil end
    end
    if hall.rows[row] == nil then return row end
    index.at = index.at + 1
  end
end

-- The best opened row with such a run.
local function best_row(c, fit)
  local hall = hall_of(c)
  local best = hall.best[fit]
  if best ~= nil then return best end
  local this = lshift(1, fit - 1)
  best = best_indexed(hall, fit)
  for row, known in pairs(hall.rows) do
    if known and (not best or row < best) and known.opened and band(known.fits, this) ~= 0 then
      best = row
    end
  end
  hall.best[fit] = best or false
  return best
end

local FIT_EXACTLY, FIT_AT_LEAST = { 1, 2, 3, 4, 5 }, { [3] = 6, [4] = 7, [5] = 8, [6] = 9 }

-- The first run of one of these lengths in the best opened row that has one: row, first place.
local function best_run(c, fit, least, most)
  local row = best_row(c, fit)
  if not row then return nil end
  local known = row_of(c, row)
  if known.from then return row, known.from - 1 end
  local seats, from = seats_of(known), 1
  while true do
    local first, last = find(seats, '0+', from)
    local length = last - first + 1
    if length >= least and length <= most then return row, first - 1 end
    from = last + 1
  end
end

-- Opens fresh rows in order until one is worth using; those passed over stay opened.
local function fresh_row(c, k)
  local known = counters_of(c)
  while true do
    local row = row_of(c, known.next)
    if not row then return nil end
    local is_fresh, length = not row.opened, #row.seats
    if is_fresh then put_row(row, row.seats) end
    known.next, known.changed = known.next + 1, true
    if is_fresh and (length == k or length >= k + 2) then return known.next - 1, 0 end
  end
end

local function best_free(c, k)
  -- As long as in no row something else fits, the best is the best.
  local known = hall_of(c).best[-k]
  if known and known.from then return known.row, known.from - 1 end
  if counters_of(c).free == 0 then return nil end
  local row, first = best_run(c, FIT_EXACTLY[k], k, k)
  if not row then row, first = best_run(c, FIT_AT_LEAST[k + 2], k + 2, math.huge) end
  if not row then row, first = fresh_row(c, k) end
  if not row then row, first = best_run(c, FIT_EXACTLY[k + 1], k + 1, k + 1) end
  return row, first
end

local function tickets_of(record)
  local tickets, at = 0, 1
  while at <= #record do
    local state = byte(record, at)
    if state ~= ENDED then tickets = tickets + places_in(byte(record, at + 7)) end
    at = at + LENGTH[state]
  end
  return tickets
end

local ONES, MASKS = { '1', '11', '111', '1111' }, { 1, 3, 7, 15 }

-- Takes places that are known to be free.
local function take_free(c, k, row, first)
  local known = row_of(c, row)
  local from, to = known.from, known.to
  if from ~= first + 1 then
    local seats = seats_of(known)
    return put_row(known, sub(seats, 1, first) .. ONES[k] .. sub(seats, first + k + 1))
  end
  -- From the beginning of the only free run: what stays of it is known, and the places are written
  -- down once for all who came together.
  known.upto, known.taken, known.changed = first + k, known.taken + k, true
  from = from + k
  if from > to then return put_fits(known, 0) end
  local fits = RUN_FITS[min(to - from + 1, RUN_MAX)]
  if fits ~= known.fits then return put_fits(known, fits, from, to) end
  known.from = from
  known.hall.best[-k] = known
end

-- Takes the places; answers the row and the first of them, or nil and why not.
local function take(c, k, request)
  if byte(request, 52) ~= 0 then
    local row, first = unpacked('>I4B', request, 53)
    local refused = change(c, row, first, MASKS[k], '0', '1')
    if refused then return nil, refused end
    return row, first
  end
  local row, first = best_free(c, k)
  if not row then return nil, 'SOLD_OUT' end
  take_free(c, k, row, first)
  return row, first
end

local function hold(request, owner)
  local c, k = byte(request, 50, 51)
  end_due(owner)
  local record = people[owner]
  if record ~= '' then
    local at, state = find_entry(record, sub(request, 23, 38))
    if state == ENDED then return 'GONE' end
    if state == SOLD then return 'ORDERED' end
    if state then return '=' .. sub(record, at, at + LENGTH[state] - 1) end
  end
  if tickets_of(record) + k > tickets_max then return 'TOO_MANY' end

  local took, at_place = take(c, k, request)
  for _ = 1, SWEEP_ROUNDS_MAX do
    if took or at_place == 'INVALID' or sweep(SWEEP_BATCH) == 0 then break end
    took, at_place = take(c, k, request)
  end
  if not took then return at_place end

  move(c, 'free', 'held', k)
  local entry = pack('>BBI4BBc27', HELD, c, took, at_place, MASKS[k], sub(request, 23, 49))
  put_record(owner, people[owner] .. entry)
  look_again(HELD, owner, sub(request, 17, 22))
  return '+' .. entry
end

local owners, answers = {}, {}
for i = 4, #ARGV do owners[i - 3] = sub(ARGV[i], 1, 16) end
read_people(owners)
sweep(SWEEP_BATCH + #owners)
for i = 4, #ARGV do answers[i - 3] = hold(ARGV[i], owners[i - 3]) end
return finish(answers)
