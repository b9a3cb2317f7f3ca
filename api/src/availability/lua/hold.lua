-- Holds the best adjacent seats of a category, or the chosen ones: for several requests that came
-- together, one after the other, each answered on its own. The rule is that of
-- `ticket_core::seating`, which is its oracle in tests.
--
-- ARGV 3 tickets per person at most, then one per request: hold id (16), owner (16), category (1),
-- places (1), cents (4), currency (1), expires at (6), is chosen (1), chosen row (4), first place (1).
-- Answers a list: per request `+` (made by this) or `=` (there already) and the entry, or SOLD_OUT,
-- TAKEN, INVALID, TOO_MANY, GONE, ORDERED.

local other = other_epoch('epoch')
if other then return other end

local tickets_max = tonumber(ARGV[3])

local FIT_EXACTLY, FIT_AT_LEAST = { 1, 2, 3, 4, 5 }, { [3] = 6, [4] = 7, [5] = 8, [6] = 9 }

-- The first run of one of these lengths in the best opened row that has one: row, first place.
local function best_run(c, fit, least, most)
  local row = best_row(c, fit)
  if not row then return nil end
  local seats, from = row_of(c, row).seats, 1
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

-- Takes the places; answers the row and the first of them, or nil and why not.
local function take(c, k, chosen, row, first)
  if chosen == 0 then
    row, first = best_free(c, k)
    if not row then return nil, 'SOLD_OUT' end
  end
  local refused = change(c, row, first, lshift(1, k) - 1, '0', '1')
  if refused then return nil, refused end
  return row, first
end

local function hold(request)
  local id, owner = sub(request, 1, 16), sub(request, 17, 32)
  local c, k = byte(request, 33, 34)
  local chosen, row, first = unpacked('>BI4B', request, 46)
  end_due(owner)
  local record = people[owner]
  local at, state = find_entry(record, id)
  if state == ENDED then return 'GONE' end
  if state == SOLD then return 'ORDERED' end
  if state then return '=' .. sub(record, at, at + LENGTH[state] - 1) end
  if tickets_of(record) + k > tickets_max then return 'TOO_MANY' end

  local took, at_place = take(c, k, chosen, row, first)
  for _ = 1, SWEEP_ROUNDS_MAX do
    if took or at_place == 'INVALID' or sweep(SWEEP_BATCH) == 0 then break end
    took, at_place = take(c, k, chosen, row, first)
  end
  if not took then return at_place end

  move(c, 'free', 'held', k)
  local entry = pack('>BBI4BB', HELD, c, took, at_place, lshift(1, k) - 1)
    .. id .. sub(request, 35, 45)
  put_record(owner, record_of(owner) .. entry)
  look_again(HELD, owner, sub(request, 40, 45))
  return '+' .. entry
end

local owners, answers = {}, {}
for i = 4, #ARGV do owners[i - 3] = sub(ARGV[i], 17, 32) end
read_people(owners)
sweep(SWEEP_BATCH + #owners)
for i = 4, #ARGV do answers[i - 3] = hold(ARGV[i]) end
return finish(answers)
